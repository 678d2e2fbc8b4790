/* Waits for a brief lock. */
#include "config.h"

#include "library/brief_lock.h"

#include <errno.h>
#include <time.h>

#include "base/lock.h"

#define PAUSES_MOST 8   /* between two looks */
#define SPUN_MOST 1000  /* pauses before it sleeps */
#define SLEEP_NS 50000L /* a fraction of a time slice */

static bool is_taken(struct vt__brief_lock *lock)
{
	return !__atomic_load_n(&lock->held, __ATOMIC_RELAXED) && vt__brief_lock_try(lock);
}

void vt__brief_lock_wait(struct vt__brief_lock *lock)
{
	static const struct timespec moment = {.tv_nsec = SLEEP_NS};
	const int error = errno;
	unsigned pauses = 1;

	for (unsigned spun = 0; spun < SPUN_MOST; spun += pauses) {
		for (unsigned i = 0; i < pauses; i++)
			vt__lock_pause();
		if (is_taken(lock))
			return;
		if (pauses < PAUSES_MOST)
			pauses *= 2;
	}
	while (!is_taken(lock))
		(void)nanosleep(&moment, NULL);
	errno = error;
}
