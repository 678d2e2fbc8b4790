/*
 * Streams that remember why a write failed.
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

#include "reports/text/stream.h"

static void what_is_written_arrives(void **state)
{
	char seen[16] = "";
	int ends[2];
	FILE *stream;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	stream = vt__stream_over(ends[1]);
	assert_non_null(stream);
	assert_int_equal(vt__stream_descriptor(stream), ends[1]);
	fputs("some ", stream);
	fputs("words", stream);
	assert_int_equal(vt__stream_error(stream), 0);
	assert_int_equal(read(ends[0], seen, sizeof(seen)), 10);
	assert_string_equal(seen, "some words");
	assert_int_equal(fclose(stream), 0);
	assert_int_equal(read(ends[0], seen, sizeof(seen)), 0);
	close(ends[0]);
}

static void the_reason_of_a_failed_write_stays(void **state)
{
	FILE *stream = vt__stream_open("/dev/full");
	int i;

	(void)state;
	assert_non_null(stream);
	for (i = 0; i < 10000; i++)
		fputs("more than the buffer holds", stream);
	errno = EAGAIN; /* somebody else's */
	assert_int_equal(vt__stream_error(stream), -ENOSPC);
	assert_int_equal(vt__stream_error(stream), -ENOSPC);
	assert_int_equal(vt__stream_failure(stream), -ENOSPC);
	assert_int_equal(fclose(stream), EOF);
	assert_int_equal(errno, ENOSPC);
}

static void what_the_buffer_holds_is_tried(void **state)
{
	FILE *stream = vt__stream_open("/dev/full");

	(void)state;
	assert_non_null(stream);
	fputs("short", stream);
	assert_int_equal(vt__stream_error(stream), -ENOSPC);
	fclose(stream);
}

static void streams_of_other_origin_are_served(void **state)
{
	FILE *full = fopen("/dev/full", "w"), *nowhere = fopen("/dev/null", "w");

	(void)state;
	assert_non_null(full);
	assert_non_null(nowhere);
	fputs("short", full);
	assert_int_equal(vt__stream_error(full), -ENOSPC);
	assert_int_equal(vt__stream_error(full), -EIO);
	fputs("short", nowhere);
	assert_int_equal(vt__stream_error(nowhere), 0);
	assert_int_equal(vt__stream_failure(nowhere), -ENOMEM);
	assert_int_equal(vt__stream_descriptor(nowhere), fileno(nowhere));
	fclose(full);
	fclose(nowhere);
}

static void a_file_that_cannot_be_opened_says_why(void **state)
{
	(void)state;
	assert_null(vt__stream_open("/no/such/folder/file"));
	assert_int_equal(errno, ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_arrives),
		cmocka_unit_test(the_reason_of_a_failed_write_stays),
		cmocka_unit_test(what_the_buffer_holds_is_tried),
		cmocka_unit_test(streams_of_other_origin_are_served),
		cmocka_unit_test(a_file_that_cannot_be_opened_says_why),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
