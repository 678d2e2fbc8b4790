/*
 * Frees that the driver did not do, in the ledger: those it refused, kept with what
 * they left live, and those that it has not answered yet.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/intents.h"
#include "ledger/refused.h"
#include "tests/ledger_fixture.h"

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

static void look(struct view *view)
{
	view_open(view, vt__ledger_path(fixture.ledger));
}

static void refuse(enum vt__space space, uint64_t address, int32_t result, unsigned stack)
{
	vt__ledger_refused(fixture.ledger, space, address, "cuMemFree_v2", result,
			   fixture_stack(stack));
}

/* What the live allocation at the address met last; NULL: nothing. */
static const struct vt_format_refused_free *met(const struct view *view, uint64_t address)
{
	const struct vt_format_allocation *live = view_allocation(view, address);

	assert_non_null(live);
	return live->link ? view_at(view, VT_FORMAT_REFUSED_FREE, live->link - 1) : NULL;
}

static void it_stands_with_the_allocation(void **state)
{
	const struct vt_format_refused_free *refused;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	fixture_enter(&fixture, 0x2000, 10, 1);
	refuse(VT__SPACE_DEVICE, 0x1000, 900, 2);
	refuse(VT__SPACE_DEVICE, 0x1000, 900, 2);
	refuse(VT__SPACE_DEVICE, 0x9000, 900, 2);
	look(&view);
	refused = met(&view, 0x1000);
	assert_non_null(refused);
	assert_int_equal(refused->result, 900);
	assert_int_equal(refused->count, 2);
	assert_int_equal(refused->address, 0x1000);
	assert_int_not_equal(refused->stack, VT_FORMAT_NONE);
	assert_int_not_equal(refused->thread, 0);
	assert_string_equal(view_string(&view, refused->api), "cuMemFree_v2");
	assert_null(met(&view, 0x2000));
	assert_int_equal(view_count(&view, VT_FORMAT_REFUSED_FREE), 1);
	view_close(&view);
}

/* The next life of an address begins without it, and so does one put back. */
static void it_goes_with_the_allocation(void **state)
{
	struct vt__taken taken;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	refuse(VT__SPACE_DEVICE, 0x1000, 900, 2);
	assert_int_equal(
		vt__ledger_take(fixture.ledger, VT__SPACE_DEVICE, 0x1000, fixture_stack(2), &taken),
		0);
	vt__ledger_put_back(fixture.ledger, &taken);
	look(&view);
	assert_non_null(met(&view, 0x1000));
	view_close(&view);
	fixture_free(&fixture, 0x1000, 2);
	fixture_enter(&fixture, 0x1000, 10, 1);
	look(&view);
	assert_null(met(&view, 0x1000));
	view_close(&view);
}

static void a_free_by_another_family_stands_there_too(void **state)
{
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	refuse(VT__SPACE_HOST, 0x1000, 1, 2);
	refuse(VT__SPACE_ARRAY, 0x1000, 400, 3); /* a handle is no address */
	look(&view);
	assert_non_null(met(&view, 0x1000));
	assert_int_equal(view_count(&view, VT_FORMAT_REFUSED_FREE), 1);
	view_close(&view);
}

static void a_site_keeps_a_few_and_counts_the_rest(void **state)
{
	const struct vt_format_refused_free *rest;
	struct view view;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		fixture_enter(&fixture, 0x1000 + i * 16, 10, 1);
		refuse(VT__SPACE_DEVICE, 0x1000 + i * 16, 900, 2 + i);
	}
	refuse(VT__SPACE_DEVICE, 0x1000, 900, 2);
	fixture_enter(&fixture, 0x8000, 10, 500);
	refuse(VT__SPACE_DEVICE, 0x8000, 900, 2);
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_REFUSED_FREE), VT_FORMAT_REFUSED_FREES + 2);
	assert_int_equal(met(&view, 0x1000)->count, 2);
	assert_int_equal(met(&view, 0x8000)->count, 1);
	rest = met(&view, 0x1000 + 99 * 16);
	assert_ptr_equal(rest, met(&view, 0x1000 + VT_FORMAT_REFUSED_FREES * 16));
	assert_int_equal(rest->count, 100 - VT_FORMAT_REFUSED_FREES);
	assert_int_equal(rest->stack, VT_FORMAT_NONE);
	assert_int_equal(rest->api, VT_FORMAT_NONE);
	view_close(&view);
}

static void nothing_recorded_nothing_made(void **state)
{
	(void)state;
	refuse(VT__SPACE_DEVICE, 0x1000, 900, 2);
	assert_int_equal(fixture_files(&fixture), 0);
}

static uint32_t intend(uint64_t address, const struct vt__taken *taken, unsigned stack)
{
	const struct vt__finding finding = {
		.space = VT__SPACE_DEVICE, .api = "cuMemFree_v2", .address = address};

	return vt__ledger_intend(fixture.ledger, &finding, taken, fixture_stack(stack));
}

/* Those under way: count, and the last of them. */
static unsigned under_way(const struct view *view, const struct vt_format_intent **last)
{
	unsigned count = 0;

	for (uint64_t i = 0; i < view_count(view, VT_FORMAT_INTENT); i++) {
		const struct vt_format_intent *intent = view_at(view, VT_FORMAT_INTENT, i);

		if (intent->state != VT_INTENT_UNDER_WAY)
			continue;
		*last = intent;
		count++;
	}
	return count;
}

static void what_is_with_the_driver_is_written_before(void **state)
{
	const struct vt_format_intent *intent = NULL;
	struct view view;
	uint32_t number;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	fixture_free(&fixture, 0x1000, 2);
	number = intend(0x1000, NULL, 3);
	assert_int_not_equal(number, 0);
	look(&view);
	assert_int_equal(under_way(&view, &intent), 1);
	assert_int_equal(intent->free.reason, VT_BAD_FREE_DOUBLE);
	assert_int_equal(intent->free.address, 0x1000);
	assert_int_equal(intent->free.bytes, 10);
	assert_int_equal(intent->free.kind, VT_KIND_LINEAR);
	assert_int_not_equal(intent->free.stack, VT_FORMAT_NONE);
	assert_int_not_equal(intent->free.free_stack, VT_FORMAT_NONE);
	assert_int_not_equal(intent->free.allocation_stack, VT_FORMAT_NONE);
	view_close(&view);
	vt__ledger_intent_over(fixture.ledger, number);
	look(&view);
	assert_int_equal(under_way(&view, &intent), 0);
	view_close(&view);
}

static void what_was_live_until_then_says_so(void **state)
{
	const struct vt_format_intent *intent = NULL;
	struct vt__taken taken;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	assert_int_equal(
		vt__ledger_take(fixture.ledger, VT__SPACE_DEVICE, 0x1000, fixture_stack(2), &taken),
		0);
	intend(0x1000, &taken, 2);
	look(&view);
	assert_int_equal(under_way(&view, &intent), 1);
	assert_int_equal(intent->free.reason, VT_BAD_FREE_REFUSED);
	assert_int_equal(intent->free.bytes, 10);
	assert_int_equal(intent->free.free_stack, VT_FORMAT_NONE);
	view_close(&view);
}

/* A thread that left the driver by a jump is in one call at most. */
static void a_thread_has_one_at_a_time(void **state)
{
	const struct vt_format_intent *intent = NULL;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	for (uint64_t i = 0; i < 1000; i++)
		assert_int_equal(intend(0x2000 + i, NULL, 3), 1);
	look(&view);
	assert_int_equal(under_way(&view, &intent), 1);
	assert_int_equal(intent->free.address, 0x2000 + 999);
	assert_int_equal(intent->free.reason, VT_BAD_FREE_UNKNOWN);
	view_close(&view);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_stands_with_the_allocation),
		TEST(it_goes_with_the_allocation),
		TEST(a_free_by_another_family_stands_there_too),
		TEST(a_site_keeps_a_few_and_counts_the_rest),
		TEST(nothing_recorded_nothing_made),
		TEST(what_is_with_the_driver_is_written_before),
		TEST(what_was_live_until_then_says_so),
		TEST(a_thread_has_one_at_a_time),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
