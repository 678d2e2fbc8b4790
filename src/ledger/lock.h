/*
 * The ledger's lock: a futex word, a short spin and then sleep.
 *
 * Not a pthread mutex: it must behave the same in programs that wrap the
 * pthread functions, and it is never taken in a forked child. It is held for
 * some tens of nanoseconds, so a waiter spins before it sleeps; it looks ever
 * less often, since each look takes the word's cache line from the holder.
 *
 * Not recursive. May set errno.
 */
#ifndef VT_LEDGER_LOCK_H
#define VT_LEDGER_LOCK_H

#include <linux/futex.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

enum vt__lock_word {
	VT__LOCK_OPEN = 0,
	VT__LOCK_HELD = 1,
	VT__LOCK_AWAITED = 2, /* held, and somebody may sleep */
};

struct vt__lock {
	uint32_t word; /* enum vt__lock_word */
};

#define VT__LOCK_SPINS 2000      /* pauses before it sleeps */
#define VT__LOCK_PAUSES_MOST 256 /* between two looks */

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
	uint32_t open = VT__LOCK_OPEN;

	return __atomic_compare_exchange_n(&lock->word, &open, VT__LOCK_HELD, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static inline void vt__lock_take(struct vt__lock *lock)
{
	unsigned pauses = 1;

	for (unsigned spent = 0; spent < VT__LOCK_SPINS; spent += pauses) {
		if (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) == VT__LOCK_OPEN &&
		    vt__lock_try(lock))
			return;
		for (unsigned i = 0; i < pauses; i++)
			vt__lock_pause();
		if (pauses < VT__LOCK_PAUSES_MOST)
			pauses *= 2;
	}
	while (__atomic_exchange_n(&lock->word, VT__LOCK_AWAITED, __ATOMIC_ACQUIRE) !=
	       VT__LOCK_OPEN)
		syscall(SYS_futex, &lock->word, FUTEX_WAIT_PRIVATE, VT__LOCK_AWAITED, NULL, NULL,
			0);
}

static inline void vt__lock_give(struct vt__lock *lock)
{
	if (__atomic_exchange_n(&lock->word, VT__LOCK_OPEN, __ATOMIC_RELEASE) == VT__LOCK_AWAITED)
		syscall(SYS_futex, &lock->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

#endif
