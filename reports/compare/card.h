/*
 * The card between the processes of a run: what each had of a device at the moment when they had
 * most of it together, when one of them was refused memory, and at its own end.
 *
 * What a process holds is what its allocations have, by its timeline, and what beside them is
 * accounted for (contexts, local memory, what pools keep, ...), by its account nearest before. A
 * timeline has 192 points, so between two of them the level at the last is taken. Processes are
 * those of one boot of one machine, devices are told apart by their UUIDs.
 */
#ifndef VT_REPORTS_CARD_H
#define VT_REPORTS_CARD_H

#include "reports/findings/analysis.h"

#define VT__CARD_PROCESSES 128 /* of a card: those with the highest peaks */
#define VT__CARD_REFUSALS 4u   /* moments of them: the first */

enum vt__card_what {
	VT__CARD_PEAK,    /* of all together */
	VT__CARD_REFUSED, /* of `process` */
	VT__CARD_END      /* of each by itself */
};

struct vt__card_moment {
	enum vt__card_what what;
	uint64_t time_ns;                  /* CLOCK_MONOTONIC; 0 for the ends */
	const struct vt__process *process; /* that was refused; else NULL */
	uint64_t asked_bytes;              /* that were refused */
	uint64_t *shares;                  /* of each process of the card */
	uint64_t sum;
	/* The device's own number, of the moment or the nearest that there is, and of processes
	 * that are none of these by NVML; VT_FORMAT_UNKNOWN: not known, and for the ends. */
	uint64_t used_bytes;
	uint64_t used_time_ns;
	uint64_t other_bytes;
};

struct vt__card_process {
	const struct vt__process *process;
	uint32_t device; /* number of its record */
	uint64_t end_ns; /* UINT64_MAX: it was killed, or runs: it is not known until when it held
			    it */
};

struct vt__card {
	const struct vt_format_device *device; /* of the first process */
	struct vt__raw name;
	struct vt__card_process *processes; /* by start */
	size_t process_count;
	size_t left_out; /* processes of the card beyond VT__CARD_PROCESSES */
	struct vt__card_moment moments[2 + VT__CARD_REFUSALS];
	size_t moment_count;
};

struct vt__cards {
	struct vt__card *cards;
	size_t count;
};

/* Cards that two processes or more allocated on. 0 or -ENOMEM; to be released in any case. */
int vt__cards_make(const struct vt__analysis *analysis, struct vt__cards *out);
void vt__cards_release(struct vt__cards *cards);

const char *vt__card_moment_name(enum vt__card_what what);

/* Whether it was killed, so that its share is one until the last that is known. */
bool vt__card_was_killed(const struct vt__card_process *process);

#endif
