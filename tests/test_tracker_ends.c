/* Ends of trackers: leaks told, buffers that live on, forks. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <vramtrack/narration.h>
#include <vramtrack/tracker.h>

#include "library/account.h"
#include "unwind/unwind.h"

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

/* ---- Narration heard ------------------------------------------------------------ */

static struct {
	unsigned events;
	unsigned leaks;
	uint64_t leaked_bytes;
	char last_label[128];
	vt_event_kind last;
} heard;

static void hear(const vt_event *event, void *closure)
{
	(void)closure;
	heard.events++;
	heard.last = event->kind;
	if (event->kind != VT_EVENT_LEAK)
		return;
	heard.leaks++;
	heard.leaked_bytes += event->bytes;
	strncpy(heard.last_label, event->label, sizeof(heard.last_label) - 1);
}

static int listen_to_all(void **state)
{
	(void)state;
	memset(&heard, 0, sizeof(heard));
	vt_set_narrator(hear, NULL);
	return 0;
}

static int stop_listening(void **state)
{
	(void)state;
	vt_set_narrator(NULL, NULL);
	return 0;
}

/* ---- Ends ---------------------------------------------------------------------------------- */

static void what_is_left_is_a_leak(void **state)
{
	vt_tracker *tracker = make();

	listen_to_all(state);
	for (uintptr_t i = 1; i <= 112; i++)
		assert_int_equal(
			vt_tracker_record(tracker, at(i), 10, VT_PURPOSE_KV_CACHE, "kv", 0), VT_OK);
	assert_int_equal(vt_tracker_unrecord(tracker, at(1)), VT_OK);
	assert_int_equal(heard.events, 113);
	assert_int_equal(heard.last, VT_EVENT_FREED);
	vt_tracker_destroy(tracker);
	/* A hundred one by one, eleven in a sum. */
	assert_int_equal(heard.leaks, 101);
	assert_int_equal(heard.leaked_bytes, 1110);
	assert_string_equal(heard.last_label, "11 more allocations");
}

/* As a buffer of device 0 does. */
static vt_status put_buffer(struct vt__account *account, uintptr_t address, size_t bytes,
			    vt_purpose purpose, const char *label)
{
	const struct vt__unwind_start start = VT__UNWIND_HERE();
	const struct vt__account_item item = {at(address), bytes, label, purpose, 0};
	size_t reserved;
	vt_status status = vt__account_reserve(account, bytes, &reserved);

	return status == VT_OK ? vt__account_record(account, &item, reserved, &start) : status;
}

static void a_tracker_may_die_before_its_buffers(void **state)
{
	vt_tracker *tracker = make();
	struct vt__account *account = vt__account_retain(tracker);
	size_t before = vt_report_leaks(), reserved = 1;

	listen_to_all(state);
	vt_tracker_set_budget(tracker, 100, NULL, NULL);
	put(tracker, 0x1000, 10, VT_PURPOSE_UNKNOWN);
	assert_int_equal(put_buffer(account, 0x2000, 20, VT_PURPOSE_KV_CACHE, "b"), VT_OK);
	vt__account_release(account); /* The buffer's record keeps it. */
	assert_int_equal(vt_report_leaks(), before + 2);
	vt_tracker_destroy(tracker);
	assert_int_equal(heard.leaks, 4);
	/* What the handle recorded nobody can take out any more; the buffer's is still there. */
	assert_int_equal(vt_report_leaks(), before + 1);
	assert_int_equal(vt__account_total(account, 0), 20);
	/* There is no budget where there is no tracker. */
	assert_int_equal(vt__account_reserve(account, 1000, &reserved), VT_OK);
	assert_int_equal(reserved, 0);
	assert_int_equal(vt__account_change(account, at(0x2000), at(0x4000), 40), VT_OK);
	assert_int_equal(vt__account_unrecord(account, at(0x4000), 0), 0);
	assert_int_equal(vt_report_leaks(), before);
}

static void buffers_without_a_tracker_have_an_account(void **state)
{
	struct vt__account *account = vt__account_retain(NULL);
	size_t before = vt_report_leaks();

	listen_to_all(state);
	assert_non_null(account);
	assert_int_equal(put_buffer(account, 0x7000, 5, VT_PURPOSE_UNKNOWN, "lost"), VT_OK);
	assert_int_equal(vt_report_leaks(), before + 1);
	assert_int_equal(heard.leaks, 1);
	assert_string_equal(heard.last_label, "lost");
	vt__account_unrecord(account, at(0x7000), 0);
	vt__account_release(account);
	assert_int_equal(vt_report_leaks(), before);
}

/* A child has no device memory of its own, and its destructors run all the same. */
static void a_forked_child_begins_anew(void **state)
{
	vt_tracker *tracker = make();
	int status = -1;
	pid_t child;

	(void)state;
	put(tracker, 0x1000, 10, VT_PURPOSE_UNKNOWN);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		int wrong = vt_tracker_total(tracker) != 0 || vt_tracker_count(tracker) != 0 ||
			    vt_tracker_unrecord(tracker, at(0x1000)) != VT_ERROR_NOT_FOUND ||
			    vt_tracker_record(tracker, at(0x1000), 7, VT_PURPOSE_UNKNOWN, "c", 0) ||
			    vt_tracker_total(tracker) != 7 || vt_tracker_peak(tracker) != 7;

		vt_tracker_destroy(tracker);
		_exit(wrong);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(vt_tracker_total(tracker), 10);
	vt_tracker_destroy(tracker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_is_left_is_a_leak, stop_listening),
		cmocka_unit_test_teardown(a_tracker_may_die_before_its_buffers, stop_listening),
		cmocka_unit_test_teardown(buffers_without_a_tracker_have_an_account,
					  stop_listening),
		cmocka_unit_test(a_forked_child_begins_anew),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
