/*
 * What arrays take beyond their elements: a charge of their call site that goes with them, and
 * granules that they share with one another.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/arrays.h"
#include "ledger/charges.h"
#include "ledger/granules.h"
#include "tests/ledger_fixture.h"

#define KIB ((uint64_t)1024)
#define MIB (1024 * KIB)

static struct fixture fixture;

static int set_up(void **state)
{
	(void)state;
	fixture_open(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_close(&fixture);
	return 0;
}

static void enter(uint64_t handle, uint64_t context, uint64_t bytes, unsigned stack)
{
	static const char api[] = "cuArray3DCreate_v2";
	const struct vt__allocation allocation = {
		.space = VT__SPACE_ARRAY,
		.kind = VT_KIND_ARRAY,
		.address = handle,
		.bytes = bytes,
		.context = context,
		.api = api,
	};

	vt__ledger_enter(fixture.ledger, &allocation, fixture_stack(stack));
}

static void make(uint64_t handle, uint64_t bytes, uint64_t device_bytes, unsigned stack)
{
	enter(handle, 1, bytes, stack);
	vt__ledger_array(fixture.ledger, handle, device_bytes);
}

static struct vt__taken take(uint64_t handle)
{
	struct vt__taken taken;

	assert_int_equal(vt__ledger_take(fixture.ledger, VT__SPACE_ARRAY, handle, NULL, &taken), 0);
	vt__ledger_array_ending(fixture.ledger, handle);
	return taken;
}

static void destroy(uint64_t handle)
{
	take(handle);
	vt__ledger_array_ended(fixture.ledger, handle, true);
}

/* What the charge of that number holds; all of them are computed, of arrays. */
static uint64_t charged(unsigned number)
{
	const struct vt_format_charge *charge;
	struct view view;
	uint64_t bytes;

	view_open(&view, vt__ledger_path(fixture.ledger));
	charge = view_at(&view, VT_FORMAT_CHARGE, number);
	assert_non_null(charge);
	assert_int_equal(charge->what, VT_CHARGE_ARRAY);
	assert_int_equal(charge->measured_bytes, 0);
	assert_string_equal(view_string(&view, charge->api), "cuArray3DCreate_v2");
	bytes = charge->computed_bytes;
	view_close(&view);
	return bytes;
}

static uint64_t charges(void)
{
	struct view view;
	uint64_t count;

	view_open(&view, vt__ledger_path(fixture.ledger));
	count = view_count(&view, VT_FORMAT_CHARGE);
	view_close(&view);
	return count;
}

static uint64_t granules(void)
{
	return vt__ledger_granules(fixture.ledger, 0) / (2 * MIB);
}

static void a_site_is_charged_for_its_arrays(void **state)
{
	(void)state;
	make(0x10, 1000, 4096, 1);
	make(0x20, 1000, 4096, 1);
	make(0x30, 1000, 512 * KIB, 2);
	make(0x40, 4096, 4096, 3); /* needs nothing more */
	assert_int_equal(charges(), 2);
	assert_int_equal(charged(0), 2 * 3096);
	assert_int_equal(charged(1), 512 * KIB - 1000);
	destroy(0x20);
	destroy(0x30);
	assert_int_equal(charged(0), 3096);
	assert_int_equal(charged(1), 0);
}

static void a_free_that_is_refused_takes_nothing_off(void **state)
{
	struct vt__taken taken;

	(void)state;
	make(0x10, 1000, 4096, 1);
	taken = take(0x10);
	vt__ledger_put_back(fixture.ledger, &taken);
	vt__ledger_array_ended(fixture.ledger, 0x10, false);
	assert_int_equal(charged(0), 3096);
	destroy(0x10);
	assert_int_equal(charged(0), 0);
}

/* Between the driver's answer and ours another thread is given the handle. */
static void the_next_one_of_a_handle_is_another(void **state)
{
	(void)state;
	make(0x10, 1000, 4096, 1);
	take(0x10);
	make(0x10, 1000, 8192, 2);
	vt__ledger_array_ended(fixture.ledger, 0x10, true);
	assert_int_equal(charged(0), 0);
	assert_int_equal(charged(1), 7192);
	make(0x10, 1000, 2048, 3); /* the free of the one before went unseen */
	assert_int_equal(charged(1), 0);
	assert_int_equal(charged(2), 1048);
}

static void arrays_go_with_their_context(void **state)
{
	(void)state;
	make(0x10, 1000, 4096, 1);
	enter(0x20, 2, 1000, 1);
	vt__ledger_array(fixture.ledger, 0x20, 4096);
	vt__ledger_drop_context(fixture.ledger, 1);
	assert_int_equal(charged(0), 0);
	assert_int_equal(charged(1), 3096);
	/* a context and an array with the handles of those that ended */
	make(0x10, 1000, 8192, 1);
	assert_int_equal(charged(0), 7192);
}

static void what_is_not_live_is_not_charged(void **state)
{
	(void)state;
	make(0x10, 1000, 4096, 1);
	vt__ledger_array(fixture.ledger, 0x99, 1 << 20);
	assert_int_equal(charges(), 1);
	destroy(0x10);
	vt__ledger_array(fixture.ledger, 0x10, 4096);
	assert_int_equal(charged(0), 0);
}

static void arrays_share_granules_with_arrays_alone(void **state)
{
	(void)state;
	fixture_enter(&fixture, 0x1000, 512, 9);
	make(0x10, 1000, 4096, 1);
	assert_int_equal(granules(), 2);
	make(0x20, 1000, 3 * MIB, 1);
	assert_int_equal(granules(), 4);
	make(0x30, 1000, VT_FORMAT_UNKNOWN, 1);
	make(0x40, 3 * MIB, VT_FORMAT_UNKNOWN, 1); /* its elements at least */
	assert_int_equal(granules(), 6);
	for (unsigned i = 0; i < 9; i++)
		fixture_enter(&fixture, 0x100000 * (i + 1), 700 * KIB, 9);
	assert_int_equal(granules(), 10);
	for (unsigned i = 0; i < 9; i++)
		make(0x100 + i, 1000, 700 * KIB, 1);
	assert_int_equal(granules(), 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_site_is_charged_for_its_arrays, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_free_that_is_refused_takes_nothing_off, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_next_one_of_a_handle_is_another, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(arrays_go_with_their_context, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_live_is_not_charged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(arrays_share_granules_with_arrays_alone, set_up,
						tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
