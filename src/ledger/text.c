/*
 * Puts short texts together and says them on standard error, without stdio.
 */
#include "config.h"

#include "ledger/text.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void vt__text_add(struct vt__text *text, const char *more)
{
	size_t fits = text->room - 1 - text->length;
	size_t length = strnlen(more, fits);

	memcpy(text->bytes + text->length, more, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void vt__text_add_number(struct vt__text *text, uint64_t number)
{
	char digits[24];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	vt__text_add(text, digits + at);
}

const char *vt__text_of_error(int error)
{
	const char *words = strerrordesc_np(error);

	return words ? words : "unknown error";
}

void vt__say(const struct vt__text *text)
{
	const struct timespec at_once = {0, 0};
	sigset_t pipe, before, pending;
	ssize_t written;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	sigpending(&pending);
	if (pthread_sigmask(SIG_BLOCK, &pipe, &before))
		return;
	written = write(STDERR_FILENO, text->bytes, text->length);
	if (written < 0 && errno == EPIPE && !sigismember(&pending, SIGPIPE))
		sigtimedwait(&pipe, NULL, &at_once);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}
