/*
 * Stacks have one number over all recordings, however many there are.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reports/names/known_stacks.h"

#define STACKS 20000u /* the table grows five times */

static struct vt__hash128 places_of(uint32_t number)
{
	/* half of them differ in the second word alone */
	return (struct vt__hash128){number / 2, vt__hash_word(number % 2)};
}

static void a_stack_that_comes_again_has_its_number(void **state)
{
	struct vt__known_stacks known = {0};
	uint32_t number;

	(void)state;
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < STACKS; i++) {
			assert_int_equal(vt__known_stacks_find(&known, places_of(i), 16, &number),
					 0);
			assert_int_equal(number, i);
			assert_int_equal(known.stacks[number].kept,
					 round && i % 3 ? VT__KEPT_YES : VT__KEPT_UNKNOWN);
			if (i % 3)
				known.stacks[number].kept = VT__KEPT_YES;
		}
	assert_int_equal(known.count, STACKS);
	vt__known_stacks_release(&known);
	assert_int_equal(known.count, 0);
}

static void how_many_places_there_are_tells_stacks_apart(void **state)
{
	struct vt__known_stacks known = {0};
	uint32_t one, other;

	(void)state;
	assert_int_equal(vt__known_stacks_find(&known, places_of(1), 1, &one), 0);
	assert_int_equal(vt__known_stacks_find(&known, places_of(1), 2, &other), 0);
	assert_int_not_equal(one, other);
	vt__known_stacks_release(&known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stack_that_comes_again_has_its_number),
		cmocka_unit_test(how_many_places_there_are_tells_stacks_apart),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
