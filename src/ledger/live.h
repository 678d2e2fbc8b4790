/*
 * The live allocations: their records, and the index that finds one by
 * address.
 *
 * The index is split into shards. Each is an open-addressed table of record
 * numbers with 32 bits of the address's hash beside them, so that a look-up
 * touches one cache line and then the record it was looking for, and each
 * doubles on its own, so that no single allocation waits for all of them.
 *
 * A record is 56 bytes, an entry of the index 8, of which a half to three
 * quarters are in use: an allocation has 11 to 16 bytes of index.
 *
 * Not thread-safe: the ledger's lock covers it, except vt__live_prefetch().
 */
#ifndef VT_LEDGER_LIVE_H
#define VT_LEDGER_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/ledger.h"
#include "ledger/store.h"

#define VT__LIVE_SHARDS 64u /* per space; a power of two */

struct vt__live_entry {
	uint32_t hash;
	uint32_t record_plus_1; /* 0: empty */
};

struct vt__live_shard {
	struct vt__live_entry *entries; /* NULL: none yet */
	uint32_t count;                 /* entries in use, always fewer than there are */
	uint32_t mask;                  /* entries there are, less one */
};

struct vt__live {
	struct vt__store *store; /* of the records; NULL while there are none */
	uint32_t free_plus_1;    /* first free record; the next is in its `reserved` */
	struct vt__live_shard shards[VT__SPACE_COUNT][VT__LIVE_SHARDS];
};

/* Makes a record with that content live. Nothing may be live at its address.
 * Returns 0 or -ENOMEM. */
int vt__live_add(struct vt__live *live, struct vt__store *store, enum vt__space space,
		 const struct vt_format_allocation *content);

/* Where an address is in the index, until the next change of it. */
struct vt__live_place {
	struct vt__live_shard *shard;
	uint32_t at;
	uint32_t number; /* of the record; VT_FORMAT_NONE if nothing is live there */
};

struct vt__live_place vt__live_look(struct vt__live *live, enum vt__space space, uint64_t address);

/* The number of the record alone, VT_FORMAT_NONE if nothing is live there. */
uint32_t vt__live_find(struct vt__live *live, enum vt__space space, uint64_t address);

/* Takes the allocation out that is there. */
void vt__live_remove(struct vt__live *live, struct vt__live_place place,
		     struct vt_format_allocation *content_out);

/* Fetches what the others will read first. Any thread, without the lock. */
void vt__live_prefetch(const struct vt__live *live, enum vt__space space, uint64_t address);

/* Calls `each` for every live allocation; it may remove that one. */
void vt__live_each(struct vt__live *live, struct vt__store *store,
		   void (*each)(enum vt__space space, const struct vt_format_allocation *content,
				void *closure),
		   void *closure);

#endif
