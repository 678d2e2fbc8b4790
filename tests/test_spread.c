/*
 * The statistics of ranks: least, median, most, and which of them stand apart.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/compare/spread.h"

#define RANKS_MOST 1000

/* How many of the values stand apart; `spread` is set too. */
static size_t apart(const uint64_t *values, size_t count, struct vt__spread *spread)
{
	uint64_t workspace[RANKS_MOST];
	size_t i, found = 0;

	memcpy(workspace, values, count * sizeof(*values));
	vt__spread_of(workspace, count, 0, spread);
	for (i = 0; i < count; i++)
		found += vt__stands_apart(spread, values[i]);
	return found;
}

static void the_median_lies_between_the_two_in_the_middle(void **state)
{
	struct vt__spread spread;

	(void)state;
	apart((const uint64_t[]){9, 1, 5}, 3, &spread);
	assert_int_equal(spread.least, 1);
	assert_int_equal(spread.median, 5);
	assert_int_equal(spread.most, 9);
	assert_int_equal(spread.distance, 4);
	apart((const uint64_t[]){UINT64_MAX, 10, 20, UINT64_MAX - 2}, 4, &spread);
	assert_int_equal(spread.median, 20 + (UINT64_MAX - 2 - 20) / 2);
	apart((const uint64_t[]){7}, 1, &spread);
	assert_int_equal(spread.median, 7);
}

static void of_two_none_is_the_odd_one(void **state)
{
	struct vt__spread spread;

	(void)state;
	assert_int_equal(apart((const uint64_t[]){0, 1000000}, 2, &spread), 0);
	assert_int_equal(spread.most, 1000000);
}

static void one_that_differs_from_equal_ones_stands_apart(void **state)
{
	uint64_t values[RANKS_MOST];
	struct vt__spread spread;
	size_t count, i;

	(void)state;
	for (count = 3; count <= RANKS_MOST; count += count / 2) {
		for (i = 0; i < count; i++)
			values[i] = 1000;
		assert_int_equal(apart(values, count, &spread), 0);
		values[count / 2] = 4000;
		assert_int_equal(apart(values, count, &spread), 1);
		assert_true(vt__stands_apart(&spread, 4000));
		values[count / 2] = 0;
		assert_int_equal(apart(values, count, &spread), 1);
	}
}

static void a_tenth_of_the_median_is_not_enough(void **state)
{
	struct vt__spread spread;

	(void)state;
	assert_int_equal(apart((const uint64_t[]){1000, 1000, 1000, 1100}, 4, &spread), 0);
	assert_int_equal(apart((const uint64_t[]){1000, 1000, 1000, 1101}, 4, &spread), 1);
}

static void ranks_that_all_differ_hide_no_outlier_and_make_none(void **state)
{
	uint64_t values[RANKS_MOST];
	struct vt__spread spread;
	size_t i;

	(void)state;
	for (i = 0; i < RANKS_MOST; i++)
		values[i] = 1000000 + i * 1000;
	assert_int_equal(apart(values, RANKS_MOST, &spread), 0);
	values[17] = 50000000;
	values[400] = 0;
	assert_int_equal(apart(values, RANKS_MOST, &spread), 2);
}

static void two_halves_have_no_odd_one(void **state)
{
	struct vt__spread spread;

	(void)state;
	assert_int_equal(apart((const uint64_t[]){1, 1, 1, 900, 900, 900}, 6, &spread), 0);
}

static void zeros_count_as_if_they_were_listed(void **state)
{
	const size_t counts[] = {0, 1, 2, 3, 4, 5, 6};
	size_t c, z, i;

	(void)state;
	for (c = 0; c < 7; c++)
		for (z = counts[c] ? 0 : 1; z < 7; z++) {
			uint64_t listed[16] = {0}, values[16];
			struct vt__spread one, other;

			for (i = 0; i < counts[c]; i++)
				listed[i] = values[i] = 10 + i * i * 7;
			vt__spread_of(listed, counts[c] + z, 0, &one);
			vt__spread_of(values, counts[c], z, &other);
			assert_memory_equal(&one, &other, sizeof(one));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_median_lies_between_the_two_in_the_middle),
		cmocka_unit_test(of_two_none_is_the_odd_one),
		cmocka_unit_test(one_that_differs_from_equal_ones_stands_apart),
		cmocka_unit_test(a_tenth_of_the_median_is_not_enough),
		cmocka_unit_test(ranks_that_all_differ_hide_no_outlier_and_make_none),
		cmocka_unit_test(two_halves_have_no_odd_one),
		cmocka_unit_test(zeros_count_as_if_they_were_listed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
