/*
 * Decides whether the levels of a call site are growth.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include "reports/findings/growth.h"

#define QUARTERS 4u
#define LEVELS_LEAST 6u /* after the warm-up */
#define TRIM_MOST 2u    /* levels at the end that may be a program's freeing of all */
#define LATE_SHARE 0.2  /* of the whole's rate, in the last third */
#define PAIRS_MOST (VT_FORMAT_WINDOWS * (VT_FORMAT_WINDOWS - 1) / 2)

/* The levels that are judged. */
struct part {
	const struct vt__levels *levels;
	unsigned first, end;
};

static double bytes_at(const struct part *part, unsigned i)
{
	return (double)part->levels->bytes[part->first + i];
}

/* What is judged: bytes, or the number of objects. */
static double level_at(const struct part *part, unsigned i)
{
	return part->levels->is_counted ? (double)part->levels->allocations[part->first + i]
					: bytes_at(part, i);
}

static double mark_at(const struct part *part, unsigned i)
{
	return (double)part->levels->marks[part->first + i];
}

static unsigned length_of(const struct part *part)
{
	return part->end - part->first;
}

/* False if too little is left. */
static bool choose(const struct vt__levels *levels, struct part *out)
{
	struct part part = {levels, (levels->count + 3) / 4, levels->count};
	unsigned trimmed = 0;

	if (!levels->count || levels->last_mark - levels->marks[0] + 1 < VT__GROWTH_MARKS_LEAST)
		return false;
	while (trimmed++ < TRIM_MOST && part.end > part.first + LEVELS_LEAST &&
	       level_at(&part, part.end - 1 - part.first) <
		       level_at(&part, part.end - 2 - part.first))
		part.end--;
	if (part.end < part.first + LEVELS_LEAST)
		return false;
	*out = part;
	return true;
}

static bool rises_through_quarters(const struct part *part)
{
	const unsigned count = length_of(part);
	double before = -1;

	for (unsigned quarter = 0; quarter < QUARTERS; quarter++) {
		const unsigned end = (quarter + 1) * count / QUARTERS;
		double least = INFINITY;

		for (unsigned i = quarter * count / QUARTERS; i < end; i++)
			least = fmin(least, level_at(part, i));
		if (least <= before)
			return false;
		before = least;
	}
	return true;
}

static bool has_come_to_rest(const struct part *part)
{
	const unsigned last = length_of(part) - 1, late = last - last / 3;
	const double whole = (level_at(part, last) - level_at(part, 0)) /
			     (mark_at(part, last) - mark_at(part, 0));
	const double end = (level_at(part, last) - level_at(part, late)) /
			   (mark_at(part, last) - mark_at(part, late));

	return end < LATE_SHARE * whole;
}

/* Whether the rises from level to level have a mean that their spread does not explain. */
static bool drifts(const struct part *part)
{
	const unsigned count = length_of(part) - 1;
	const double mean = (level_at(part, count) - level_at(part, 0)) / count;
	double spread = 0;

	for (unsigned i = 0; i < count; i++) {
		const double off = level_at(part, i + 1) - level_at(part, i) - mean;

		spread += off * off;
	}
	spread = sqrt(spread / (count - 1));
	return mean > 0 && mean * sqrt(count) >= VT__GROWTH_DRIFT * spread;
}

static int by_size(const void *left, const void *right)
{
	const double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

/* Theil's slope and Kendall's tau-b, which look at the same pairs. */
static void look_at_pairs(const struct part *part, struct vt__growth *out)
{
	const unsigned count = length_of(part);
	double slopes[PAIRS_MOST];
	long order = 0, ties = 0;
	unsigned pairs = 0;

	for (unsigned i = 0; i < count; i++) {
		for (unsigned k = i + 1; k < count; k++) {
			const double rise = level_at(part, k) - level_at(part, i);

			slopes[pairs++] = rise / (mark_at(part, k) - mark_at(part, i));
			order += (rise > 0) - (rise < 0);
			ties += rise == 0;
		}
	}
	qsort(slopes, pairs, sizeof(*slopes), by_size);
	out->per_mark = (slopes[(pairs - 1) / 2] + slopes[pairs / 2]) / 2;
	out->trend = ties == (long)pairs
			     ? 0
			     : (double)order / sqrt((double)pairs * (double)(pairs - ties));
}

static double fit_line(const struct part *part)
{
	const unsigned count = length_of(part);
	double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;

	for (unsigned i = 0; i < count; i++) {
		mean_x += mark_at(part, i) / count;
		mean_y += level_at(part, i) / count;
	}
	for (unsigned i = 0; i < count; i++) {
		const double x = mark_at(part, i) - mean_x, y = level_at(part, i) - mean_y;

		xx += x * x;
		yy += y * y;
		xy += x * y;
	}
	return xx > 0 && yy > 0 ? fmin(xy * xy / (xx * yy), 1) : 0;
}

static double mean_slope(const struct part *part, double (*at)(const struct part *part, unsigned i))
{
	const unsigned last = length_of(part) - 1;

	return (at(part, last) - at(part, 0)) / (mark_at(part, last) - mark_at(part, 0));
}

bool vt__growth_judge(const struct vt__levels *levels, struct vt__growth *out)
{
	struct vt__growth growth = {.mark = NULL};
	struct part part;

	if (!choose(levels, &part) || !rises_through_quarters(&part) || has_come_to_rest(&part) ||
	    !drifts(&part))
		return false;
	look_at_pairs(&part, &growth);
	if (growth.trend < VT__GROWTH_TREND || growth.per_mark < 0)
		return false;
	if (growth.per_mark == 0) /* it rises at less than half of the levels */
		growth.per_mark = mean_slope(&part, level_at);
	growth.is_counted = levels->is_counted;
	growth.bytes_per_mark = levels->is_counted ? fmax(mean_slope(&part, bytes_at), 0)
						   : growth.per_mark;
	growth.r_squared = fit_line(&part);
	growth.first_mark = levels->marks[part.first];
	growth.last_mark = part.end == levels->count ? levels->last_mark
						     : levels->marks[part.end] - 1;
	growth.first_bytes = levels->bytes[part.first];
	growth.last_bytes = levels->bytes[part.end - 1];
	growth.first_count = levels->allocations[part.first];
	growth.last_count = levels->allocations[part.end - 1];
	*out = growth;
	return true;
}
