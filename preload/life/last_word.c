/*
 * The last word at exit().
 *
 * Our destructor runs before those of other libraries, which may still free
 * device memory. stdio's clean-up comes after all of them: a stream that holds
 * one pending byte has its write function called there. It is armed in our
 * destructor, since a flush of all streams by the program would fire it
 * earlier.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include "unwind/own_stack.h"
#include "base/standard_error.h"
#include "preload/recorder/accounts.h"
#include "preload/recorder/coverage.h"
#include "preload/life/last_word.h"
#include "preload/life/late_frees.h"
#include "preload/base/message.h"
#include "preload/base/options.h"
#include "preload/life/plain_report.h"
#include "preload/recorder/process.h"
#include "preload/life/report_command.h"

static struct {
	pid_t process; /* that armed it: not a child forked later */
	int status;
	char buffer[16]; /* the stream's, so that it needs none of malloc's */
} ending;

static void print_plainly(void *ledger)
{
	vt__plain_report(ledger);
}

static void print(struct vt__ledger *ledger, const char *path)
{
	if (vt__report_command(path) != 0)
		vt__own_stack_run(print_plainly, ledger);
}

static void report(struct vt__ledger *ledger)
{
	const char *path = vt__ledger_path(ledger);

	if (!path || !vt__options()->report || !vt__can_print())
		return;
	print(ledger, path);
	if (!vt__options()->keep)
		unlink(path);
}

void vt__last_word_now(struct vt__ledger *ledger, const char *why)
{
	const char *path = vt__ledger_path(ledger);

	if (!path || !vt__can_print())
		return;
	vt__message("vramtrack: process %d: %s:\n", (int)getpid(), why);
	print(ledger, path);
}

static ssize_t speak(void *cookie, const char *bytes, size_t count)
{
	int saved = errno;
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	(void)cookie;
	(void)bytes;
	if (ledger && ending.process == getpid()) {
		ending.process = 0;
		vt__ledger_end(ledger, (ending.status & 0xff) << 8);
		report(ledger);
	}
	errno = saved;
	return (ssize_t)count;
}

__attribute__((destructor)) static void arm(void)
{
	int saved = errno;
	cookie_io_functions_t functions = {.write = speak};
	FILE *stream;

	vt__coverage_end();
	if (vt__process_ledger_if_any()) {
		ending.process = getpid();
		stream = fopencookie(NULL, "w", functions);
		if (stream) {
			setvbuf(stream, ending.buffer, _IOFBF, sizeof(ending.buffer));
			fputc('.', stream);
		} else {
			speak(NULL, NULL, 0);
		}
	}
	errno = saved;
}

/* The first of our own to run in exit(): registered with the first allocation,
 * it comes before the runtime's handler and before destructors of older objects. */
static void exit_begins(int status, void *unused)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	(void)unused;
	ending.status = status;
	if (!ledger) /* a child that inherited the handler */
		return;
	vt__coverage_end();
	vt__accounts_end(ledger);
	if (!vt__source_has_company())
		vt__late_frees_watch();
}

void vt__last_word_prepare(void)
{
	static volatile char prepared;

	if (!__atomic_test_and_set(&prepared, __ATOMIC_RELAXED))
		on_exit(exit_begins, NULL);
}
