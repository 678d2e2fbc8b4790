/*
 * The reader: what it reads, and files that are no recordings or cut short.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/reader_sample.h"

/* ---- What is well formed ---------------------------------------------------- */

static void records_keep_their_numbers_across_segments(void **state)
{
	struct made *made = reader_sample(64);
	struct vt__recording *recording;
	uint32_t i;

	(void)state;
	for (i = 0; i < 200; i++)
		made_allocation(made, i % 2, 0x10000 + i, i);
	assert_int_equal(made_write(made, reader_path), 0);
	made_free(made);
	assert_int_equal(vt__recording_open(reader_path, &recording, reader_message), 0);
	assert_int_equal(vt__recording_allocations(recording), 203);
	for (i = 0; i < 200; i++) {
		const struct vt_format_allocation *record = vt__recording_allocation(recording,
										     i + 3);

		assert_int_equal(record->address, 0x10000 + i);
		assert_int_equal(record->bytes, i);
	}
	assert_null(vt__recording_allocation(recording, 203));
	assert_string_equal(
		vt__recording_string(recording, vt__recording_site(recording, 0)->api).bytes,
		"cuMemAlloc_v2");
	assert_string_equal(vt__recording_string(recording, VT_FORMAT_NONE).bytes, "");
	assert_int_equal(vt__recording_state(recording), VT__PROCESS_EXITED);
	assert_false(vt__recording_torn(recording));
	assert_null(vt__recording_note(recording, 0));
	vt__recording_close(recording);
}

static void unknown_types_of_records_are_skipped(void **state)
{
	size_t bytes;
	unsigned char *file = reader_sample_bytes(&bytes);
	struct vt_format_header *header = (void *)file;
	struct vt_format_segment *segment = &header->segments[header->segment_count++];

	(void)state;
	*segment = (struct vt_format_segment){
		.type = 77, .record_bytes = 4096, .offset = bytes, .capacity = 1, .used = 1};
	file = realloc(file, bytes + 4096);
	assert_non_null(file);
	memset(file + bytes, 0xee, 4096);
	assert_int_equal(reader_open(file, bytes + 4096), 0);
	free(file);
}

/* ---- What is no recording ---------------------------------------------------- */

static void what_is_no_file_of_ours_is_refused_in_words(void **state)
{
	struct vt__recording *recording;
	static const char text[20000] = "#!/bin/sh\n";

	(void)state;
	assert_int_equal(vt__recording_open("/nonexistent/x.vramtrack", &recording, reader_message),
			 -ENOENT);
	assert_non_null(strstr(reader_message, "cannot be opened: No such file"));
	assert_int_equal(vt__recording_open(reader_folder, &recording, reader_message), -EINVAL);
	assert_non_null(strstr(reader_message, "not a regular file"));
	assert_int_equal(reader_open("", 0), -EINVAL);
	assert_non_null(strstr(reader_message, "is empty"));
	assert_int_equal(reader_open("hello", 5), -EINVAL);
	assert_non_null(strstr(reader_message, "not a recording"));
	assert_int_equal(reader_open(text, sizeof(text)), -EINVAL);
	assert_non_null(strstr(reader_message, "not a recording"));
}

static void a_pipe_is_refused_without_waiting(void **state)
{
	struct vt__recording *recording;

	(void)state;
	unlink(reader_path);
	assert_int_equal(mkfifo(reader_path, 0600), 0);
	assert_int_equal(vt__recording_open(reader_path, &recording, reader_message), -EINVAL);
	assert_non_null(strstr(reader_message, "not a regular file"));
	unlink(reader_path);
}

static void control_bytes_of_a_path_do_not_reach_the_terminal(void **state)
{
	struct vt__recording *recording;

	(void)state;
	assert_int_equal(vt__recording_open("/nonexistent/\033[2J\n", &recording, reader_message),
			 -ENOENT);
	assert_null(strchr(reader_message, '\033'));
	assert_null(strchr(reader_message, '\n'));
	/* C1, and marks that change the direction of a line */
	assert_int_equal(vt__recording_open("/nonexistent/\xc2\x9b"
					    "2J\u202e\u061c\x9b\u00e9",
					    &recording, reader_message),
			 -ENOENT);
	assert_non_null(strstr(reader_message, "/nonexistent/??2J??????\u00e9:"));
}

static void a_file_cut_short_anywhere_is_refused(void **state)
{
	size_t bytes, end = 0, cut;
	unsigned char *file = reader_sample_bytes(&bytes);
	const struct vt_format_header *header = (const void *)file;
	uint32_t i;

	(void)state;
	for (i = 0; i < header->segment_count; i++) {
		const struct vt_format_segment *segment = &header->segments[i];
		const size_t its_end = segment->offset + segment->capacity * segment->record_bytes;

		end = its_end > end ? its_end : end;
	}
	for (cut = 0; cut <= bytes; cut += 512)
		assert_int_equal(reader_open(file, cut), cut < end ? -EINVAL : 0);
	assert_int_equal(reader_open(file, end - 1), -EINVAL);
	assert_non_null(strstr(reader_message, "truncated"));
	assert_int_equal(reader_open(file, end), 0);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_keep_their_numbers_across_segments),
		cmocka_unit_test(unknown_types_of_records_are_skipped),
		cmocka_unit_test(what_is_no_file_of_ours_is_refused_in_words),
		cmocka_unit_test(a_pipe_is_refused_without_waiting),
		cmocka_unit_test(control_bytes_of_a_path_do_not_reach_the_terminal),
		cmocka_unit_test(a_file_cut_short_anywhere_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, reader_make_folder, reader_remove_folder);
}
