/*
 * Numbers stacks: those of the same places have the same number in every recording of one
 * symbolizer, so that a thousand recordings of one program are looked at frame by frame once.
 */
#ifndef VT_REPORTS_KNOWN_STACKS_H
#define VT_REPORTS_KNOWN_STACKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "reports/names/kept_frames.h"

struct vt__known_stack {
	struct vt__hash128 places;
	uint32_t count;           /* of the places */
	enum vt__kept_state kept; /* a rule about keepers of memory is of one of its frames */
};

/* Open-addressed; starts with zeros. */
struct vt__known_stacks {
	struct vt__known_stack *stacks; /* by number */
	uint32_t *table;                /* numbers, one more than they are; 0: an empty place */
	size_t mask;                    /* places there are, less one */
	uint32_t count;                 /* of stacks: half of the places at most */
	uint32_t recordings;            /* that have stacks here: in one alone none comes again */
};

/* The number of so many places; they are new, or known. 0 or -ENOMEM. */
int vt__known_stacks_find(struct vt__known_stacks *known, struct vt__hash128 places, size_t count,
			  uint32_t *number_out);

void vt__known_stacks_release(struct vt__known_stacks *known);

#endif
