/*
 * When the memory of a process was off the card: by its own calls, by those of other processes
 * that were recorded, and of one that runs by its open files. From a checkpoint until it is
 * restored a process holds nothing on any device.
 */
#ifndef VT_REPORTS_CHECKPOINTS_H
#define VT_REPORTS_CHECKPOINTS_H

#include "reports/findings/analysis.h"

/* How it is known. VT__AWAY(identifier, name in JSON) */
#define VT__AWAYS(VT__AWAY)                                                                        \
	VT__AWAY(CALL, "call")   /* by the call */                                                 \
	VT__AWAY(FOUND, "found") /* it was so when the process ended */                            \
	VT__AWAY(SEEN, "seen")   /* it runs, and has no device open */

enum vt__away_how {
#define VT__AWAY(id, json) VT__AWAY_##id,
	VT__AWAYS(VT__AWAY)
#undef VT__AWAY
	VT__AWAY_COUNT
};

struct vt__away {
	enum vt__away_how how;
	uint64_t from_ns;             /* 0: since when is not known */
	uint64_t to_ns;               /* 0: it is away still, or was at its end */
	uint64_t bytes;               /* VT_FORMAT_UNKNOWN: not told */
	uint64_t times;               /* that this row stands for */
	const struct vt__process *by; /* who called; NULL: nobody that was seen */
	uint32_t stack;               /* of that process, VT_FORMAT_NONE: not known */
};

struct vt__checkpoints {
	struct vt__away *rows; /* by time */
	size_t count;
	uint64_t times; /* of all rows */
	bool is_away;   /* now, or at its end */
	uint64_t bytes; /* then: live in its books, and on no device */
};

/* Those of the process `of`, which is one of `all`. 0 and to be released, or -ENOMEM. */
int vt__checkpoints_of(const struct vt__process *all, size_t count, const struct vt__process *of,
		       struct vt__checkpoints *out);
void vt__checkpoints_release(struct vt__checkpoints *checkpoints);

const char *vt__away_name(enum vt__away_how how);

#endif
