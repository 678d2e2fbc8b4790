/*
 * What a recording says of an interpreter that ended: damage is refused, and what was
 * held until then is no leak.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/findings/analysis.h"
#include "tests/make_recording.h"

static char path[] = "/tmp/test_ending.XXXXXX";
static char message[VT__MESSAGE_BYTES];

/* A device, and two call sites: of device memory, and of an import. */
static struct made *start(void)
{
	struct made *made = made_new();
	const uint64_t frame = VT_FORMAT_MAKE_FRAME(0, 0x10);
	uint32_t api;

	made_device(made, 0, "GPU", 1u << 30);
	made_module(made, "/nonexistent/app", 0);
	made_stack(made, &frame, 1);
	api = made_string(made, "cuMemAlloc_v2");
	made_site(made, 0, 0, api, VT_KIND_LINEAR);
	made_site(made, 0, 0, api, VT_KIND_IPC);
	return made;
}

/* 0 and the recording, or the reader's error; frees what was made. */
static int finish(struct made *made, struct vt__recording **recording)
{
	assert_int_equal(made_write(made, path), 0);
	made_free(made);
	return vt__recording_open(path, recording, message);
}

static int open_with(uint32_t language, uint32_t ending, uint32_t site)
{
	const struct vt_format_ending ended = {.language = language, .time_ns = 5};
	const struct vt_format_kept kept = {ending, site, 1 << 20, 1};
	struct vt__recording *recording = NULL;
	struct made *made = start();
	int error;

	made_add(made, VT_FORMAT_ENDING, &ended);
	made_add(made, VT_FORMAT_KEPT, &kept);
	error = finish(made, &recording);
	if (!error)
		vt__recording_close(recording);
	return error;
}

static void its_records_are_checked(void **state)
{
	(void)state;
	if (open_with(VT_LANGUAGE_PYTHON, 0, 1))
		fail_msg("%s", message);
	assert_int_equal(open_with(VT_LANGUAGE_COUNT, 0, 0), -EINVAL);
	assert_non_null(strstr(message, "ending record 0"));
	assert_int_equal(open_with(VT_LANGUAGE_PYTHON, 1, 0), -EINVAL);
	assert_non_null(strstr(message, "has an ending that is not there"));
	assert_int_equal(open_with(VT_LANGUAGE_PYTHON, 0, 2), -EINVAL);
	assert_non_null(strstr(message, "has a site that is not there"));
}

static void assert_finding(const struct vt__finding_row *row, enum vt__class what, uint64_t bytes,
			   uint64_t count)
{
	assert_int_equal(row->finding_class, what);
	assert_int_equal(row->sum.bytes, bytes);
	assert_int_equal(row->sum.count, count);
}

static void what_was_held_until_then_is_no_leak(void **state)
{
	const struct vt_format_ending ending = {.time_ns = 1ull << 60};
	const struct vt_format_kept kept[] = {{0, 0, 1000, 4}, {0, 1, 500, 1}, {1, 0, 77, 1}};
	struct made *made = start();
	struct vt__recording *recording;
	struct vt__analysis *analysis;

	(void)state;
	made_allocation(made, 0, 1, 300); /* live when it began to end, and live still */
	for (size_t i = 0; i < 2; i++)
		made_add(made, VT_FORMAT_ENDING, &ending);
	for (size_t i = 0; i < 3; i++)
		made_add(made, VT_FORMAT_KEPT, &kept[i]);
	if (finish(made, &recording))
		fail_msg("%s", message);
	assert_int_equal(vt__analysis_new(&analysis), 0);
	assert_int_equal(vt__analysis_add(analysis, recording), 0);
	vt__analysis_finish(analysis);
	assert_int_equal(analysis->processes[0].finding_count, 2);
	assert_finding(&analysis->processes[0].findings[0], VT__CLASS_LEAK, 300, 1);
	assert_finding(&analysis->processes[0].findings[1], VT__CLASS_HELD_UNTIL_END, 700, 3);
	vt__analysis_free(analysis);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_records_are_checked),
		cmocka_unit_test(what_was_held_until_then_is_no_leak),
	};
	const int file = mkstemp(path);
	int failed;

	if (file < 0)
		return 99;
	close(file);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
