/* Waits for a lock, and wakes who does. */
#include "config.h"

#include "base/lock.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* As a walker: one that is never ready, and has no memos. */
static const uint64_t nobody[8] __attribute__((aligned(64)));

__thread struct vt__visitor vt__visitor = {.walker = (struct vt__walker *)(uintptr_t)nobody};

void vt__visitor_learn_thread(void)
{
	vt__visitor.thread = (uint32_t)syscall(SYS_gettid);
}

/* How long to wait hangs on it, not what is seen under the lock: no order. */
static bool is_stuck(const struct vt__lock *lock)
{
	return __atomic_load_n(&lock->sleepers, __ATOMIC_RELAXED) & VT__LOCK_STUCK;
}

/* While `seen` holds it, and not for long. */
static void doze(struct vt__lock *lock, uint32_t seen, long limit_ns)
{
	const struct timespec limit = {.tv_nsec = limit_ns};

	syscall(SYS_futex, &lock->held, FUTEX_WAIT_PRIVATE, seen, &limit, NULL, 0);
}

/* Times of sleep are counted and not the time: it passes in a process that is stopped, too. */
static bool sleep_and_try(struct vt__lock *lock, uint32_t thread)
{
	uint32_t holder = 0, seen;

	for (unsigned sleeps = 0; sleeps < VT__LOCK_SLEEPS && !is_stuck(lock); sleeps++) {
		if (vt__lock_try(lock, thread))
			return true;
		seen = __atomic_load_n(&lock->held, __ATOMIC_RELAXED);
		if (seen != holder)
			sleeps = 0;
		holder = seen;
		if (seen)
			doze(lock, seen, VT__LOCK_SLEEP_NS);
	}
	if (vt__lock_try(lock, thread))
		return true;
	__atomic_fetch_or(&lock->sleepers, VT__LOCK_STUCK, __ATOMIC_RELAXED);
	return false;
}

bool vt__lock_wait(struct vt__lock *lock, uint32_t thread)
{
	bool taken;

	if (vt__lock_spin(lock, thread))
		return true;
	/* Before the word is looked at again: who gives the lock after that look sees a sleeper. */
	__atomic_fetch_add(&lock->sleepers, 1, __ATOMIC_SEQ_CST);
	vt__visitor.sleeper = lock;
	taken = sleep_and_try(lock, thread);
	vt__lock_forget_sleeper();
	return taken;
}

void vt__lock_hold_late(struct vt__lock *lock)
{
	const int saved_errno = errno;

	if (!vt__lock_spin(lock, VT__LOCK_ANYBODY))
		while (!vt__lock_try(lock, VT__LOCK_ANYBODY))
			doze(lock, VT__LOCK_ANYBODY, VT__LOCK_NAP_NS);
	errno = saved_errno;
}

/* Between its two steps a jump leaves one sleeper too many, which costs a system call
 * each time that the lock is given, and nothing else. */
void vt__lock_forget_sleeper(void)
{
	struct vt__lock *lock = vt__visitor.sleeper;

	vt__visitor.sleeper = NULL;
	if (lock)
		__atomic_fetch_sub(&lock->sleepers, 1, __ATOMIC_RELAXED);
}

void vt__lock_wake(struct vt__lock *lock)
{
	__atomic_fetch_and(&lock->sleepers, ~VT__LOCK_STUCK, __ATOMIC_RELAXED);
	syscall(SYS_futex, &lock->held, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}
