/*
 * A copy of what is live in an account at one moment, to be looked at without
 * a lock. Labels and stacks are not copied: the copy uses them until it is freed.
 */
#ifndef VT_LIVE_COPY_H
#define VT_LIVE_COPY_H

#include "library/account_private.h"

struct vt__live {
	vt_live_allocation allocation;
	uint64_t sequence;
	struct vt__interned *label;
	struct vt__interned *stack; /* NULL: none */
};

struct vt__live_copy {
	struct vt__account *account; /* a reference */
	struct vt__live *all;        /* oldest first */
	size_t count;
	struct vt__totals totals; /* of the same moment */
	uint64_t budget_bytes;
};

/* 0 or -ENOMEM. */
int vt__live_copy_take(struct vt__live_copy *copy, struct vt__account *account);
void vt__live_copy_free(struct vt__live_copy *copy);

/* Largest first, older first among equals. */
void vt__live_copy_sort_by_size(struct vt__live_copy *copy);

#endif
