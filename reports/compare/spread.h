/*
 * The spread of one number over many ranks, and which of them stand apart.
 *
 * Nothing here is moved far by one odd value: the middle is the median, and the
 * distance by which others are judged is the median of the distances from it.
 */
#ifndef VT_REPORTS_SPREAD_H
#define VT_REPORTS_SPREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A rank stands apart if its value is farther from the median than
 * VT__APART_DEVIATIONS standard deviations, as told by the median of the
 * distances, and than VT__APART_PERCENT of the median. Of fewer than
 * VT__APART_RANKS ranks none can be told to be the odd one. */
#define VT__APART_DEVIATIONS 3
#define VT__APART_PERCENT 10
#define VT__APART_RANKS 3

struct vt__spread {
	uint64_t least, median, most;
	uint64_t distance; /* median of the distances from the median */
	size_t count;
};

/* Of `count` values and as many zeros as `zeros` says, at least one in all.
 * `values` has room for all of them and is left as a workspace is left. */
void vt__spread_of(uint64_t *values, size_t count, size_t zeros, struct vt__spread *out);

bool vt__stands_apart(const struct vt__spread *spread, uint64_t value);

#endif
