/*
 * Index of live allocations by address.
 */
#include "config.h"

#include "ledger/live.h"

#include "base/attributes.h"

#include <errno.h>
#include <string.h>

#define FIRST_ENTRIES 16u /* of a shard */

static struct vt_format_allocation *record_of(struct vt__store *store,
					      const struct vt__live_entry *entry)
{
	return vt__store_at(store, VT_FORMAT_ALLOCATION, entry->record_plus_1 - 1);
}

/* Entries from one to another, as a search goes. */
static uint32_t way(uint32_t from, uint32_t to, uint32_t size)
{
	return to >= from ? to - from : to + size - from;
}

/* Closes the gap at `gap`: an entry further on moves there if its search would
 * end at the gap. */
static void cut(struct vt__live_shard *shard, uint32_t gap)
{
	const uint32_t size = shard->size;

	for (uint32_t at = vt__live_next(gap, size); VT__UNLIKELY(shard->entries[at].record_plus_1);
	     at = vt__live_next(at, size)) {
		const uint32_t home = vt__live_home(shard->entries[at].hash, size);

		if (way(home, at, size) < way(gap, at, size))
			continue;
		shard->entries[gap] = shard->entries[at];
		gap = at;
	}
	shard->entries[gap].record_plus_1 = 0;
	shard->count--;
}

/* The empty entry at which the search for an address that has none ends. */
static uint32_t end_of_search(const struct vt__live_shard *shard, uint32_t hash)
{
	uint32_t at = vt__live_home(hash, shard->size);

	while (shard->entries[at].record_plus_1)
		at = vt__live_next(at, shard->size);
	return at;
}

static int resize(struct vt__live_shard *shard, struct vt__arena *arena, uint32_t entries)
{
	size_t bytes = (size_t)entries * sizeof(struct vt__live_entry);
	struct vt__live_shard grown = {.size = entries};
	struct vt__live_entry entry;

	grown.entries = vt__arena_take(arena, bytes);
	if (!grown.entries)
		return -ENOMEM;
	memset(grown.entries, 0, bytes);
	if (shard->entries) {
		for (uint32_t at = 0; at < shard->size; at++) {
			entry = shard->entries[at];
			if (entry.record_plus_1)
				grown.entries[end_of_search(&grown, entry.hash)] = entry;
		}
		vt__arena_give(arena, shard->entries,
			       (size_t)shard->size * sizeof(struct vt__live_entry));
	}
	/* vt__live_prefetch() may look at any time: both are whole words. */
	__atomic_store_n(&shard->entries, grown.entries, __ATOMIC_RELAXED);
	__atomic_store_n(&shard->size, grown.size, __ATOMIC_RELAXED);
	shard->most = entries / 4 * 3;
	return 0;
}

/* More entries. Where memory is short a shard fills up, to the last entry but
 * one: that one ends every search. */
static VT__SELDOM int grow(struct vt__live_shard *shard, struct vt__arena *arena)
{
	const uint32_t entries = shard->size;
	const bool is_power = (entries & (entries - 1)) == 0;

	if (!shard->entries)
		return resize(shard, arena, FIRST_ENTRIES);
	if (entries <= UINT32_MAX / 2 &&
	    resize(shard, arena, is_power ? entries / 2 * 3 : entries / 3 * 4) == 0)
		return 0;
	return shard->count + 1 < entries ? 0 : -ENOMEM;
}

/* A record more. It counts as free until it is filled in: nobody reads a
 * recording while it is changed. */
static VT__APART struct vt_format_allocation *new_record(struct vt__store *store, uint32_t *number)
{
	*number = vt__recording_reserve(&store->recording, VT_FORMAT_ALLOCATION, 1);
	if (*number == VT_FORMAT_NONE)
		return NULL;
	vt__recording_commit(&store->recording, VT_FORMAT_ALLOCATION, 1);
	return vt__store_at(store, VT_FORMAT_ALLOCATION, *number);
}

struct vt_format_allocation *vt__live_add(struct vt__store *store, struct vt__live_place place)
{
	struct vt__live_shard *shard = place.shard;
	struct vt_format_allocation *record;
	uint32_t number = shard->free_plus_1 - 1;

	if (VT__UNLIKELY(shard->count >= shard->most)) {
		if (grow(shard, &store->arena))
			return NULL;
		place.at = end_of_search(shard, place.hash);
	}
	if (VT__LIKELY(shard->free_plus_1 != 0)) {
		record = vt__store_at(store, VT_FORMAT_ALLOCATION, number);
		shard->free_plus_1 = record->link;
	} else {
		record = new_record(store, &number);
	}
	if (!record)
		return NULL;
	shard->entries[place.at] = (struct vt__live_entry){place.hash, number + 1};
	shard->count++;
	return record;
}

const struct vt_format_allocation *vt__live_find(struct vt__live *live, struct vt__store *store,
						 enum vt__space space, uint64_t address)
{
	return vt__live_look(live, store, space, address, vt__hash_word(address)).record;
}

void vt__live_remove(struct vt__live_place place, struct vt_format_allocation *content_out)
{
	struct vt_format_allocation *record = place.record;
	uint32_t record_plus_1 = place.shard->entries[place.at].record_plus_1;

	cut(place.shard, place.at);
	*content_out = *record;
	record->state = VT_ALLOCATION_FREE;
	record->link = place.shard->free_plus_1;
	place.shard->free_plus_1 = record_plus_1;
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
		while (at < shard->size) {
			uint32_t before = shard->count;

			if (shard->entries[at].record_plus_1)
				each(space, record_of(store, &shard->entries[at]), closure);
			at += shard->count == before;
		}
	}
}
