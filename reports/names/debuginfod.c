/*
 * One time limit for all questions to debuginfod servers.
 *
 * libdebuginfod takes its limits from the environment at each question, and asks nobody without
 * DEBUGINFOD_URLS.
 */
#include "config.h"

#include "reports/names/debuginfod.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "reports/text/progress.h"

#define URLS "DEBUGINFOD_URLS"
#define ALL_SECONDS "DEBUGINFOD_MAXTIME"  /* the user's: of all questions, ours: of the next */
#define IDLE_SECONDS "DEBUGINFOD_TIMEOUT" /* in which next to nothing came */
#define TRIES "DEBUGINFOD_RETRY_LIMIT"

#define ALL_SECONDS_DEFAULT 15
#define IDLE_SECONDS_DEFAULT 5
#define SECOND_MS 1000

static struct {
	int64_t all_ms, idle_ms; /* 0: not begun */
	int64_t used_ms;
	int64_t begun_ms; /* the question; 0: none */
} limit;

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * SECOND_MS + now.tv_nsec / 1000000 + 1;
}

static int64_t seconds_of(const char *name, int64_t otherwise)
{
	const char *text = getenv(name);
	const long seconds = text ? strtol(text, NULL, 10) : 0;

	return seconds > 0 && seconds < INT32_MAX ? seconds : otherwise;
}

static void set_seconds(const char *name, int64_t ms)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)((ms + SECOND_MS - 1) / SECOND_MS));
	setenv(name, text, 1);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void vt__debuginfod_forbid(void)
{
	unsetenv(URLS);
}

void vt__debuginfod_begin(void)
{
	const char *urls = getenv(URLS);
	int64_t left;

	if (!urls || !*urls)
		return;
	if (!limit.all_ms) {
		limit.all_ms = SECOND_MS * seconds_of(ALL_SECONDS, ALL_SECONDS_DEFAULT);
		limit.idle_ms = SECOND_MS * seconds_of(IDLE_SECONDS, IDLE_SECONDS_DEFAULT);
		setenv(TRIES, "0", 1);
	}
	left = limit.all_ms - limit.used_ms;
	set_seconds(ALL_SECONDS, left);
	set_seconds(IDLE_SECONDS, least(left, limit.idle_ms));
	limit.begun_ms = now_ms();
}

/* A long question is one that timed out, or one whose answer took as long: the next may too. */
void vt__debuginfod_end(void)
{
	int64_t took;

	if (!limit.begun_ms)
		return;
	took = now_ms() - limit.begun_ms;
	limit.begun_ms = 0;
	limit.used_ms += took;
	if (took < limit.idle_ms && limit.used_ms < limit.all_ms)
		return;
	vt__progress_clear();
	fprintf(stderr,
		"vramtrack: debuginfod: no answer in time (%lld s): not asked any more, some names "
		"and lines may be missing (" ALL_SECONDS "=SECONDS gives it more time, " URLS
		"= turns it off)\n",
		(long long)((took + SECOND_MS / 2) / SECOND_MS));
	vt__debuginfod_forbid();
}
