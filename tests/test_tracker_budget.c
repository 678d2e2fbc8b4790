/* Budgets of trackers, and the words of a refusal. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <vramtrack/tracker.h>

#include "library/account.h"
#include "unwind/unwind.h"

#define MIB ((size_t)1 << 20)

static const void *at(uintptr_t address)
{
	return (const void *)address;
}

static vt_tracker *make(void)
{
	vt_tracker *tracker = NULL;

	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	assert_non_null(tracker);
	return tracker;
}

static void put(vt_tracker *tracker, uintptr_t address, size_t bytes, vt_purpose purpose)
{
	assert_int_equal(vt_tracker_record(tracker, at(address), bytes, purpose, NULL, 0), VT_OK);
}

static struct {
	vt_tracker *tracker;
	unsigned calls;
	uintptr_t frees; /* this address at the first call */
	int answer;
} room;

static int make_room(void *closure, vt_tracker *tracker, size_t requested, size_t limit)
{
	assert_ptr_equal(closure, &room);
	assert_ptr_equal(tracker, room.tracker);
	assert_int_equal(requested, 60);
	assert_int_equal(limit, 100);
	if (!room.calls++ && room.frees)
		assert_int_equal(vt_tracker_unrecord(tracker, at(room.frees)), VT_OK);
	return room.answer;
}

static void budget_refuses_and_says_why(void **state)
{
	vt_tracker *tracker = make();
	const vt_error_detail *detail;

	(void)state;
	vt_tracker_set_budget(tracker, 3 * MIB, NULL, NULL);
	put(tracker, 0x1000, 2 * MIB, VT_PURPOSE_MODEL_WEIGHTS);
	assert_int_equal(
		vt_tracker_record(tracker, at(0x2000), 2 * MIB, VT_PURPOSE_KV_CACHE, NULL, 0),
		VT_ERROR_BUDGET);
	detail = vt_last_error();
	assert_int_equal(detail->status, VT_ERROR_BUDGET);
	assert_int_equal(detail->requested_bytes, 2 * MIB);
	assert_string_equal(detail->text, "ModelWeights: 2.0 MB, requested: 2.0 MB, available: "
					  "1.0 MB within the tracker's budget of 3.0 MB");
	assert_int_equal(vt_tracker_count(tracker), 1);
	/* In place of what is there already it fits. */
	put(tracker, 0x1000, 3 * MIB, VT_PURPOSE_MODEL_WEIGHTS);
	vt_tracker_set_budget(tracker, 0, NULL, NULL);
	put(tracker, 0x2000, 2 * MIB, VT_PURPOSE_KV_CACHE);
	vt_tracker_destroy(tracker);
}

static void budget_asks_for_room(void **state)
{
	vt_tracker *tracker = make();

	(void)state;
	memset(&room, 0, sizeof(room));
	room.tracker = tracker;
	room.frees = 0x1000;
	room.answer = 1;
	vt_tracker_set_budget(tracker, 100, make_room, &room);
	put(tracker, 0x1000, 50, VT_PURPOSE_UNKNOWN);
	put(tracker, 0x2000, 60, VT_PURPOSE_UNKNOWN);
	assert_int_equal(room.calls, 1);
	assert_int_equal(vt_tracker_total(tracker), 60);
	/* One that makes none and says it did is not asked for ever. */
	assert_int_equal(vt_tracker_record(tracker, at(3), 60, VT_PURPOSE_UNKNOWN, NULL, 0),
			 VT_ERROR_BUDGET);
	assert_in_range(room.calls, 2, 200);
	room.calls = 1;
	room.answer = 0;
	assert_int_equal(vt_tracker_record(tracker, at(3), 60, VT_PURPOSE_UNKNOWN, NULL, 0),
			 VT_ERROR_BUDGET);
	assert_int_equal(room.calls, 2);
	vt_tracker_destroy(tracker);
}

/* As a buffer does, at address 1. */
static vt_status put_buffer(struct vt__account *account, size_t bytes, size_t reserved)
{
	const struct vt__unwind_start start = VT__UNWIND_HERE();
	const struct vt__account_item item = {at(1), bytes, "b", VT_PURPOSE_KV_CACHE, 0};

	return vt__account_record(account, &item, reserved, &start);
}

static void reservations_count(void **state)
{
	vt_tracker *tracker = make();
	struct vt__account *account = vt__account_find(tracker);
	size_t reserved, other;

	(void)state;
	vt_tracker_set_budget(tracker, 100, NULL, NULL);
	assert_int_equal(vt__account_reserve(account, 70, &reserved), VT_OK);
	assert_int_equal(reserved, 70);
	assert_int_equal(vt__account_reserve(account, 31, &other), VT_ERROR_BUDGET);
	assert_int_equal(vt_tracker_total(tracker), 0);
	assert_int_equal(put_buffer(account, 70, reserved), VT_OK);
	assert_int_equal(vt__account_reserve(account, 30, &reserved), VT_OK);
	vt__account_cancel(account, reserved);
	assert_int_equal(vt__account_reserve(account, 30, &reserved), VT_OK);
	assert_int_equal(vt__account_reserve(account, 1, &other), VT_ERROR_BUDGET);
	vt__account_cancel(account, reserved);
	vt__account_unrecord(account, at(1), 0);
	assert_int_equal(vt_tracker_count(tracker), 0);
	vt_tracker_destroy(tracker);
}

/* Between the two steps of a buffer: nothing was reserved, so the record has to be within. */
static void a_budget_set_meanwhile_holds_for_the_record(void **state)
{
	vt_tracker *tracker = make();
	struct vt__account *account = vt__account_find(tracker);
	size_t reserved = 1;

	(void)state;
	assert_int_equal(vt__account_reserve(account, 70, &reserved), VT_OK);
	assert_int_equal(reserved, 0);
	vt_tracker_set_budget(tracker, 69, NULL, NULL);
	assert_int_equal(put_buffer(account, 70, reserved), VT_ERROR_BUDGET);
	assert_int_equal(vt_tracker_count(tracker), 0);
	vt_tracker_set_budget(tracker, 70, NULL, NULL);
	assert_int_equal(put_buffer(account, 70, reserved), VT_OK);
	vt__account_unrecord(account, at(1), 0);
	assert_int_equal(vt__account_reserve(account, 70, &reserved), VT_OK);
	vt__account_cancel(account, reserved);
	vt_tracker_destroy(tracker);
}

static void words_name_each_purpose(void **state)
{
	vt_tracker *tracker = make();
	struct vt__account *account = vt__account_retain(tracker);
	char words[64];

	(void)state;
	vt__account_words(account, words, sizeof(words));
	assert_string_equal(words, "");
	put(tracker, 1, 1536 * MIB, VT_PURPOSE_MODEL_WEIGHTS);
	put(tracker, 2, 205 * MIB, VT_PURPOSE_KV_CACHE);
	put(tracker, 3, 100, VT_PURPOSE_UNKNOWN);
	vt__account_words(account, words, sizeof(words));
	assert_string_equal(words, "ModelWeights: 1.5 GB, KVCache: 0.2 GB, Unknown: 100 B");
	vt__account_words(account, words, 16);
	assert_string_equal(words, "ModelWeights: 1");
	vt__account_release(account);
	vt_tracker_destroy(tracker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(budget_refuses_and_says_why),
		cmocka_unit_test(budget_asks_for_room),
		cmocka_unit_test(reservations_count),
		cmocka_unit_test(a_budget_set_meanwhile_holds_for_the_record),
		cmocka_unit_test(words_name_each_purpose),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
