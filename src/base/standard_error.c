/* The tool's own lines on standard error, as long as it is what the program started with. */
#include "config.h"

#include "base/standard_error.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct {
	bool open;
	dev_t device;
	ino_t inode;
} at_start;

__attribute__((constructor)) void vt__remember_standard_error(void)
{
	int saved = errno;
	struct stat now;

	if (fstat(STDERR_FILENO, &now) == 0) {
		at_start.open = true;
		at_start.device = now.st_dev;
		at_start.inode = now.st_ino;
	}
	errno = saved;
}

bool vt__can_print(void)
{
	int saved = errno;
	struct stat now;
	bool same = at_start.open && fstat(STDERR_FILENO, &now) == 0 &&
		    now.st_dev == at_start.device && now.st_ino == at_start.inode;

	errno = saved;
	return same;
}

/* Takes back a signal that our own write raised and nobody else had. */
static void drain(const sigset_t *raised, const sigset_t *pending_before, int signal_number)
{
	const struct timespec at_once = {0, 0};

	if (!sigismember(pending_before, signal_number))
		sigtimedwait(raised, NULL, &at_once);
}

void vt__say_text(const struct vt__text *text)
{
	sigset_t raised, before, pending;
	int saved = errno;

	if (!vt__can_print())
		return;
	sigemptyset(&raised);
	sigaddset(&raised, SIGPIPE); /* a pipe without a reader */
	sigaddset(&raised, SIGXFSZ); /* a file at the limit of its size */
	sigpending(&pending);
	if (pthread_sigmask(SIG_BLOCK, &raised, &before) == 0) {
		if (write(STDERR_FILENO, text->bytes, text->length) < 0) {
			if (errno == EPIPE)
				drain(&raised, &pending, SIGPIPE);
			if (errno == EFBIG)
				drain(&raised, &pending, SIGXFSZ);
		}
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	errno = saved;
}
