/*
 * Index of live allocations by address.
 */
#include "config.h"

#include "ledger/live.h"

#include <errno.h>
#include <string.h>

#include "ledger/hash.h"

#define FIRST_ENTRIES 16u /* of a shard */

/* The bits of an address's hash: the highest choose the shard, the lower half
 * is kept in the entry and gives its place. */
static unsigned shard_of(uint64_t hash)
{
	return (unsigned)(hash >> 32) % VT__LIVE_SHARDS;
}

static struct vt_format_allocation *record_of(struct vt__store *store,
					      const struct vt__live_entry *entry)
{
	return vt__store_at(store, VT_FORMAT_ALLOCATION, entry->record_plus_1 - 1);
}

/* An entry for an address that has none. */
static void put(struct vt__live_shard *shard, struct vt__live_entry entry)
{
	uint32_t at = entry.hash & shard->mask;

	while (shard->entries[at].record_plus_1)
		at = (at + 1) & shard->mask;
	shard->entries[at] = entry;
	shard->count++;
}

/* Closes the gap at `gap`: an entry further on moves there if its search would
 * end at the gap. */
static void cut(struct vt__live_shard *shard, uint32_t gap)
{
	uint32_t mask = shard->mask;

	for (uint32_t at = (gap + 1) & mask; shard->entries[at].record_plus_1;
	     at = (at + 1) & mask) {
		uint32_t home = shard->entries[at].hash & mask;

		if (((at - home) & mask) < ((at - gap) & mask))
			continue;
		shard->entries[gap] = shard->entries[at];
		gap = at;
	}
	shard->entries[gap].record_plus_1 = 0;
	shard->count--;
}

static int resize(struct vt__live_shard *shard, struct vt__arena *arena, uint32_t entries)
{
	size_t bytes = entries * sizeof(struct vt__live_entry);
	struct vt__live_shard grown = {.mask = entries - 1};

	grown.entries = vt__arena_take(arena, bytes);
	if (!grown.entries)
		return -ENOMEM;
	memset(grown.entries, 0, bytes);
	if (shard->entries) {
		for (uint32_t at = 0; at <= shard->mask; at++)
			if (shard->entries[at].record_plus_1)
				put(&grown, shard->entries[at]);
		vt__arena_give(arena, shard->entries,
			       (shard->mask + (size_t)1) * sizeof(struct vt__live_entry));
	}
	/* vt__live_prefetch() may look at any time: both are whole words. */
	__atomic_store_n(&shard->entries, grown.entries, __ATOMIC_RELAXED);
	__atomic_store_n(&shard->mask, grown.mask, __ATOMIC_RELAXED);
	return 0;
}

/* Room for one more entry. Where memory is short a shard fills up, to the last
 * entry but one: that one ends every search. */
static int make_room(struct vt__live_shard *shard, struct vt__arena *arena)
{
	uint32_t entries = shard->mask + 1;

	if (!shard->entries)
		return resize(shard, arena, FIRST_ENTRIES);
	if (shard->count < entries / 4 * 3)
		return 0;
	if (entries <= UINT32_MAX / 2 && resize(shard, arena, entries * 2) == 0)
		return 0;
	return shard->count + 1 < entries ? 0 : -ENOMEM;
}

static void release(struct vt__live *live, struct vt_format_allocation *record, uint32_t number)
{
	*record = (struct vt_format_allocation){
		.state = VT_ALLOCATION_FREE,
		.reserved = live->free_plus_1,
	};
	live->free_plus_1 = number + 1;
}

int vt__live_add(struct vt__live *live, struct vt__store *store, enum vt__space space,
		 const struct vt_format_allocation *content)
{
	uint64_t hash = vt__hash_word(content->address);
	struct vt__live_shard *shard = &live->shards[space][shard_of(hash)];
	struct vt_format_allocation *record;
	uint32_t number = live->free_plus_1 - 1;

	live->store = store;
	if (make_room(shard, &store->arena))
		return -ENOMEM;
	if (live->free_plus_1) {
		record = vt__store_at(store, VT_FORMAT_ALLOCATION, number);
		live->free_plus_1 = record->reserved;
		*record = *content;
	} else {
		number = vt__recording_reserve(&store->recording, VT_FORMAT_ALLOCATION, 1);
		if (number == VT_FORMAT_NONE)
			return -ENOMEM;
		record = vt__store_at(store, VT_FORMAT_ALLOCATION, number);
		*record = *content;
		vt__recording_commit(&store->recording, VT_FORMAT_ALLOCATION, 1);
	}
	put(shard, (struct vt__live_entry){(uint32_t)hash, number + 1});
	return 0;
}

struct vt__live_place vt__live_look(struct vt__live *live, enum vt__space space, uint64_t address)
{
	uint64_t hash = vt__hash_word(address);
	struct vt__live_place place = {.shard = &live->shards[space][shard_of(hash)]};
	const struct vt__live_entry *entries = place.shard->entries;
	uint32_t mask = place.shard->mask;

	place.number = VT_FORMAT_NONE;
	if (!entries)
		return place;
	for (place.at = (uint32_t)hash & mask; entries[place.at].record_plus_1;
	     place.at = (place.at + 1) & mask) {
		const struct vt__live_entry *entry = &entries[place.at];

		if (entry->hash == (uint32_t)hash &&
		    record_of(live->store, entry)->address == address) {
			place.number = entry->record_plus_1 - 1;
			break;
		}
	}
	return place;
}

uint32_t vt__live_find(struct vt__live *live, enum vt__space space, uint64_t address)
{
	return vt__live_look(live, space, address).number;
}

void vt__live_remove(struct vt__live *live, struct vt__live_place place,
		     struct vt_format_allocation *content_out)
{
	struct vt_format_allocation *record = vt__store_at(live->store, VT_FORMAT_ALLOCATION,
							   place.number);

	cut(place.shard, place.at);
	*content_out = *record;
	release(live, record, place.number);
}

void vt__live_prefetch(const struct vt__live *live, enum vt__space space, uint64_t address)
{
	uint64_t hash = vt__hash_word(address);
	const struct vt__live_shard *shard = &live->shards[space][shard_of(hash)];
	uint32_t mask = __atomic_load_n(&shard->mask, __ATOMIC_RELAXED);

	__builtin_prefetch(__atomic_load_n(&shard->entries, __ATOMIC_RELAXED) +
			   ((uint32_t)hash & mask));
}

void vt__live_each(struct vt__live *live, struct vt__store *store,
		   void (*each)(enum vt__space space, const struct vt_format_allocation *content,
				void *closure),
		   void *closure)
{
	for (unsigned i = 0; i < VT__SPACE_COUNT * VT__LIVE_SHARDS; i++) {
		enum vt__space space = i / VT__LIVE_SHARDS;
		struct vt__live_shard *shard = &live->shards[space][i % VT__LIVE_SHARDS];
		uint32_t at = 0;

		/* What is removed may be followed, in its place, by one from
		 * further on: then this place is looked at again. */
		while (shard->entries && at <= shard->mask) {
			uint32_t before = shard->count;

			if (shard->entries[at].record_plus_1)
				each(space, record_of(store, &shard->entries[at]), closure);
			at += shard->count == before;
		}
	}
}
