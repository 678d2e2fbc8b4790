/*
 * A lock for what takes some tens of nanoseconds, most of the time by one thread alone.
 *
 * Giving it back is a plain store, half the cost of a pair of atomic exchanges: nobody is
 * woken. Who waits looks again, ever less often, and sleeps for a moment where the holder
 * seems to be off its core.
 *
 * Not recursive.
 */
#ifndef VT_BRIEF_LOCK_H
#define VT_BRIEF_LOCK_H

#include <stdbool.h>

struct vt__brief_lock {
	unsigned held; /* atomic; 0: open */
};

void vt__brief_lock_wait(struct vt__brief_lock *lock);

static inline bool vt__brief_lock_try(struct vt__brief_lock *lock)
{
	unsigned open = 0;

	return __atomic_compare_exchange_n(&lock->held, &open, 1, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static inline void vt__brief_lock_take(struct vt__brief_lock *lock)
{
	if (!vt__brief_lock_try(lock))
		vt__brief_lock_wait(lock);
}

static inline void vt__brief_lock_give(struct vt__brief_lock *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

#endif
