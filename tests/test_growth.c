/*
 * Growth: which series of live bytes are growth, at which rate, and what
 * histories make of them.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/findings/growth.h"

#define KIB 1024ull
#define SERIES_MOST 100000u

/* Live bytes at each mark; in allocations of 1 KiB. */
static uint64_t series[SERIES_MOST];

/* The same for the same seed: a test that fails fails again. */
static uint64_t seed;
static double chance(void)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (double)(seed >> 11) / 9007199254740992.0;
}

/* The least of each window, as the ledger keeps it. */
static struct vt__levels levels_of(unsigned marks)
{
	struct vt__levels levels = {.last_mark = marks};
	unsigned stride = 1;

	while (stride * VT_FORMAT_WINDOWS < marks)
		stride *= 2;
	for (unsigned i = 0; i < marks; i++) {
		const unsigned window = i / stride;

		if (i % stride == 0) {
			levels.marks[window] = i + 1;
			levels.bytes[window] = series[i];
			levels.count = window + 1;
		} else if (series[i] < levels.bytes[window]) {
			levels.bytes[window] = series[i];
		}
		levels.allocations[window] = (uint32_t)(levels.bytes[window] / KIB);
	}
	return levels;
}

typedef double shape(unsigned i, unsigned marks);

static bool grows(shape *of, unsigned marks, struct vt__growth *out)
{
	struct vt__levels levels;

	for (unsigned i = 0; i < marks; i++)
		series[i] = (uint64_t)of(i, marks);
	levels = levels_of(marks);
	return vt__growth_judge(&levels, out);
}

static double line(unsigned i, unsigned marks)
{
	(void)marks;
	return 1e8 + 65536.0 * i;
}

static double noisy_line(unsigned i, unsigned marks)
{
	(void)marks;
	return 1e8 + 65536.0 * i + 10 * 65536 * chance();
}

/* One allocation at each tenth mark. */
static double slow(unsigned i, unsigned marks)
{
	(void)marks;
	return 1e6 + 4096.0 * (i / 10);
}

static double exponential(unsigned i, unsigned marks)
{
	return 1e6 * pow(50, (double)i / marks);
}

/* Within each step memory comes and goes, above a floor that rises. */
static double teeth_on_a_slope(unsigned i, unsigned marks)
{
	(void)marks;
	return 1e6 + 1024.0 * i + 1e6 * (i % 7);
}

static double flat(unsigned i, unsigned marks)
{
	(void)i;
	(void)marks;
	return 123456;
}

static double noise(unsigned i, unsigned marks)
{
	(void)i;
	(void)marks;
	return 1e8 * chance();
}

/* Full after 70 % of the run. */
static double plateau(unsigned i, unsigned marks)
{
	const double at = (double)i / marks;

	return 1e8 * (at < 0.7 ? at : 0.7);
}

static double saturating(unsigned i, unsigned marks)
{
	return 1e9 * (1 - exp(-8.0 * i / marks));
}

static double step(unsigned i, unsigned marks)
{
	return i < marks * 6 / 10 ? 1e6 : 5e7;
}

static double three_steps(unsigned i, unsigned marks)
{
	return 1e6 + 1e7 * ((i > marks * 4 / 10) + (i > marks * 6 / 10) + (i > marks * 8 / 10));
}

static double falling(unsigned i, unsigned marks)
{
	return 1e9 - 1e8 * i / marks;
}

/* A vector that doubles its capacity. */
static double doubling(unsigned i, unsigned marks)
{
	unsigned capacity = 1;

	(void)marks;
	while (capacity < i + 1)
		capacity *= 2;
	return 4096.0 * capacity;
}

static unsigned period;
static double sawtooth(unsigned i, unsigned marks)
{
	(void)marks;
	return 1e6 + 65536.0 * (i % period);
}

static const unsigned lengths[] = {8, 12, 20, 31, 32, 33, 64, 65, 100, 1000, 4097, 100000};
#define LENGTHS (sizeof(lengths) / sizeof(lengths[0]))

static void a_line_is_growth_at_its_slope(void **state)
{
	struct vt__growth growth;

	(void)state;
	for (size_t i = 0; i < LENGTHS; i++) {
		assert_true(grows(line, lengths[i], &growth));
		assert_true(fabs(growth.bytes_per_mark - 65536) < 1e-6);
		assert_true(growth.r_squared > 0.999999 && growth.trend > 0.999999);
		assert_int_equal(growth.last_mark, lengths[i]);
		assert_in_range(growth.first_mark, lengths[i] / 5, lengths[i] / 3 + 1);
		assert_int_equal(growth.first_bytes, series[growth.first_mark - 1]);
		assert_true(growth.first_count < growth.last_count);
	}
}

static void noise_on_a_line_lowers_the_confidence_only(void **state)
{
	struct vt__growth growth;

	(void)state;
	for (seed = 1; seed <= 50; seed++) {
		assert_true(grows(noisy_line, 200, &growth));
		assert_true(fabs(growth.bytes_per_mark - 65536) < 6553);
		assert_true(growth.r_squared > 0.9 && growth.r_squared < 0.9999999);
	}
}

static void odd_shapes_of_growth_are_growth(void **state)
{
	struct vt__growth growth;

	(void)state;
	assert_true(grows(slow, 200, &growth));
	assert_true(fabs(growth.bytes_per_mark - 409.6) < 60);
	assert_true(grows(exponential, 100, &growth));
	assert_true(growth.r_squared < 0.95 && growth.trend == 1);
	assert_true(grows(teeth_on_a_slope, 500, &growth));
	assert_true(fabs(growth.bytes_per_mark - 1024) < 30);
}

static void what_comes_to_rest_is_none(void **state)
{
	static shape *const shapes[] = {flat,    plateau,     saturating, step,
					falling, three_steps, doubling};
	struct vt__growth growth;

	(void)state;
	for (size_t s = 0; s < sizeof(shapes) / sizeof(shapes[0]); s++)
		for (size_t i = 3; i < LENGTHS; i++)
			if (grows(shapes[s], lengths[i], &growth))
				fail_msg("shape %zu of %u marks is growth", s, lengths[i]);
}

/* Whatever its period has to do with the windows. */
static void a_sawtooth_is_none(void **state)
{
	struct vt__growth growth;

	(void)state;
	for (period = 2; period < 200; period++)
		for (unsigned marks = period * 2; marks < 4000; marks = marks * 5 / 4 + 1)
			if (marks >= VT__GROWTH_MARKS_LEAST && grows(sawtooth, marks, &growth))
				fail_msg("a period of %u in %u marks is growth", period, marks);
}

static void noise_is_none(void **state)
{
	struct vt__growth growth;
	unsigned found = 0;

	(void)state;
	for (seed = 1; seed <= 2000; seed++)
		found += grows(noise, 8 + (unsigned)(seed % 300), &growth);
	assert_in_range(found, 0, 2);
}

static void too_few_marks_are_none(void **state)
{
	struct vt__growth growth;

	(void)state;
	for (unsigned marks = 0; marks < VT__GROWTH_MARKS_LEAST; marks++)
		assert_false(grows(line, marks, &growth));
}

/* The last marks may come after a program has freed all. */
static void a_fall_at_the_end_is_left_out(void **state)
{
	struct vt__levels levels;
	struct vt__growth growth;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		series[i] = i < 98 ? (uint64_t)line(i, 100) : 0;
	levels = levels_of(100);
	assert_true(vt__growth_judge(&levels, &growth));
	assert_int_equal(growth.last_mark, 96);
	assert_true(fabs(growth.bytes_per_mark - 65536) < 1e-6);
}

/* Objects without bytes are judged by their number. */
static void objects_are_counted(void **state)
{
	struct vt__levels levels;
	struct vt__growth growth;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		series[i] = 0;
	levels = levels_of(100);
	for (unsigned i = 0; i < levels.count; i++)
		levels.allocations[i] = 3 * i;
	assert_false(vt__growth_judge(&levels, &growth));
	levels.is_counted = true;
	assert_true(vt__growth_judge(&levels, &growth));
	assert_true(growth.is_counted && growth.bytes_per_mark == 0);
	assert_true(fabs(growth.per_mark - 3.0 / (levels.marks[1] - levels.marks[0])) < 1e-6);
	for (unsigned i = 0; i < levels.count; i++)
		levels.bytes[i] = 3ull * i * 65536; /* as measured */
	assert_true(vt__growth_judge(&levels, &growth));
	assert_true(fabs(growth.bytes_per_mark - growth.per_mark * 65536) < 1);
	for (unsigned i = 0; i < levels.count; i++)
		levels.allocations[i] = 5;
	assert_false(vt__growth_judge(&levels, &growth));
}

/* ---- Histories -------------------------------------------------------------- */

static struct vt_format_growth history_of(unsigned log2)
{
	struct vt_format_growth history = {.stride_log2 = log2, .first_mark = 1};

	memset(history.bytes, 0xff, sizeof(history.bytes));
	memset(history.counts, 0xff, sizeof(history.counts));
	return history;
}

static void marks_since_the_last_change_have_what_is_live(void **state)
{
	struct vt_format_growth history = history_of(0);
	const struct vt_format_site site = {.mark = 4,
					    .total = {.live_bytes = 500, .live_count = 5}};
	struct vt__levels levels;

	(void)state;
	for (unsigned i = 1; i < 4; i++) {
		history.bytes[i] = i * 100;
		history.counts[i] = i;
	}
	history.first_mark = 2;
	vt__growth_levels(&history, &site, 6, &levels);
	assert_int_equal(levels.count, 5);
	assert_int_equal(levels.marks[0], 2);
	assert_int_equal(levels.bytes[2], 300);
	assert_int_equal(levels.bytes[3], 500);
	assert_int_equal(levels.bytes[4], 500);
	assert_int_equal(levels.allocations[4], 5);
	assert_int_equal(levels.last_mark, 6);
	vt__growth_levels(&history, &site, 100, &levels); /* windows of 4 marks now */
	assert_int_equal(levels.count, 25);
	assert_int_equal(levels.marks[0], 2);
	assert_int_equal(levels.marks[1], 5);
	assert_int_equal(levels.bytes[0], 100);
	assert_int_equal(levels.bytes[1], 500);
	vt__growth_levels(&history, &site, UINT32_MAX - 1, &levels);
	assert_int_equal(levels.count, 32);
	vt__growth_levels(&history, &site, 0, &levels);
	assert_int_equal(levels.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_growth_at_its_slope),
		cmocka_unit_test(objects_are_counted),
		cmocka_unit_test(noise_on_a_line_lowers_the_confidence_only),
		cmocka_unit_test(odd_shapes_of_growth_are_growth),
		cmocka_unit_test(what_comes_to_rest_is_none),
		cmocka_unit_test(a_sawtooth_is_none),
		cmocka_unit_test(noise_is_none),
		cmocka_unit_test(too_few_marks_are_none),
		cmocka_unit_test(a_fall_at_the_end_is_left_out),
		cmocka_unit_test(marks_since_the_last_change_have_what_is_live),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
