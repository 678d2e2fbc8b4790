/*
 * Index of live allocations by address.
 */
#include "config.h"

#include "ledger/live.h"

#include "base/attributes.h"

#include <errno.h>
#include <string.h>

#define FIRST_ENTRIES 16u /* of a shard */
#define FIRST_BITS 24u    /* of numbers: an entry may be 255 places after its home */
#define MOST_BITS 28u     /* and then 15 */

static struct vt_format_allocation *record_of(const struct vt__live_shard *shard,
					      struct vt__store *store, uint32_t entry)
{
	return vt__store_at(store, VT_FORMAT_ALLOCATION, vt__live_number_plus_1(shard, entry) - 1);
}

struct vt__live_place vt__live_look_in(struct vt__live_shard *shard, struct vt__store *store,
				       uint64_t address, uint32_t hash)
{
	struct vt__live_place place = {.shard = shard, .hash = hash};
	struct vt_format_allocation *record;
	uint32_t entry;

	if (!shard->entries)
		return place;
	for (place.at = vt__live_home(hash, shard->size);;
	     place.at = vt__live_next(place.at, shard->size), place.after++) {
		entry = shard->entries[place.at];
		if (!entry)
			return place;
		if (entry >> shard->bits != place.after) /* another's home */
			continue;
		record = record_of(shard, store, entry);
		if (record->address != address)
			continue;
		place.record = record;
		return place;
	}
}

/* An entry further on moves to the gap if that is not before its home. */
void vt__live_cut(struct vt__live_shard *shard, uint32_t gap)
{
	const uint32_t size = shard->size;
	uint32_t at = gap, way = 0, entry;

	for (;;) {
		at = vt__live_next(at, size);
		way++;
		entry = shard->entries[at];
		if (!entry)
			break;
		if (entry >> shard->bits < way)
			continue;
		shard->entries[gap] = entry - (way << shard->bits);
		gap = at;
		way = 0;
	}
	shard->entries[gap] = 0;
}

bool vt__live_put(const struct vt__live_place *place, uint32_t number_plus_1)
{
	struct vt__live_shard *shard = place->shard;

	if (shard->count >= shard->most || number_plus_1 >= shard->limit ||
	    place->after > UINT32_MAX >> shard->bits)
		return false;
	shard->entries[place->at] = number_plus_1 | place->after << shard->bits;
	shard->count++;
	return true;
}

/* The empty entry at which the search for an address that has none ends. */
static void find_end(struct vt__live_place *place)
{
	const struct vt__live_shard *shard = place->shard;

	place->after = 0;
	for (place->at = vt__live_home(place->hash, shard->size); shard->entries[place->at];
	     place->at = vt__live_next(place->at, shard->size))
		place->after++;
}

/* Entries are to be as many, home or not, and have as many bits for numbers. */
static int rebuild(struct vt__live_shard *shard, struct vt__store *store, uint32_t entries,
		   uint32_t bits)
{
	const size_t bytes = (size_t)entries * sizeof(shard->entries[0]);
	struct vt__live_shard made = {
		.size = entries - 2, .most = entries / 4 * 3, .bits = bits, .limit = 1u << bits};
	struct vt__live_place place = {.shard = &made};
	uint32_t entry;

	made.entries = vt__arena_take(&store->arena, bytes);
	if (!made.entries)
		return -ENOMEM;
	memset(made.entries, 0, bytes);
	made.entries[entries - 1] = UINT32_MAX;
	for (uint32_t at = 0; shard->entries && at <= shard->size; at++) {
		entry = shard->entries[at];
		if (!entry)
			continue;
		place.hash = (uint32_t)vt__hash_word(record_of(shard, store, entry)->address);
		find_end(&place);
		if (!vt__live_put(&place, vt__live_number_plus_1(shard, entry))) {
			vt__arena_give(&store->arena, made.entries, bytes);
			return -ERANGE;
		}
	}
	if (shard->entries)
		vt__arena_give(&store->arena, shard->entries,
			       ((size_t)shard->size + 2) * sizeof(shard->entries[0]));
	/* vt__live_prefetch() may look at any time, and is to see no older entries than the size.
	 */
	__atomic_store_n(&shard->entries, made.entries, __ATOMIC_RELAXED);
	__atomic_store_n(&shard->size, made.size, __ATOMIC_RELEASE);
	shard->most = made.most;
	shard->bits = bits;
	shard->limit = made.limit;
	return 0;
}

/* More entries, or others, so that the number fits in. Where memory is short a shard fills up, to
 * the last entry but one: that one ends every search. */
static VT__SELDOM int make_room(struct vt__live_place *place, struct vt__store *store,
				uint32_t number_plus_1)
{
	struct vt__live_shard *shard = place->shard;
	uint32_t entries = shard->entries ? shard->size + 2 : FIRST_ENTRIES / 4 * 3;
	uint32_t bits = shard->entries ? shard->bits : FIRST_BITS;
	/* With other bits, too: entries of the same size are the same ones (vt__live_prefetch). */
	bool grows = shard->count >= shard->most || place->after > UINT32_MAX >> bits ||
		     number_plus_1 >> bits;
	int error;

	while (number_plus_1 >> bits)
		if (++bits > MOST_BITS)
			return -ENOMEM;
	do {
		if (grows && entries > UINT32_MAX / 2)
			return -ENOMEM;
		if (grows)
			entries = (entries & (entries - 1)) == 0 ? entries / 2 * 3
								 : entries / 3 * 4;
		error = rebuild(shard, store, entries, bits);
		grows = true;
	} while (error == -ERANGE);
	if (error == 0)
		find_end(place);
	else if (shard->entries && shard->count < shard->size)
		shard->most = shard->size; /* as full as it can be */
	return error;
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

static void give_back(struct vt__live_shard *shard, struct vt_format_allocation *record,
		      uint32_t number_plus_1)
{
	record->state = VT_ALLOCATION_FREE;
	record->link = shard->free_plus_1;
	shard->free_plus_1 = number_plus_1;
}

struct vt_format_allocation *vt__live_add(struct vt__store *store, struct vt__live_place place)
{
	struct vt__live_shard *shard = place.shard;
	uint32_t number = shard->free_plus_1 - 1;
	struct vt_format_allocation *record;

	if (VT__LIKELY(shard->free_plus_1 != 0)) {
		record = vt__store_at(store, VT_FORMAT_ALLOCATION, number);
		shard->free_plus_1 = record->link;
	} else {
		record = new_record(store, &number);
	}
	if (!record)
		return NULL;
	while (VT__UNLIKELY(!vt__live_put(&place, number + 1))) {
		const uint32_t most = shard->most;

		if (make_room(&place, store, number + 1) != 0 && shard->most == most) {
			give_back(shard, record, number + 1);
			return NULL;
		}
	}
	return record;
}

const struct vt_format_allocation *vt__live_find(struct vt__live *live, struct vt__store *store,
						 enum vt__space space, uint64_t address)
{
	return vt__live_look(live, store, space, address, vt__hash_word(address)).record;
}

void vt__live_remove(struct vt__live_place place, struct vt_format_allocation *content_out)
{
	struct vt__live_shard *shard = place.shard;
	const uint32_t number_plus_1 = vt__live_number_plus_1(shard, shard->entries[place.at]);

	vt__live_cut(shard, place.at);
	shard->count--;
	*content_out = *place.record;
	give_back(shard, place.record, number_plus_1);
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
		while (shard->entries && at <= shard->size) {
			uint32_t before = shard->count;

			if (shard->entries[at])
				each(space, record_of(shard, store, shard->entries[at]), closure);
			at += shard->count == before;
		}
	}
}
