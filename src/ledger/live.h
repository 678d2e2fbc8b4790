/*
 * The live allocations: their records, and the index that finds one by
 * address.
 *
 * The index is split into shards. Each is an open-addressed table of record
 * numbers with 32 bits of the address's hash beside them, so that a look-up
 * touches one cache line and then the record it was looking for, and each
 * grows on its own, so that no single allocation waits for all of them.
 *
 * A record is 56 bytes, an entry of the index 8, of which a half to three
 * quarters are in use: a table grows by half, or by a third. An allocation has 11 to 16 bytes of
 * index.
 *
 * Not thread-safe: the ledger's lock covers it, except vt__live_prefetch().
 */
#ifndef VT_LEDGER_LIVE_H
#define VT_LEDGER_LIVE_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/hash.h"
#include "ledger/ledger.h"
#include "recording/store.h"

#define VT__LIVE_SHARDS 64u /* per space; a power of two */

struct vt__live_entry {
	uint32_t hash;
	uint32_t record_plus_1; /* 0: empty */
};

/* A cache line of its own: threads that allocate at unlike addresses then change
 * unlike lines. For the same reason each has the free records of its own. */
struct vt__live_shard {
	struct vt__live_entry *entries; /* NULL: none yet */
	uint32_t count;                 /* entries in use, always fewer than there are */
	uint32_t size;                  /* entries there are */
	uint32_t most;                  /* entries in use until there are to be more */
	uint32_t free_plus_1;           /* first free record; the next is in its `link` */
} __attribute__((aligned(64)));

struct vt__live {
	struct vt__live_shard shards[VT__SPACE_COUNT][VT__LIVE_SHARDS];
};

/* Where an address is in the index or would be, until the next change of it. */
struct vt__live_place {
	struct vt__live_shard *shard;
	struct vt_format_allocation *record; /* NULL: nothing is live there */
	uint32_t hash;                       /* lower half of the address's */
	uint32_t at;                         /* entry of the shard; of one with no entries: 0 */
};

/* The bits of an address's hash: the higher half chooses the shard, the lower
 * is kept in the entry and gives its place. */
static inline unsigned vt__live_shard_of(uint64_t hash)
{
	return (unsigned)(hash >> 32) % VT__LIVE_SHARDS;
}

/* The entry at which a search begins. */
static inline uint32_t vt__live_home(uint32_t hash, uint32_t size)
{
	return (uint32_t)((uint64_t)hash * size >> 32);
}

static inline uint32_t vt__live_next(uint32_t at, uint32_t size)
{
	return VT__UNLIKELY(at + 1 == size) ? 0 : at + 1;
}

/* `hash`: of vt__hash_word() of the address, in either. */
static inline struct vt__live_shard *vt__live_shard_at(struct vt__live *live, enum vt__space space,
						       uint64_t hash)
{
	return &live->shards[space][vt__live_shard_of(hash)];
}

static inline struct vt__live_place vt__live_look_in(struct vt__live_shard *shard,
						     struct vt__store *store, uint64_t address,
						     uint32_t hash)
{
	struct vt__live_place place = {.shard = shard, .hash = hash};
	const struct vt__live_entry *entry;
	struct vt_format_allocation *record;

	if (VT__UNLIKELY(!shard->entries))
		return place;
	for (place.at = vt__live_home(place.hash, shard->size);;
	     place.at = vt__live_next(place.at, shard->size)) {
		entry = &shard->entries[place.at];
		if (!entry->record_plus_1)
			return place;
		if (VT__UNLIKELY(entry->hash != place.hash))
			continue;
		record = vt__store_at(store, VT_FORMAT_ALLOCATION, entry->record_plus_1 - 1);
		if (VT__UNLIKELY(record->address != address))
			continue;
		place.record = record;
		return place;
	}
}

static inline struct vt__live_place vt__live_look(struct vt__live *live, struct vt__store *store,
						  enum vt__space space, uint64_t address,
						  uint64_t hash)
{
	return vt__live_look_in(vt__live_shard_at(live, space, hash), store, address,
				(uint32_t)hash);
}

/* The record alone, NULL if nothing is live there. */
const struct vt_format_allocation *vt__live_find(struct vt__live *live, struct vt__store *store,
						 enum vt__space space, uint64_t address);

/* A record for an address that was looked for and not found, to be filled in
 * whole: before that it is that of another, or zero. NULL when out of memory. */
struct vt_format_allocation *vt__live_add(struct vt__store *store, struct vt__live_place place);

/* Takes the allocation out that is there. */
void vt__live_remove(struct vt__live_place place, struct vt_format_allocation *content_out);

/* Fetches what the others will read first. Any thread, without the lock. */
static inline void vt__live_prefetch(const struct vt__live_shard *shard, uint32_t hash)
{
	uint32_t size = __atomic_load_n(&shard->size, __ATOMIC_RELAXED);

	__builtin_prefetch(__atomic_load_n(&shard->entries, __ATOMIC_RELAXED) +
			   vt__live_home(hash, size));
}

/* Calls `each` for every live allocation; it may remove that one. */
void vt__live_each(struct vt__live *live, struct vt__store *store,
		   void (*each)(enum vt__space space, const struct vt_format_allocation *content,
				void *closure),
		   void *closure);

#endif
