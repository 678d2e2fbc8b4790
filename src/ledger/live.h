/*
 * The live allocations: their records, and the index that finds one by
 * address.
 *
 * The index is split into shards, each a uthash table that doubles on its
 * own, so that no single allocation waits for all of them to be rehashed. The
 * key of a node is the address in the record itself.
 *
 * A node is 64 bytes and a record 56; buckets add about 5 bytes.
 *
 * Not thread-safe: the ledger's lock covers it.
 */
#ifndef VT_LEDGER_LIVE_H
#define VT_LEDGER_LIVE_H

#include <stdint.h>

#include "ledger/ledger.h"
#include "ledger/store.h"

#define VT__SPACES (VT__SPACE_RANGE + 1)
#define VT__LIVE_SHARDS 64u /* per space; a power of two */

struct vt__live_node;

struct vt__live {
	struct vt__live_node *shards[VT__SPACES][VT__LIVE_SHARDS];
	uint32_t free_plus_1; /* first free record; the next is in its `reserved` */
};

/* Makes a record with that content live. Nothing may be live at its address.
 * Returns 0 or -ENOMEM. */
int vt__live_add(struct vt__live *live, struct vt__store *store, enum vt__space space,
		 const struct vt_format_allocation *content);

/* The same in the record that vt__live_remove() left. */
int vt__live_restore(struct vt__live *live, struct vt__store *store, enum vt__space space,
		     uint32_t number, const struct vt_format_allocation *content);

/* The number of the record, VT_FORMAT_NONE if nothing is live there. */
uint32_t vt__live_find(const struct vt__live *live, enum vt__space space, uint64_t address);

/* Takes the allocation out. Its record stays reserved until
 * vt__live_release(). Returns its number or VT_FORMAT_NONE. */
uint32_t vt__live_remove(struct vt__live *live, struct vt__store *store, enum vt__space space,
			 uint64_t address, struct vt_format_allocation *content_out);

/* The record may be used again. */
void vt__live_release(struct vt__live *live, struct vt__store *store, uint32_t number);

/* Calls `each` for every live allocation; it may remove that one. */
void vt__live_each(struct vt__live *live, struct vt__store *store,
		   void (*each)(enum vt__space space, const struct vt_format_allocation *content,
				void *closure),
		   void *closure);

#endif
