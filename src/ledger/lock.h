/*
 * The ledger's lock: a futex word, a short spin and then sleep.
 *
 * Not a pthread mutex: it must behave the same in programs that wrap the
 * pthread functions, and it is never taken in a forked child. It is held for
 * some tens of nanoseconds, so a waiter spins before it sleeps; it looks ever
 * less often, since each look takes the word's cache line from the holder.
 *
 * Giving it up is a plain store and then a look for sleepers. The processor may
 * do these in the other order, and then a thread that goes to sleep at this
 * very moment is not woken: sleep is therefore limited, and rare enough.
 *
 * Not recursive. May set errno.
 */
#ifndef VT_LEDGER_LOCK_H
#define VT_LEDGER_LOCK_H

#include <linux/futex.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "ledger/attributes.h"

struct vt__lock {
	uint32_t held;     /* 1: held */
	uint32_t sleepers; /* threads that sleep, or are about to or have just been woken */
};

#define VT__LOCK_SPINS 2000       /* pauses before it sleeps */
#define VT__LOCK_PAUSES_MOST 4    /* between two looks; up to a quarter of a microsecond */
#define VT__LOCK_SLEEP_NS 1000000 /* at a time */

static inline void vt__lock_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ __volatile__("yield");
#endif
}

static inline bool vt__lock_try(struct vt__lock *lock)
{
	uint32_t open = 0;

	return VT__LIKELY(__atomic_load_n(&lock->held, __ATOMIC_RELAXED) == 0) &&
	       __atomic_compare_exchange_n(&lock->held, &open, 1, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static inline bool vt__lock_spin(struct vt__lock *lock)
{
	unsigned pauses = 1;

	for (unsigned spent = 0; spent < VT__LOCK_SPINS; spent += pauses) {
		for (unsigned i = 0; i < pauses; i++)
			vt__lock_pause();
		if (vt__lock_try(lock))
			return true;
		if (pauses < VT__LOCK_PAUSES_MOST)
			pauses *= 2;
	}
	return false;
}

/* Somebody holds it. */
static VT__APART __attribute__((unused)) void vt__lock_wait(struct vt__lock *lock)
{
	struct timespec limit = {.tv_nsec = VT__LOCK_SLEEP_NS};

	if (vt__lock_spin(lock))
		return;
	__atomic_fetch_add(&lock->sleepers, 1, __ATOMIC_SEQ_CST);
	while (!vt__lock_try(lock))
		syscall(SYS_futex, &lock->held, FUTEX_WAIT_PRIVATE, 1, &limit, NULL, 0);
	__atomic_fetch_sub(&lock->sleepers, 1, __ATOMIC_RELAXED);
}

static inline void vt__lock_take(struct vt__lock *lock)
{
	if (VT__UNLIKELY(!vt__lock_try(lock)))
		vt__lock_wait(lock);
}

static inline void vt__lock_give(struct vt__lock *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
	if (VT__UNLIKELY(__atomic_load_n(&lock->sleepers, __ATOMIC_RELAXED)))
		syscall(SYS_futex, &lock->held, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

#endif
