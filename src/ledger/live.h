/*
 * The live allocations: their records, and the index that finds one by
 * address.
 *
 * The index is split into shards. Each is an open-addressed table of record numbers, each with how
 * far it is from where its search begins, so that a look-up touches one cache line and then the
 * record it was looking for, and an entry can be taken out without a look at others' records. A
 * shard grows on its own, so that no single allocation waits for all of them.
 *
 * A record is 56 bytes, an entry of the index 4, of which a half to three
 * quarters are in use: a table grows by half, or by a third. An allocation has 5 to 8 bytes of
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

/* A cache line of its own: threads that allocate at unlike addresses then change
 * unlike lines. For the same reason each has the free records of its own. */
struct vt__live_shard {
	/* Each: number of the record + 1, and from the bit `bits` on how many places it is after
	 * its home; 0: empty. NULL: none yet. */
	uint32_t *entries;
	uint32_t count;       /* entries in use, always fewer than there are */
	uint32_t size;        /* places that are somebody's home; there is one more, and one that
				 is always in use, which no search comes to */
	uint32_t most;        /* entries in use until there are to be more */
	uint32_t free_plus_1; /* first free record; the next is in its `link` */
	uint32_t bits;        /* of an entry that are the number's */
	uint32_t limit;       /* 1 << bits; 0: there are no entries */
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
	uint32_t after;                      /* places after its home */
};

/* The bits of an address's hash: the higher half chooses the shard, the lower gives the place. */
static inline unsigned vt__live_shard_of(uint64_t hash)
{
	return (unsigned)(hash >> 32) % VT__LIVE_SHARDS;
}

/* The place at which a search begins. */
static inline uint32_t vt__live_home(uint32_t hash, uint32_t size)
{
	return (uint32_t)((uint64_t)hash * size >> 32);
}

static inline uint32_t vt__live_next(uint32_t at, uint32_t size)
{
	return at == size ? 0 : at + 1;
}

static inline uint32_t vt__live_number_plus_1(const struct vt__live_shard *shard, uint32_t entry)
{
	return entry & (shard->limit - 1);
}

/* `hash`: of vt__hash_word() of the address, in either. */
static inline struct vt__live_shard *vt__live_shard_at(struct vt__live *live, enum vt__space space,
						       uint64_t hash)
{
	return &live->shards[space][vt__live_shard_of(hash)];
}

struct vt__live_place vt__live_look_in(struct vt__live_shard *shard, struct vt__store *store,
				       uint64_t address, uint32_t hash);

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

/* The same of its entry alone, which others follow; they may move. */
VT__APART void vt__live_cut(struct vt__live_shard *shard, uint32_t gap);

/* Enters a number that the shard had before, of an address that was looked for and not found. False
 * where there are to be more entries first, for vt__live_add(). */
bool vt__live_put(const struct vt__live_place *place, uint32_t number_plus_1);

/* Fetches what the others will read first, the entry at which a search begins, and returns it: it
 * is that for as long as the shard has the same size: entries that are made anew are more. Any
 * thread, without the lock. */
static VT__ALWAYS_INLINE uint32_t *vt__live_prefetch(const struct vt__live_shard *shard,
						     uint32_t hash, uint32_t *size)
{
	/* Acquire: entries that are no older. */
	const uint32_t now = __atomic_load_n(&shard->size, __ATOMIC_ACQUIRE);
	/* Added as numbers: at first there are no entries. */
	const uintptr_t entries = (uintptr_t)__atomic_load_n(&shard->entries, __ATOMIC_RELAXED);
	uint32_t *entry = (uint32_t *)(entries + vt__live_home(hash, now) * sizeof(*entry));

	*size = now;
	__builtin_prefetch(entry);
	return entry;
}

/* Calls `each` for every live allocation; it may remove that one. */
void vt__live_each(struct vt__live *live, struct vt__store *store,
		   void (*each)(enum vt__space space, const struct vt_format_allocation *content,
				void *closure),
		   void *closure);

#endif
