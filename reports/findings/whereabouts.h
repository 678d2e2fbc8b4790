/*
 * Whose memory an address is, or was: what is live in a recording, and what it has of frees.
 */
#ifndef VT_REPORTS_WHEREABOUTS_H
#define VT_REPORTS_WHEREABOUTS_H

#include "reports/findings/analysis.h"

enum vt__where {
	VT__WHERE_INSIDE,
	VT__WHERE_PAST,  /* behind the end */
	VT__WHERE_BEFORE /* in front of the start */
};

struct vt__whereabouts {
	enum vt__where where;
	uint64_t distance; /* inside: from the start; past: from the end */
	uint64_t start;
	uint64_t bytes;
	uint32_t site;
	bool freed;
	bool reset;          /* freed by the end of its context */
	bool fenced;         /* its addresses stayed out of use */
	uint32_t free_stack; /* VT_FORMAT_NONE: not known */
};

#define VT__WHEREABOUTS_MOST 4

/* All memory that a recording knows, by address; NULL: there is no memory for it. */
struct vt__whereabouts_index;
struct vt__whereabouts_index *vt__whereabouts_index_new(const struct vt__process *process);
void vt__whereabouts_index_free(struct vt__whereabouts_index *index);

/*
 * All that has the address inside, what is live first, then what was freed last; where nothing has,
 * the nearest of what ends below it or begins above. Returns how many, 0: nothing is known of any
 * memory.
 */
size_t vt__whereabouts(const struct vt__whereabouts_index *index, uint64_t address,
		       struct vt__whereabouts out[VT__WHEREABOUTS_MOST]);

#endif
