/*
 * How the ledger's public functions enter and leave it: lock, re-entrance,
 * errno, thread id. Inline, since every recorded call goes through here.
 */
#ifndef VT_LEDGER_VISIT_H
#define VT_LEDGER_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "ledger/private.h"
#include "base/visitor.h"

/* Of a thread in no visit. Its epoch: ledgers opened so far: after a fork a new one is opened, and
 * thread ids read before it are wrong. */
extern union vt__visit_state vt__visit_idle __attribute__((visibility("hidden")));

/* A new ledger begins: thread ids are asked for again, and the calling thread,
 * the only one after a fork, is in no visit. Returns the ledger's number. */
uint32_t vt__visit_reset(void);

/* Every thread gets to know itself again at its next visit. */
void vt__visit_learn_anew(void);

/* The visitor gets to know itself. */
VT__SELDOM void vt__visit_learn(void);

/* One call of a public function. A signal handler that calls a public function
 * while its thread is inside one is refused: it could only wait for itself. */
struct vt__visit {
	int saved_errno;
};

static VT__ALWAYS_INLINE bool vt__visit_begin(struct vt__visit *visit)
{
	if (VT__UNLIKELY(vt__visitor.state.inside))
		return false;
	vt__visitor.state.inside = 1;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (VT__UNLIKELY(vt__visitor.state.epoch !=
			 __atomic_load_n(&vt__visit_idle.epoch, __ATOMIC_RELAXED)))
		vt__visit_learn();
	visit->saved_errno = *vt__visitor.errno_place;
	return true;
}

/* Kernel thread id of the caller, within a visit. */
static inline uint32_t vt__visit_thread(void)
{
	return vt__visitor.thread;
}

/* The rest of vt__visit_enter(), where somebody holds the lock. */
VT__APART bool vt__visit_wait(struct vt__ledger *ledger, const struct vt__visit *visit);

/* Takes the lock. Returns false, and nothing is to be left, inside a visit, and where
 * the lock could not be had (base/lock.h). */
static VT__ALWAYS_INLINE bool vt__visit_enter(struct vt__ledger *ledger, struct vt__visit *visit)
{
	if (VT__UNLIKELY(!vt__visit_begin(visit)))
		return false;
	return VT__LIKELY(vt__lock_try(&ledger->lock, vt__visitor.thread)) ||
	       vt__visit_wait(ledger, visit);
}

/* The same where there is something to look at: false, and nothing is to be left,
 * without a recording. */
bool vt__visit_look(struct vt__ledger *ledger, struct vt__visit *visit);

/* A visit was refused: counted as `lost`, or by the lock that could not be had. */
VT__SELDOM void vt__visit_lose(struct vt__ledger *ledger, enum vt_loss lost);

static VT__ALWAYS_INLINE void vt__visit_leave(struct vt__ledger *ledger,
					      const struct vt__visit *visit)
{
	vt__lock_give(&ledger->lock);
	*vt__visitor.errno_place = visit->saved_errno;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	vt__visitor.state.inside = 0;
}

/* The rest of vt__visit_change(), where there is no recording yet or no more. */
VT__SELDOM bool vt__visit_make(struct vt__ledger *ledger, struct vt__visit *visit);

/* The same as enter and leave, but for changes: makes the recording if there is
 * none, and opens a change of it. Returns false, and nothing is to be left,
 * inside a visit or when there is no recording. `lost`: counted where the visit
 * is refused. */
static VT__ALWAYS_INLINE bool vt__visit_change(struct vt__ledger *ledger, struct vt__visit *visit,
					       enum vt_loss lost)
{
	if (VT__UNLIKELY(!vt__visit_enter(ledger, visit))) {
		vt__visit_lose(ledger, lost);
		return false;
	}
	if (VT__UNLIKELY(ledger->state != VT__LEDGER_RECORDING) && !vt__visit_make(ledger, visit))
		return false;
	vt__recording_begin(&ledger->store.recording);
	return true;
}

static VT__ALWAYS_INLINE void vt__visit_finish(struct vt__ledger *ledger,
					       const struct vt__visit *visit)
{
	vt__recording_finish(&ledger->store.recording);
	vt__visit_leave(ledger, visit);
}

/* Somebody sleeps who waits for the lock; errno is left alone. */
VT__SELDOM void vt__visit_wake(struct vt__ledger *ledger);

/* A visit that changes a recording that is there and does nothing that may set errno, where nobody
 * is in the way: else nothing is done. Then vt__visit_end() ends it. */
static VT__ALWAYS_INLINE bool vt__visit_try(struct vt__ledger *ledger)
{
	if (VT__UNLIKELY(vt__visitor.state.both !=
			 __atomic_load_n(&vt__visit_idle.both, __ATOMIC_RELAXED)))
		return false;
	vt__visitor.state.inside = 1;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (VT__LIKELY(vt__lock_try(&ledger->lock, vt__visitor.thread)))
		return true;
	vt__visitor.state.inside = 0;
	return false;
}

static VT__ALWAYS_INLINE void vt__visit_end(struct vt__ledger *ledger)
{
	__atomic_store_n(&ledger->lock.held, 0, __ATOMIC_RELEASE);
	if (VT__UNLIKELY(__atomic_load_n(&ledger->lock.sleepers, __ATOMIC_RELAXED)))
		vt__visit_wake(ledger);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	vt__visitor.state.inside = 0;
}

#endif
