/*
 * The lock of the ledger and of the library's accounts: a futex word, a short spin and then sleep.
 *
 * Not a pthread mutex: it must behave the same in programs that wrap the
 * pthread functions, and it is never taken in a forked child. It is held for
 * some tens of nanoseconds, so a waiter spins before it sleeps; it looks ever
 * less often, since each look takes the word's cache line from the holder.
 *
 * The word is its holder's thread, so that what a thread holds that was taken out of
 * the recorder by a jump, or by its own end, can be told and given up for it. Who waits
 * for a holder that does not come back (it may be in a signal handler that waits for the
 * waiter) ends the wait after a second and goes on without; later ones do not wait
 * for that holder again.
 *
 * Giving it up is a plain store and then a look for sleepers. The processor may
 * do these in the other order, and then a thread that goes to sleep at this
 * very moment is not woken: sleep is therefore limited, and rare enough.
 *
 * An account's lock is never held across a jump or in a handler: its holder always comes back,
 * so nobody has to know who it is, and who waits waits as long as it takes.
 *
 * Not recursive. May set errno.
 */
#ifndef VT_BASE_LOCK_H
#define VT_BASE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arch/arch.h"
#include "base/attributes.h"
#include "base/visitor.h"

struct vt__lock {
	uint32_t held;     /* kernel thread id of the holder; 0: open */
	uint32_t sleepers; /* threads that sleep, or are about to or have just been woken; and
			      VT__LOCK_STUCK */
};

#define VT__LOCK_STUCK 0x80000000u /* it was waited for in vain since it was taken */

#define VT__LOCK_SPINS 2000       /* pauses before it sleeps */
#define VT__LOCK_PAUSES_MOST 4    /* between two looks; up to a quarter of a microsecond */
#define VT__LOCK_SLEEP_NS 1000000 /* at a time */
#define VT__LOCK_SLEEPS 1000      /* in a row, with the same holder */
#define VT__LOCK_NAP_NS 50000     /* the same where nobody is woken: a fraction of a time slice */

static inline void vt__lock_pause(void)
{
	vt__arch_pause();
}

/* Of the calling thread: what it stored itself it sees without an order. */
static inline bool vt__lock_is_held_by(const struct vt__lock *lock, uint32_t thread)
{
	return thread && __atomic_load_n(&lock->held, __ATOMIC_RELAXED) == thread;
}

/* Acquire, where the last holder gave it by a release: what was written under it is seen. */
static VT__ALWAYS_INLINE bool vt__lock_exchange(struct vt__lock *lock, uint32_t thread)
{
	uint32_t open = 0;

	return __atomic_compare_exchange_n(&lock->held, &open, thread, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

/* `thread`: the caller's kernel thread id. The look before needs no order: it only saves an
 * exchange. */
static VT__ALWAYS_INLINE bool vt__lock_try(struct vt__lock *lock, uint32_t thread)
{
	return VT__LIKELY(__atomic_load_n(&lock->held, __ATOMIC_RELAXED) == 0) &&
	       vt__lock_exchange(lock, thread);
}

static inline bool vt__lock_spin(struct vt__lock *lock, uint32_t thread)
{
	unsigned pauses = 1;

	for (unsigned spent = 0; spent < VT__LOCK_SPINS; spent += pauses) {
		for (unsigned i = 0; i < pauses; i++)
			vt__lock_pause();
		if (vt__lock_try(lock, thread))
			return true;
		if (pauses < VT__LOCK_PAUSES_MOST)
			pauses *= 2;
	}
	return false;
}

/* Somebody holds it. Whether it was had in the end. */
bool vt__lock_wait(struct vt__lock *lock, uint32_t thread);

/* The thread was taken out of such a wait. */
void vt__lock_forget_sleeper(void);

/* Whether it was taken; it hardly ever is not. */
static inline bool vt__lock_take(struct vt__lock *lock)
{
	if (VT__UNLIKELY(!vt__visitor.thread))
		vt__visitor_learn_thread();
	return VT__LIKELY(vt__lock_try(lock, vt__visitor.thread)) ||
	       vt__lock_wait(lock, vt__visitor.thread);
}

/* The holder of a lock whose holder always comes back. */
#define VT__LOCK_ANYBODY 1u

VT__SELDOM void vt__lock_hold_late(struct vt__lock *lock);

/* Takes a lock whose holder always comes back. Keeps errno. */
static inline void vt__lock_hold(struct vt__lock *lock)
{
	if (VT__UNLIKELY(!vt__lock_exchange(lock, VT__LOCK_ANYBODY)))
		vt__lock_hold_late(lock);
}

/* Gives it back. Who waits looks by itself: a plain store, half the cost of a pair. */
static inline void vt__lock_let_go(struct vt__lock *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

/* Somebody sleeps, or waited in vain. */
VT__SELDOM void vt__lock_wake(struct vt__lock *lock);

static VT__ALWAYS_INLINE void vt__lock_give(struct vt__lock *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
	if (VT__UNLIKELY(__atomic_load_n(&lock->sleepers, __ATOMIC_RELAXED)))
		vt__lock_wake(lock);
}

#endif
