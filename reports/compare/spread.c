/*
 * The spread of one number over many ranks, and which of them stand apart.
 */
#include "config.h"

#include "reports/compare/spread.h"

#include <stdlib.h>

/* The standard deviation of what is normally distributed is that many times the
 * median of the distances from the median. */
#define DEVIATIONS_PER_DISTANCE 1.4826

static int by_number(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a < b ? b - a : a - b;
}

/* Of sorted values: between the two in the middle if their number is even. */
static uint64_t middle(const uint64_t *values, size_t count)
{
	const uint64_t low = values[(count - 1) / 2], high = values[count / 2];

	return low + (high - low) / 2;
}

/* Most values are zero, and so are the medians: nothing has to be sorted. */
static void spread_of_few(const uint64_t *values, size_t count, struct vt__spread *out)
{
	for (size_t i = 0; i < count; i++)
		if (values[i] > out->most)
			out->most = values[i];
}

void vt__spread_of(uint64_t *values, size_t count, size_t zeros, struct vt__spread *out)
{
	*out = (struct vt__spread){.count = count + zeros};
	if (count < zeros) {
		spread_of_few(values, count, out);
		return;
	}
	while (zeros--)
		values[count++] = 0;
	qsort(values, count, sizeof(*values), by_number);
	out->least = values[0];
	out->median = middle(values, count);
	out->most = values[count - 1];
	for (size_t i = 0; i < count; i++)
		values[i] = distance(values[i], out->median);
	qsort(values, count, sizeof(*values), by_number);
	out->distance = middle(values, count);
}

bool vt__stands_apart(const struct vt__spread *spread, uint64_t value)
{
	const double away = (double)distance(value, spread->median);

	return spread->count >= VT__APART_RANKS && away > 0 &&
	       away > VT__APART_DEVIATIONS * DEVIATIONS_PER_DISTANCE * (double)spread->distance &&
	       away > VT__APART_PERCENT / 100.0 * (double)spread->median;
}
