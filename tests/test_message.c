/* The shim's lines on standard error: whatever is put into them, a terminal stays as it is. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/standard_error.h"
#include "preload/base/message.h"

static void nothing_in_a_message_moves_the_cursor(void **state)
{
	const int saved = dup(STDERR_FILENO);
	char said[128] = "";
	int ends[2];
	ssize_t length;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	vt__remember_standard_error();
	errno = ERANGE;
	vt__message("vramtrack: %s: %s\n", "/tmp/\033[2Jx\b\r\x7f", "M\xc3\xbcller\t1");
	assert_int_equal(errno, ERANGE);
	assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	length = read(ends[0], said, sizeof(said) - 1);
	assert_in_range(length, 1, sizeof(said) - 1);
	assert_string_equal(said, "vramtrack: /tmp/?[2Jx???: M\xc3\xbcller\t1\n");
	close(saved);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_in_a_message_moves_the_cursor),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
