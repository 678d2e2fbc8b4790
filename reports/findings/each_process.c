/*
 * Goes through many recordings with few of them in memory at a time.
 */
#include "config.h"

#include "reports/findings/each_process.h"

#include <errno.h>
#include <stdio.h>

#include "reports/recording/read_ahead.h"
#include "reports/text/escape.h"
#include "reports/text/progress.h"

static void say_repeated(const char *path, const char *earlier)
{
	vt__progress_clear();
	fputs("vramtrack: ", stderr);
	vt__print_escaped(stderr, path);
	fputs(": the same recording as ", stderr);
	vt__print_escaped(stderr, earlier);
	fputs(": counted once\n", stderr);
}

static void say_unreadable(struct vt__walk *walk, const char *message)
{
	vt__progress_clear();
	fprintf(stderr, "vramtrack: %s\n", message);
	walk->unreadable++;
}

/* NULL: it is a copy; or out of memory, and then `error` is set. */
static struct vt__recording *see_it_once(struct vt__walk *walk, const char *path,
					 struct vt__recording *recording, int *error)
{
	const char *earlier;
	int known;

	known = vt__duplicates_add(&walk->duplicates, recording, &earlier);
	if (!known) {
		walk->read++;
		return recording;
	}
	if (known < 0) {
		*error = known;
	} else {
		say_repeated(path, earlier);
		walk->repeated++;
	}
	vt__recording_close(recording);
	return NULL;
}

struct vt__recording *vt__walk_open(struct vt__walk *walk, const char *path, int *error)
{
	char message[VT__MESSAGE_BYTES];
	struct vt__recording *recording;

	if (!vt__recording_open(path, &recording, message))
		return see_it_once(walk, path, recording, error);
	say_unreadable(walk, message);
	return NULL;
}

/* Many recordings: others are read while one is worked on. */
static struct vt__recording *take_next(struct vt__walk *walk, struct vt__read_ahead *ahead,
				       const char *path, int *error)
{
	char message[VT__MESSAGE_BYTES];
	struct vt__recording *recording;

	if (!vt__read_ahead_take(ahead, &recording, message))
		return see_it_once(walk, path, recording, error);
	say_unreadable(walk, message);
	return NULL;
}

int vt__walk_read(struct vt__walk *walk, const char *const *paths, size_t count,
		  struct vt__analysis *analysis)
{
	struct vt__read_ahead *ahead = vt__read_ahead_new(paths, count,
							  vt__read_ahead_threads(count));
	struct vt__recording *recording;
	int error = ahead ? 0 : -ENOMEM;

	vt__progress_begin();
	for (size_t i = 0; i < count && !error; i++) {
		vt__progress("reading recordings", NULL, i + 1, count);
		recording = take_next(walk, ahead, paths[i], &error);
		if (recording)
			error = vt__analysis_add(analysis, recording);
	}
	vt__read_ahead_free(ahead);
	vt__analysis_finish(analysis);
	return error;
}

int vt__each_process(struct vt__walk *walk, const char *const *paths, size_t count,
		     int (*visit)(struct vt__process *process, void *closure), void *closure)
{
	struct vt__read_ahead *ahead = vt__read_ahead_new(paths, count,
							  vt__read_ahead_threads(count));
	int error = ahead ? 0 : -ENOMEM;

	vt__progress_begin();
	for (size_t i = 0; i < count && !error; i++) {
		struct vt__recording *recording = take_next(walk, ahead, paths[i], &error);
		struct vt__process process;

		vt__progress("reading recordings", NULL, i + 1, count);
		if (!recording)
			continue;
		error = vt__process_make(recording, walk->symbolizer, &process);
		if (error)
			break;
		error = visit(&process, closure);
		vt__process_release(&process);
	}
	vt__read_ahead_free(ahead);
	return error;
}
