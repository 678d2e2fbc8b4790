/*
 * Opens many recordings one after the other, the next ones by other threads meanwhile.
 */
#include "config.h"

#include "reports/recording/read_ahead.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Who takes them does more than they do for each. */
#define THREADS_MOST 3u
#define RECORDINGS_LEAST 8u
#define PLACES 16u             /* of recordings that wait to be taken */
#define BYTES_MOST (64u << 20) /* of their files, but for one that is larger */
#define STACK_BYTES (1u << 20) /* of a thread, whatever the limit of the command's own is */

struct place {
	struct vt__recording *recording;
	int error;
	bool is_there;
	uint64_t bytes; /* of the file */
	char message[VT__MESSAGE_BYTES];
};

struct vt__read_ahead {
	const char *const *paths;
	size_t count;
	size_t begun, taken; /* of the paths */
	uint64_t bytes;      /* of those that were begun and not taken */
	bool stopping;
	pthread_mutex_t lock; /* of all of this but a place between begun and is_there */
	pthread_cond_t change;
	pthread_t threads[THREADS_MOST];
	unsigned thread_count;
	struct place places[PLACES]; /* path i is at i modulo their number */
};

unsigned vt__read_ahead_threads(size_t count)
{
	cpu_set_t processors;
	unsigned others;

	if (count < RECORDINGS_LEAST || sched_getaffinity(0, sizeof(processors), &processors))
		return 0;
	others = (unsigned)CPU_COUNT(&processors) - 1;
	return others < THREADS_MOST ? others : THREADS_MOST;
}

/* ---- The threads ---------------------------------------------------------------------- */

static uint64_t bytes_of_file(const char *path)
{
	struct stat status;

	return stat(path, &status) ? 0 : (uint64_t)status.st_size;
}

/* Whether the next may be begun. One of any size may if no other waits. */
static bool has_room(const struct vt__read_ahead *ahead, uint64_t bytes)
{
	return ahead->begun == ahead->taken ||
	       (ahead->begun - ahead->taken < PLACES && ahead->bytes + bytes <= BYTES_MOST);
}

/* The number of the next path, for this thread; SIZE_MAX: there is none. Holds the lock. */
static size_t begin_next(struct vt__read_ahead *ahead)
{
	while (!ahead->stopping && ahead->begun < ahead->count) {
		const uint64_t bytes = bytes_of_file(ahead->paths[ahead->begun]);

		if (has_room(ahead, bytes)) {
			ahead->places[ahead->begun % PLACES].bytes = bytes;
			ahead->bytes += bytes;
			return ahead->begun++;
		}
		pthread_cond_wait(&ahead->change, &ahead->lock);
	}
	return SIZE_MAX;
}

static void *read_them(void *closure)
{
	struct vt__read_ahead *ahead = closure;
	size_t next;

	pthread_mutex_lock(&ahead->lock);
	while ((next = begin_next(ahead)) != SIZE_MAX) {
		struct place *place = &ahead->places[next % PLACES];

		pthread_mutex_unlock(&ahead->lock);
		place->recording = NULL;
		place->error = vt__recording_open(ahead->paths[next], &place->recording,
						  place->message);
		pthread_mutex_lock(&ahead->lock);
		place->is_there = true;
		pthread_cond_broadcast(&ahead->change);
	}
	pthread_mutex_unlock(&ahead->lock);
	return NULL;
}

/* Signals are for the thread that waits for them, or that a timer is to take out of a name. */
static void start_threads(struct vt__read_ahead *ahead, unsigned threads)
{
	pthread_attr_t attributes;
	sigset_t all, before;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	while (ahead->thread_count < threads && ahead->thread_count < THREADS_MOST &&
	       !pthread_create(&ahead->threads[ahead->thread_count], &attributes, read_them, ahead))
		ahead->thread_count++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
}

/* ---- Who takes them -------------------------------------------------------------------- */

struct vt__read_ahead *vt__read_ahead_new(const char *const *paths, size_t count, unsigned threads)
{
	struct vt__read_ahead *ahead = calloc(1, sizeof(*ahead));

	if (!ahead)
		return NULL;
	ahead->paths = paths;
	ahead->count = count;
	pthread_mutex_init(&ahead->lock, NULL);
	pthread_cond_init(&ahead->change, NULL);
	start_threads(ahead, threads);
	return ahead;
}

int vt__read_ahead_take(struct vt__read_ahead *ahead, struct vt__recording **out,
			char message[VT__MESSAGE_BYTES])
{
	struct place *place = &ahead->places[ahead->taken % PLACES];
	int error;

	if (!ahead->thread_count)
		return vt__recording_open(ahead->paths[ahead->taken++], out, message);
	pthread_mutex_lock(&ahead->lock);
	while (!place->is_there)
		pthread_cond_wait(&ahead->change, &ahead->lock);
	error = place->error;
	memcpy(message, place->message, sizeof(place->message));
	if (!error)
		*out = place->recording;
	place->is_there = false;
	ahead->bytes -= place->bytes;
	ahead->taken++;
	pthread_cond_broadcast(&ahead->change);
	pthread_mutex_unlock(&ahead->lock);
	return error;
}

void vt__read_ahead_free(struct vt__read_ahead *ahead)
{
	if (!ahead)
		return;
	pthread_mutex_lock(&ahead->lock);
	ahead->stopping = true;
	pthread_cond_broadcast(&ahead->change);
	pthread_mutex_unlock(&ahead->lock);
	for (unsigned i = 0; i < ahead->thread_count; i++)
		pthread_join(ahead->threads[i], NULL);
	for (size_t i = 0; i < PLACES; i++)
		if (ahead->places[i].is_there && !ahead->places[i].error)
			vt__recording_close(ahead->places[i].recording);
	pthread_cond_destroy(&ahead->change);
	pthread_mutex_destroy(&ahead->lock);
	free(ahead);
}
