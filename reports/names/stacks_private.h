/*
 * The stacks of one recording, as stacks.c and stack_number.c share them.
 */
#ifndef VT_REPORTS_STACKS_PRIVATE_H
#define VT_REPORTS_STACKS_PRIVATE_H

#include "reports/names/stacks.h"

struct vt__stacks {
	const struct vt__recording *recording;
	struct vt__symbolizer *symbolizer;
	struct vt__module **modules; /* by number; NULL until one of its frames is asked for */
	const struct vt__source **sources; /* the same */
	uint32_t *numbers; /* of its stacks in all recordings, one more; 0 until it is asked for */
	struct vt__allowance allowance;
};

#endif
