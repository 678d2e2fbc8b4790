/*
 * The line of progress: on a terminal, after a second, and gone at the end.
 */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/text/progress.h"

#define CLEAR "\r\033[K"

static void sleep_ms(long ms)
{
	const struct timespec time = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

/* Works for so long in a child whose standard error is a terminal, or a pipe. What came out. */
static const char *work(const char *terminal, unsigned short columns, bool is_terminal, long ms)
{
	static char seen[4096];
	const struct winsize size = {.ws_row = 24, .ws_col = columns};
	const int leader = posix_openpt(O_RDWR | O_NOCTTY);
	int follower, pipes[2], status;
	ssize_t got;
	size_t used = 0;
	pid_t child;

	assert_true(leader >= 0 && !grantpt(leader) && !unlockpt(leader) && !pipe(pipes));
	follower = open(ptsname(leader), O_RDWR | O_NOCTTY);
	assert_true(follower >= 0);
	assert_int_equal(ioctl(follower, TIOCSWINSZ, &size), 0);
	child = fork();
	if (!child) {
		dup2(is_terminal ? follower : pipes[1], STDERR_FILENO);
		setenv("TERM", terminal, 1);
		vt__progress_begin();
		vt__progress("reading recordings", NULL, 3, 9);
		sleep_ms(ms);
		vt__progress("reading names of", "lib\033[2Jx.so", 0, 0);
		vt__progress_clear();
		fputs("said\n", stderr);
		sleep_ms(ms ? 300 : 0);
		vt__progress_end();
		_exit(0);
	}
	assert_true(child > 0);
	close(follower);
	close(pipes[1]);
	while (used < sizeof(seen) - 1 && (got = read(is_terminal ? leader : pipes[0], seen + used,
						      sizeof(seen) - 1 - used)) > 0)
		used += (size_t)got;
	seen[used] = '\0';
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(leader);
	close(pipes[0]);
	return seen;
}

static void long_work_is_told_and_the_line_goes(void **state)
{
	const char *seen = work("xterm", 80, true, 1300), *message = strstr(seen, "said");

	(void)state;
	assert_int_equal(strncmp(seen, CLEAR "vramtrack: reading recordings, 3 of 9", 41), 0);
	/* a message has the line for itself, and the next one comes again */
	assert_non_null(message);
	assert_int_equal(strncmp(message - strlen(CLEAR), CLEAR, strlen(CLEAR)), 0);
	assert_non_null(strstr(message, CLEAR "vramtrack: reading names of lib?[2Jx.so"));
	assert_string_equal(seen + strlen(seen) - strlen(CLEAR), CLEAR);
}

static void short_work_is_not_told(void **state)
{
	(void)state;
	assert_string_equal(work("xterm", 80, true, 0), "said\r\n");
}

static void nothing_where_a_line_cannot_be_taken_back(void **state)
{
	(void)state;
	assert_string_equal(work("dumb", 80, true, 1100), "said\r\n");
	assert_string_equal(work("xterm", 80, false, 1100), "said\n");
}

static void the_line_is_narrower_than_the_terminal(void **state)
{
	const char *seen = work("xterm", 20, true, 1100);

	(void)state;
	assert_int_equal(strncmp(seen, CLEAR "vramtrack: reading " CLEAR, 19 + 8), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_work_is_told_and_the_line_goes),
		cmocka_unit_test(short_work_is_not_told),
		cmocka_unit_test(nothing_where_a_line_cannot_be_taken_back),
		cmocka_unit_test(the_line_is_narrower_than_the_terminal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
