/*
 * Growth: call sites whose memory rises steadily from mark to mark.
 *
 * A site's history is a level for each window of marks: the least that it held
 * at one of them. Levels of the warm-up are left out: the first quarter, from
 * the first mark at which the site held anything. The rest is growth if it
 *   - has marks enough (VT__GROWTH_MARKS_LEAST),
 *   - rises through each quarter: the least of a quarter is above that of the
 *     quarter before (no single step, no saw's teeth, no plateau),
 *   - has not come to rest: its last third rises at a fifth of the whole's rate
 *     or more, and
 *   - drifts: the mean rise from level to level is not explained by their
 *     spread (Student's t, VT__GROWTH_DRIFT), nor their order by chance
 *     (Kendall's tau, VT__GROWTH_TREND).
 * A fall at the very end, where a program frees all, is left out.
 *
 * Of objects (bucket HELD), which have no bytes or bytes that are only measured, a level is
 * their number.
 */
#ifndef VT_REPORTS_GROWTH_H
#define VT_REPORTS_GROWTH_H

#include <stdbool.h>
#include <stdint.h>

#include "reports/findings/analysis.h"
#include "reports/text/units.h"

#define VT__GROWTH_MARKS_LEAST 8u
#define VT__GROWTH_DRIFT 2.5
#define VT__GROWTH_TREND 0.6

/* What a site held over the marks, oldest first. */
struct vt__levels {
	unsigned count;
	bool is_counted;                   /* what rises is the number of allocations: objects */
	uint32_t marks[VT_FORMAT_WINDOWS]; /* number of the first mark that the level is of */
	uint64_t bytes[VT_FORMAT_WINDOWS];
	uint32_t allocations[VT_FORMAT_WINDOWS];
	uint32_t last_mark; /* of the last level */
};

/* Growth that was found. */
struct vt__growth {
	double per_mark;       /* of levels: the median of all slopes between two of them */
	double bytes_per_mark; /* the same; of objects as computed or measured, 0: neither */
	bool is_counted;       /* levels are numbers of objects, else bytes */
	double r_squared;      /* of the straight line through the levels: 0 to 1 */
	double trend;          /* Kendall's tau-b: 1 if no level is below an earlier one */
	uint32_t first_mark;   /* after the warm-up */
	uint32_t last_mark;
	uint64_t first_bytes; /* at these */
	uint64_t last_bytes;
	uint32_t first_count;
	uint32_t last_count;
	uint32_t rises; /* of all marks since the site held anything: at which it held more */
	uint32_t falls; /* less */
	const struct vt_format_mark *mark;
};

/* Whether the levels are growth; then all but rises, falls and mark is set. */
bool vt__growth_judge(const struct vt__levels *levels, struct vt__growth *out);

/* What a history and its site say, up to mark number `marks`. */
void vt__growth_levels(const struct vt_format_growth *history, const struct vt_format_site *site,
		       uint32_t marks, struct vt__levels *out);

/* The series of marks that is followed; NULL: none was asked for, and none seen. */
const struct vt_format_mark *vt__followed_marks(const struct vt__recording *recording);

/* Why nothing can be told of growth, in words for after "growth: "; NULL: it can
 * be told. For a process with marks that are followed. */
const char *vt__growth_obstacle(const struct vt_format_mark *followed);

/* Adds the rows of growth to a process's findings, which have room for one of
 * each history. 0 or -ENOMEM. */
int vt__add_growth(struct vt__process *process);

/* The first process that was asked to look for growth between marks of a name, where none of them
 * came to one; NULL: one did, or none was asked. (A timer has no wrong name: it was short.) */
const struct vt__process *vt__growth_unmarked(const struct vt__analysis *analysis);

/* Whether there are followed marks, and too few of them in each process to tell growth. */
bool vt__growth_is_untold(const struct vt__analysis *analysis);

/* Call sites that there was no room to keep the history of: whether they grow is not known. */
size_t vt__growth_unkept(const struct vt__process *process);

/* Name in JSON and words of a marker; NULL for one newer than this. */
const char *vt__marker_name(uint32_t marker);
const char *vt__marker_words(uint32_t marker);

#endif
