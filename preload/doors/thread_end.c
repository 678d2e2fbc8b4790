/* Hears of the ends of threads, by a key of thread-specific data that has a destructor. */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>

#include "preload/recorder/source.h"
#include "preload/recorder/threads.h"
#include "preload/doors/thread_end.h"

/* glibc keeps the values of so many keys in the thread itself; those of later ones
 * are in memory from malloc, which is not for a driver call. */
#define KEYS_IN_PLACE 32

static pthread_key_t key;
static bool has_key;

static void ends(void *unused)
{
	int saved = errno;

	(void)unused;
	vt__source.ends();
	vt__threads_part();
	errno = saved;
}

__attribute__((constructor)) static VT__SELDOM void make_key(void)
{
	int saved = errno;

	has_key = pthread_key_create(&key, ends) == 0;
	if (has_key && key >= KEYS_IN_PLACE) {
		has_key = false;
		pthread_key_delete(key);
	}
	errno = saved;
}

void vt__thread_end_watch(const uintptr_t *inside)
{
	if (has_key && pthread_setspecific(key, &key) == 0)
		vt__threads_meet(inside);
}
