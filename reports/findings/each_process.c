/*
 * Goes through many recordings with one of them in memory at a time.
 */
#include "config.h"

#include "reports/findings/each_process.h"

#include <stdio.h>

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

struct vt__recording *vt__walk_open(struct vt__walk *walk, const char *path, int *error)
{
	char message[VT__MESSAGE_BYTES];
	struct vt__recording *recording;
	const char *earlier;
	int known;

	if (vt__recording_open(path, &recording, message)) {
		vt__progress_clear();
		fprintf(stderr, "vramtrack: %s\n", message);
		walk->unreadable++;
		return NULL;
	}
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

int vt__walk_read(struct vt__walk *walk, const char *const *paths, size_t count,
		  struct vt__analysis *analysis)
{
	struct vt__recording *recording;
	int error = 0;

	vt__progress_begin();
	for (size_t i = 0; i < count && !error; i++) {
		vt__progress("reading recordings", NULL, i + 1, count);
		recording = vt__walk_open(walk, paths[i], &error);
		if (recording)
			error = vt__analysis_add(analysis, recording);
	}
	vt__analysis_finish(analysis);
	return error;
}

int vt__each_process(struct vt__walk *walk, const char *const *paths, size_t count,
		     int (*visit)(struct vt__process *process, void *closure), void *closure)
{
	int error = 0;

	vt__progress_begin();
	for (size_t i = 0; i < count && !error; i++) {
		struct vt__recording *recording = vt__walk_open(walk, paths[i], &error);
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
	return error;
}
