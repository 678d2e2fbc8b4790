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

#include "base/standard_error.h"
#include "preload/life/last_word.h"
#include "preload/base/options.h"
#include "preload/recorder/process.h"
#include "preload/recorder/threads.h"
#include "preload/life/report_now.h"

static struct {
	pid_t process; /* that armed it: not a child forked later */
	int status;
	char buffer[16]; /* the stream's, so that it needs none of malloc's */
} ending;

static void report(struct vt__ledger *ledger)
{
	const char *path = vt__ledger_path(ledger);

	if (!path || !vt__options()->report || !vt__can_print())
		return;
	vt__report_print(ledger, path);
	if (!vt__options()->keep)
		unlink(path);
}

/* What ends the process next leaves them between the driver and the record. */
static void lose_under_way(struct vt__ledger *ledger)
{
	for (unsigned calls = vt__threads_inside(); calls > 0; calls--)
		vt__ledger_lose(ledger, VT_LOSS_JUMPS);
}

static ssize_t speak(void *cookie, const char *bytes, size_t count)
{
	int saved = errno;
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	(void)cookie;
	(void)bytes;
	if (ledger && ending.process == getpid()) {
		ending.process = 0;
		lose_under_way(ledger);
		vt__ledger_end(ledger, (ending.status & 0xff) << 8);
		report(ledger);
	}
	errno = saved;
	return (ssize_t)count;
}

void vt__last_word_arm(void)
{
	cookie_io_functions_t functions = {.write = speak};
	FILE *stream;

	ending.process = getpid();
	stream = fopencookie(NULL, "w", functions);
	if (stream) {
		setvbuf(stream, ending.buffer, _IOFBF, sizeof(ending.buffer));
		fputc('.', stream);
	} else {
		speak(NULL, NULL, 0);
	}
}

void vt__last_word_status(int status)
{
	ending.status = status;
}
