/*
 * Bad frees explained by the history of frees, and refused allocations.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/history.h"
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

static void bad_free(uint64_t address, unsigned stack)
{
	const struct vt__finding finding = {
		.finding_class = VT_FINDING_BAD_FREE,
		.space = VT__SPACE_DEVICE,
		.api = "cuMemFree_v2",
		.result = 1,
		.device = -1,
		.kind = -1,
		.address = address,
	};

	vt__ledger_find(fixture.ledger, &finding, fixture_stack(stack));
}

/* The finding with that number; `view` must be closed. */
static const struct vt_format_finding *look(struct view *view, unsigned number)
{
	const struct vt_format_finding *finding;

	view_open(view, vt__ledger_path(fixture.ledger));
	finding = view_at(view, VT_FORMAT_FINDING, number);
	assert_non_null(finding);
	return finding;
}

/* What fixture_stack() made of a number, read back from a stack record. */
static uint64_t number_of(const struct view *view, uint32_t number)
{
	const struct vt_format_stack *stack = view_at(view, VT_FORMAT_STACK, number);
	const uint64_t *frame;

	assert_non_null(stack);
	frame = view_at(view, VT_FORMAT_FRAME, stack->first_frame);
	return (VT_FORMAT_FRAME_ADDRESS(*frame) - 0x1000) / 16;
}

static void a_second_free_shows_both_stacks(void **state)
{
	const struct vt_format_finding *finding;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 64, 11);
	fixture_free(&fixture, 0x1000, 12);
	bad_free(0x1000, 13);
	finding = look(&view, 0);
	assert_int_equal(finding->finding_class, VT_FINDING_BAD_FREE);
	assert_int_equal(finding->reason, VT_BAD_FREE_DOUBLE);
	assert_int_equal(number_of(&view, finding->stack), 13);
	assert_int_equal(number_of(&view, finding->allocation_stack), 11);
	assert_int_equal(number_of(&view, finding->free_stack), 12);
	assert_int_equal(finding->bytes, 64);
	assert_int_equal(finding->kind, VT_KIND_LINEAR);
	assert_int_equal(finding->device, 0);
	assert_int_equal(finding->result, 1);
	assert_string_equal(view_string(&view, finding->api), "cuMemFree_v2");
	view_close(&view);
}

static void a_pointer_never_seen_is_unknown(void **state)
{
	const struct vt_format_finding *finding;
	struct view view;

	(void)state;
	bad_free(0xdead, 1);
	finding = look(&view, 0);
	assert_int_equal(finding->reason, VT_BAD_FREE_UNKNOWN);
	assert_int_equal(finding->allocation_stack, VT_FORMAT_NONE);
	assert_int_equal(finding->free_stack, VT_FORMAT_NONE);
	assert_int_equal(finding->kind, VT_FORMAT_NONE);
	assert_int_equal(finding->device, VT_FORMAT_NONE);
	assert_int_equal(finding->address, 0xdead);
	view_close(&view);
}

static void a_free_after_a_reset_says_so(void **state)
{
	const struct vt_format_finding *finding;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 64, 11);
	vt__ledger_drop_context(fixture.ledger, 1);
	bad_free(0x1000, 13);
	finding = look(&view, 0);
	assert_int_equal(finding->reason, VT_BAD_FREE_AFTER_RESET);
	assert_int_equal(number_of(&view, finding->allocation_stack), 11);
	assert_int_equal(finding->free_stack, VT_FORMAT_NONE);
	view_close(&view);
}

static void a_live_pointer_that_is_refused_says_so(void **state)
{
	const struct vt_format_finding *finding;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 64, 11);
	bad_free(0x1000, 13);
	finding = look(&view, 0);
	assert_int_equal(finding->reason, VT_BAD_FREE_REFUSED);
	assert_int_equal(number_of(&view, finding->allocation_stack), 11);
	view_close(&view);
}

static void an_address_in_use_again_is_no_double_free(void **state)
{
	const struct vt_format_finding *finding;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 64, 11);
	fixture_free(&fixture, 0x1000, 12);
	fixture_enter(&fixture, 0x1000, 64, 14);
	vt__ledger_drop_context(fixture.ledger, 1);
	bad_free(0x1000, 13);
	finding = look(&view, 0);
	assert_int_equal(finding->reason, VT_BAD_FREE_AFTER_RESET);
	assert_int_equal(number_of(&view, finding->allocation_stack), 14);
	view_close(&view);
}

static void equal_findings_are_counted(void **state)
{
	const struct vt_format_finding *finding;
	struct view view;

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		bad_free(0x1000 + i, 1);
	bad_free(0x1000, 2);
	assert_int_equal(vt__ledger_finding_count(fixture.ledger), 6);
	finding = look(&view, 0);
	assert_int_equal(finding->count, 5);
	assert_int_equal(finding->address, 0x1000);
	assert_int_equal(view_count(&view, VT_FORMAT_FINDING), 2);
	view_close(&view);
}

static void out_of_memory_says_what_was_live(void **state)
{
	struct vt__finding finding = {
		.finding_class = VT_FINDING_OUT_OF_MEMORY,
		.api = "cuMemAlloc_v2",
		.result = 2,
		.device = 0,
		.kind = VT_KIND_LINEAR,
		.bytes = 1ull << 45,
		.device_free_bytes = 77,
		.device_total_bytes = 99,
	};
	const struct vt_format_finding *record;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 300, 1);
	fixture_enter(&fixture, 0x2000, 200, 1);
	vt__ledger_find(fixture.ledger, &finding, fixture_stack(5));
	finding.kind = VT_KIND_PINNED;
	vt__ledger_find(fixture.ledger, &finding, fixture_stack(6));
	record = look(&view, 0);
	assert_int_equal(record->finding_class, VT_FINDING_OUT_OF_MEMORY);
	assert_int_equal(record->live_bytes, 500);
	assert_int_equal(record->bytes, 1ull << 45);
	assert_int_equal(record->device, 0);
	assert_int_equal(record->device_free_bytes, 77);
	assert_int_equal(record->device_total_bytes, 99);
	record = view_at(&view, VT_FORMAT_FINDING, 1);
	assert_int_equal(record->live_bytes, 0);
	view_close(&view);
}

static void the_history_forgets_and_tells_spaces_apart(void **state)
{
	struct vt__freed freed = {.address = 0x1000, .bytes = 1, .space_plus_1 = 1};
	struct vt__history history;

	(void)state;
	vt__history_open(&history);
	assert_null(vt__history_find(&history, 0, 0x1000));
	*vt__history_place(&history, 0, vt__hash_word(freed.address)) = freed;
	assert_non_null(vt__history_find(&history, 0, 0x1000));
	assert_null(vt__history_find(&history, 1, 0x1000));
	assert_null(vt__history_find(&history, 0, 0x1001));
	vt__history_forget(&history, 1, 0x1000);
	assert_non_null(vt__history_find(&history, 0, 0x1000));
	vt__history_forget(&history, 0, 0x1000);
	assert_null(vt__history_find(&history, 0, 0x1000));
}

static void the_history_keeps_most_of_what_was_freed_last(void **state)
{
	struct vt__history history;
	unsigned kept = 0;

	(void)state;
	vt__history_open(&history);
	for (uint64_t i = 0; i < VT__HISTORY_ENTRIES / 4; i++) {
		struct vt__freed freed = {.address = 0x7f0000000000 + i * 512, .space_plus_1 = 1};

		*vt__history_place(&history, 0, vt__hash_word(freed.address)) = freed;
	}
	for (uint64_t i = 0; i < VT__HISTORY_ENTRIES / 4; i++)
		kept += vt__history_find(&history, 0, 0x7f0000000000 + i * 512) != NULL;
	assert_in_range(kept, VT__HISTORY_ENTRIES / 4 * 85 / 100, VT__HISTORY_ENTRIES / 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_second_free_shows_both_stacks),
		TEST(a_pointer_never_seen_is_unknown),
		TEST(a_free_after_a_reset_says_so),
		TEST(a_live_pointer_that_is_refused_says_so),
		TEST(an_address_in_use_again_is_no_double_free),
		TEST(equal_findings_are_counted),
		TEST(out_of_memory_says_what_was_live),
		cmocka_unit_test(the_history_forgets_and_tells_spaces_apart),
		cmocka_unit_test(the_history_keeps_most_of_what_was_freed_last),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
