/*
 * Accounts: the driver's word beside the sums at that moment, the latest of the
 * end and of the peak, a bound on requests, and when a peak is asked about.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/accounts.h"
#include "tests/ledger_fixture.h"

#define MIB (1ull << 20)

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

static bool take(enum vt_moment moment, int32_t device, uint64_t free_bytes, const char *label)
{
	const struct vt__account account = {
		.device = device,
		.moment = moment,
		.label = label,
		.finding = VT_FORMAT_NONE,
		.word = {100 * MIB, free_bytes, 3, 4, 5, 6, 7, VT_FORMAT_UNKNOWN},
	};

	return vt__ledger_account(fixture.ledger, &account);
}

/* The account with that number; `view` must be closed. */
static const struct vt_format_account *look(struct view *view, unsigned number)
{
	const struct vt_format_account *account;

	view_open(view, vt__ledger_path(fixture.ledger));
	account = view_at(view, VT_FORMAT_ACCOUNT, number);
	assert_non_null(account);
	return account;
}

static void an_account_has_the_word_and_the_sums(void **state)
{
	const struct vt_format_account *account;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 64, 1);
	fixture_enter(&fixture, 0x2000, 36, 2);
	assert_true(take(VT_MOMENT_END, 0, 60 * MIB, NULL));
	account = look(&view, 0);
	assert_int_equal(account->device, 0);
	assert_int_equal(account->moment, VT_MOMENT_END);
	assert_int_equal(account->label, VT_FORMAT_NONE);
	assert_true(account->time_ns >= view.header->start_monotonic_ns);
	assert_int_equal(account->device_total_bytes, 100 * MIB);
	assert_int_equal(account->device_free_bytes, 60 * MIB);
	assert_int_equal(account->process_bytes, 3);
	assert_int_equal(account->other_bytes, 4);
	assert_int_equal(account->pool_reserved_bytes, 5);
	assert_int_equal(account->pool_used_bytes, 6);
	assert_int_equal(account->graph_reserved_bytes, 7);
	assert_true(account->graph_used_bytes == VT_FORMAT_UNKNOWN);
	assert_int_equal(account->live_bytes[VT_BUCKET_VRAM], 100);
	assert_int_equal(account->live_bytes[VT_BUCKET_HOST], 0);
	assert_int_equal(account->kind_bytes[VT_KIND_LINEAR], 100);
	assert_int_equal(account->kind_count[VT_KIND_LINEAR], 2);
	assert_int_equal(account->kind_count[VT_KIND_ARRAY], 0);
	view_close(&view);
}

static void the_latest_of_end_and_peak_stays(void **state)
{
	const struct vt_format_account *account;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 64, 1);
	for (unsigned i = 1; i <= 3; i++) {
		assert_true(take(VT_MOMENT_PEAK, 0, i, NULL));
		assert_true(take(VT_MOMENT_END, 0, 10 + i, NULL));
	}
	account = look(&view, 0);
	assert_int_equal(account->moment, VT_MOMENT_PEAK);
	assert_int_equal(account->device_free_bytes, 3);
	view_close(&view);
	account = look(&view, 1);
	assert_int_equal(account->moment, VT_MOMENT_END);
	assert_int_equal(account->device_free_bytes, 13);
	assert_int_equal(view_count(&view, VT_FORMAT_ACCOUNT), 2);
	view_close(&view);
}

static void requests_are_bounded_and_labelled(void **state)
{
	const struct vt_format_account *account;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 64, 1);
	for (unsigned i = 0; i < VT__ACCOUNT_REQUESTS_MOST; i++)
		assert_true(take(VT_MOMENT_REQUEST, 0, i, i ? "warm" : ""));
	assert_false(take(VT_MOMENT_REQUEST, 0, 0, "one too many"));
	assert_true(take(VT_MOMENT_END, 0, 1, NULL));
	account = look(&view, 0);
	assert_int_equal(account->label, VT_FORMAT_NONE);
	view_close(&view);
	account = look(&view, 1);
	assert_string_equal(view_string(&view, account->label), "warm");
	assert_int_equal(view_count(&view, VT_FORMAT_ACCOUNT), VT__ACCOUNT_REQUESTS_MOST + 1);
	assert_int_equal(view.header->losses[VT_LOSS_ACCOUNTS], 1);
	view_close(&view);
}

static void devices_are_kept_apart(void **state)
{
	struct vt__allocation allocation = {
		.space = VT__SPACE_DEVICE,
		.kind = VT_KIND_LINEAR,
		.address = 0x9000,
		.bytes = 7,
		.device = 1,
		.api = "cuMemAlloc_v2",
	};
	const struct vt_format_account *account;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 64, 1);
	vt__ledger_enter(fixture.ledger, &allocation, fixture_stack(2));
	assert_true(take(VT_MOMENT_PEAK, 0, 1, NULL));
	assert_true(take(VT_MOMENT_PEAK, 1, 2, NULL));
	assert_false(take(VT_MOMENT_PEAK, 2, 3, NULL));
	account = look(&view, 1);
	assert_int_equal(account->live_bytes[VT_BUCKET_VRAM], 7);
	assert_int_equal(view_count(&view, VT_FORMAT_ACCOUNT), 2);
	assert_int_equal(view.header->losses[VT_LOSS_ACCOUNTS], 0);
	view_close(&view);
}

static void without_a_recording_there_is_none(void **state)
{
	(void)state;
	assert_false(take(VT_MOMENT_REQUEST, 0, 1, "early"));
	assert_false(vt__ledger_peak_due(fixture.ledger, 0));
	assert_int_equal(fixture_files(&fixture), 0);
}

/* By the megabyte to 256 MiB: how often, and how far from the last peak. */
static void a_peak_is_due_when_it_rose_by_an_eighth(void **state)
{
	unsigned due = 0, last = 0;

	(void)state;
	for (unsigned i = 1; i <= 256; i++) {
		fixture_enter(&fixture, 0x100000 * (uint64_t)i, MIB, i);
		if (vt__ledger_peak_due(fixture.ledger, 0)) {
			assert_true(i == 1 || i - last >= 2);
			due++;
			last = i;
		}
		assert_false(vt__ledger_peak_due(fixture.ledger, 0));
	}
	assert_in_range(due, 20, 34);
	assert_true(last >= 256 * 8 / 9);
	for (unsigned i = 1; i <= 100; i++)
		fixture_free(&fixture, 0x100000 * (uint64_t)i, i);
	for (unsigned i = 1; i <= 100; i++)
		fixture_enter(&fixture, 0x100000 * (uint64_t)i, MIB, i);
	assert_false(vt__ledger_peak_due(fixture.ledger, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_account_has_the_word_and_the_sums, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_latest_of_end_and_peak_stays, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(requests_are_bounded_and_labelled, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(devices_are_kept_apart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_a_recording_there_is_none, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_peak_is_due_when_it_rose_by_an_eighth, set_up,
						tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
