/*
 * Many recordings, opened by several threads: the same as one after the other.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/recording/read_ahead.h"
#include "tests/make_recording.h"

#define COUNT 60u
#define STACKS 200u
#define EACH_UNREADABLE 7u /* every so many paths one cannot be read */

static char folder[] = "/tmp/test_read_ahead.XXXXXX";
static char names[COUNT][sizeof(folder) + 32];
static const char *paths[COUNT];

static void write_one(size_t number)
{
	struct made *made = made_new();
	const uint32_t device = made_device(made, 0, "NVIDIA H200", 1ull << 37);
	const uint32_t api = made_string(made, "cuMemAlloc_v2");

	made_module(made, "/usr/bin/program", 0);
	for (uint64_t i = 0; i < STACKS + number; i++) {
		const uint64_t frame = VT_FORMAT_MAKE_FRAME(0, 64 * (i + 1));
		const uint32_t site = made_site(made, made_stack(made, &frame, 1), device, api,
						VT_KIND_LINEAR);

		made_allocation(made, site, 0x700000000000ull + i * 512, 512);
	}
	made_header(made)->pid = (uint32_t)(1000 + number);
	assert_int_equal(made_write(made, paths[number]), 0);
	made_free(made);
}

static int write_all(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	for (size_t i = 0; i < COUNT; i++) {
		snprintf(names[i], sizeof(names[i]), "%s/%zu.vramtrack", folder, i);
		paths[i] = names[i];
		if (i % EACH_UNREADABLE)
			write_one(i);
	}
	return 0;
}

static int remove_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		unlink(paths[i]);
	return rmdir(folder);
}

static void take(struct vt__read_ahead *ahead, size_t number)
{
	char message[VT__MESSAGE_BYTES];
	struct vt__recording *recording = NULL;
	const int error = vt__read_ahead_take(ahead, &recording, message);

	if (!(number % EACH_UNREADABLE)) {
		assert_int_equal(error, -ENOENT);
		assert_non_null(strstr(message, names[number]));
		return;
	}
	assert_int_equal(error, 0);
	assert_string_equal(vt__recording_path(recording), paths[number]);
	assert_int_equal(vt__recording_header(recording)->pid, 1000 + number);
	assert_int_equal(vt__recording_stacks(recording), STACKS + number);
	vt__recording_close(recording);
}

static void they_come_in_the_order_of_their_paths(void **state)
{
	(void)state;
	for (unsigned threads = 0; threads <= 3; threads++) {
		struct vt__read_ahead *ahead = vt__read_ahead_new(paths, COUNT, threads);

		assert_non_null(ahead);
		for (size_t i = 0; i < COUNT; i++)
			take(ahead, i);
		vt__read_ahead_free(ahead);
	}
}

static void what_is_not_taken_is_closed(void **state)
{
	(void)state;
	for (size_t taken = 0; taken < COUNT; taken += 13) {
		struct vt__read_ahead *ahead = vt__read_ahead_new(paths, COUNT, 3);

		assert_non_null(ahead);
		for (size_t i = 0; i < taken; i++)
			take(ahead, i);
		vt__read_ahead_free(ahead);
	}
}

/* Who does not take leaves them where they are: those that wait are few. */
static void few_wait(void **state)
{
	struct vt__read_ahead *ahead = vt__read_ahead_new(paths, COUNT, 3);
	char message[VT__MESSAGE_BYTES];
	struct vt__recording *recording;

	(void)state;
	assert_non_null(ahead);
	take(ahead, 0);
	usleep(300000);
	for (size_t i = COUNT - 10; i < COUNT; i++)
		unlink(paths[i]);
	for (size_t i = 1; i < COUNT - 10; i++)
		take(ahead, i);
	for (size_t i = COUNT - 10; i < COUNT; i++)
		assert_int_equal(vt__read_ahead_take(ahead, &recording, message), -ENOENT);
	vt__read_ahead_free(ahead);
}

static void a_few_need_no_threads(void **state)
{
	(void)state;
	assert_int_equal(vt__read_ahead_threads(0), 0);
	assert_int_equal(vt__read_ahead_threads(1), 0);
	assert_in_range(vt__read_ahead_threads(1000), 0, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_come_in_the_order_of_their_paths),
		cmocka_unit_test(what_is_not_taken_is_closed),
		cmocka_unit_test(a_few_need_no_threads),
		cmocka_unit_test(few_wait), /* removes some */
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, write_all, remove_all);
}
