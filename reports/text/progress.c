/*
 * A line on standard error that tells how far long work is.
 */
#include "config.h"

#include "reports/text/progress.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "reports/text/escape.h"

#define FIRST_MS 1000 /* before work is long */
#define NEXT_MS 200
#define LINE_BYTES 256
#define CLEAR "\r\033[K"
#define USUAL_COLUMNS 80

static struct {
	pthread_mutex_t lock;
	pthread_cond_t stop;
	pthread_t thread;
	bool running, stopping;
	bool shown;            /* the line is on the terminal */
	char line[LINE_BYTES]; /* what is being done */
} progress = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void put(const char *text, size_t bytes)
{
	/* a terminal that went away is nobody's loss */
	if (write(STDERR_FILENO, text, bytes) < 0)
		progress.shown = false;
}

static void clear(void)
{
	if (progress.shown)
		put(CLEAR, strlen(CLEAR));
	progress.shown = false;
}

/* One column stays free: a full line would go on below, where it cannot be taken back. */
static void draw(void)
{
	char text[LINE_BYTES + 32];
	struct winsize size;
	size_t columns = USUAL_COLUMNS;
	int length;

	if (!progress.line[0])
		return;
	if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		columns = size.ws_col;
	length = snprintf(text, sizeof(text), CLEAR "vramtrack: %s", progress.line);
	if ((size_t)length - strlen(CLEAR) >= columns)
		length = (int)(columns - 1 + strlen(CLEAR));
	progress.shown = true;
	put(text, (size_t)length);
}

static void wait_ms(long ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += ms % 1000 * 1000000;
	until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (!progress.stopping &&
	       !pthread_cond_timedwait(&progress.stop, &progress.lock, &until))
		;
}

static void *show(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&progress.lock);
	wait_ms(FIRST_MS);
	while (!progress.stopping) {
		draw();
		wait_ms(NEXT_MS);
	}
	pthread_mutex_unlock(&progress.lock);
	return NULL;
}

static bool can_take_back(void)
{
	const char *terminal = getenv("TERM");

	return isatty(STDERR_FILENO) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

void vt__progress_begin(void)
{
	pthread_condattr_t clock;
	sigset_t all, before;

	if (progress.running || !can_take_back())
		return;
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&progress.stop, &clock);
	pthread_condattr_destroy(&clock);
	progress.stopping = false;
	progress.line[0] = '\0';
	/* signals are the command's */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	progress.running = !pthread_create(&progress.thread, NULL, show, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool vt__progress_is_on(void)
{
	return progress.running;
}

void vt__progress(const char *doing, const char *what, size_t done, size_t all)
{
	if (!progress.running)
		return;
	pthread_mutex_lock(&progress.lock);
	if (all)
		snprintf(progress.line, sizeof(progress.line), "%s, %zu of %zu", doing, done, all);
	else
		snprintf(progress.line, sizeof(progress.line), "%s%s%s", doing, what ? " " : "",
			 what ? what : "");
	vt__make_harmless(progress.line);
	pthread_mutex_unlock(&progress.lock);
}

void vt__progress_clear(void)
{
	if (!progress.running)
		return;
	pthread_mutex_lock(&progress.lock);
	clear();
	pthread_mutex_unlock(&progress.lock);
}

void vt__progress_end(void)
{
	if (!progress.running)
		return;
	pthread_mutex_lock(&progress.lock);
	progress.stopping = true;
	pthread_cond_signal(&progress.stop);
	pthread_mutex_unlock(&progress.lock);
	pthread_join(progress.thread, NULL);
	clear();
	pthread_cond_destroy(&progress.stop);
	progress.running = false;
}
