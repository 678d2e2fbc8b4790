/*
 * What a visit of the ledger does once, or once for each thread.
 */
#include "config.h"

#include "ledger/visit.h"

#include <errno.h>

#include "base/attributes.h"
#include "recording/guard.h"

VT__READ_OFTEN union vt__visit_state vt__visit_idle;

uint32_t vt__visit_reset(void)
{
	vt__visitor.state.inside = 0;
	return __atomic_add_fetch(&vt__visit_idle.epoch, 1, __ATOMIC_RELAXED);
}

/* A thread that sees the change late learns late; nothing else is read by it. */
void vt__visit_learn_anew(void)
{
	__atomic_add_fetch(&vt__visit_idle.epoch, 1, __ATOMIC_RELAXED);
}

void vt__visit_learn(void)
{
	vt__visitor_learn_thread();
	vt__visitor.errno_place = &errno;
	if (vt__guard_stands())
		vt__guard_unblock();
	vt__visitor.state.epoch = __atomic_load_n(&vt__visit_idle.epoch, __ATOMIC_RELAXED);
}

bool vt__visit_wait(struct vt__ledger *ledger, const struct vt__visit *visit)
{
	if (vt__lock_wait(&ledger->lock, vt__visitor.thread))
		return true;
	*vt__visitor.errno_place = visit->saved_errno;
	vt__visitor.state.inside = 0;
	return false;
}

void vt__visit_wake(struct vt__ledger *ledger)
{
	const int saved_errno = errno;

	vt__lock_wake(&ledger->lock);
	errno = saved_errno;
}

bool vt__visit_look(struct vt__ledger *ledger, struct vt__visit *visit)
{
	if (!vt__visit_enter(ledger, visit))
		return false;
	if (ledger->state == VT__LEDGER_RECORDING)
		return true;
	vt__visit_leave(ledger, visit);
	return false;
}

void vt__visit_lose(struct vt__ledger *ledger, enum vt_loss lost)
{
	vt__recording_lose(&ledger->store.recording,
			   vt__visitor.state.inside ? lost : VT_LOSS_RECORDER_LEFT);
}

/* What a change left in the middle cannot be told from what is whole, so that nothing
 * follows it: the records stay as they are, with their counter odd. */
static void spoil(struct vt__ledger *ledger)
{
	const struct vt_format_header *header = ledger->store.recording.header;
	uint32_t state = VT__LEDGER_SPOILT;

	if (ledger->state == VT__LEDGER_EMPTY) {
		state = header ? VT__LEDGER_SPOILT : VT__LEDGER_CLOSED;
		if (ledger->told)
			ledger->told(-EINTR, ledger->folder, ledger->run_id, 0);
	} else if (ledger->state != VT__LEDGER_RECORDING || header->sequence % 2 == 0) {
		return;
	}
	__atomic_store_n(&ledger->state, state, __ATOMIC_RELEASE);
}

void vt__ledger_left(struct vt__ledger *ledger)
{
	vt__lock_forget_sleeper();
	if (!vt__visitor.state.inside)
		return;
	if (vt__lock_is_held_by(&ledger->lock, vt__visitor.thread)) {
		spoil(ledger);
		vt__lock_give(&ledger->lock);
	}
	vt__visitor.state.inside = 0;
}
