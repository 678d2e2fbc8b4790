/*
 * Entering and leaving the ledger: lock, re-entrance, errno, thread id.
 */
#include "config.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ledger/private.h"

/* Of the static TLS block: reading it never allocates, in a signal handler and
 * in a thread's first moments alike. */
static __thread struct {
	uint32_t inside; /* 1 during a visit */
	uint32_t thread;
	uint32_t thread_epoch; /* epoch in which `thread` was read */
} self __attribute__((tls_model("initial-exec")));

/* Ledgers opened so far: after a fork a new one is opened, and thread ids read
 * before it are wrong. */
static uint32_t epoch;

uint32_t vt__visit_reset(void)
{
	self.inside = 0;
	return __atomic_add_fetch(&epoch, 1, __ATOMIC_RELAXED);
}

uint32_t vt__visit_thread(void)
{
	uint32_t now = __atomic_load_n(&epoch, __ATOMIC_RELAXED);

	if (self.thread_epoch != now) {
		self.thread = (uint32_t)syscall(SYS_gettid);
		self.thread_epoch = now;
	}
	return self.thread;
}

static bool begin(struct vt__visit *visit)
{
	if (self.inside)
		return false;
	self.inside = 1;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	visit->saved_errno = errno;
	return true;
}

static void end(const struct vt__visit *visit)
{
	errno = visit->saved_errno;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	self.inside = 0;
}

bool vt__visit_enter(struct vt__ledger *ledger, struct vt__visit *visit)
{
	if (!begin(visit))
		return false;
	vt__lock_take(&ledger->lock);
	return true;
}

void vt__visit_leave(struct vt__ledger *ledger, const struct vt__visit *visit)
{
	vt__lock_give(&ledger->lock);
	end(visit);
}

bool vt__visit_change(struct vt__ledger *ledger, struct vt__visit *visit, enum vt_loss lost)
{
	if (__atomic_load_n(&ledger->state, __ATOMIC_RELAXED) == VT__LEDGER_CLOSED)
		return false;
	if (!begin(visit)) {
		vt__recording_lose(&ledger->store.recording, lost);
		return false;
	}
	vt__lock_take(&ledger->lock);
	if (ledger->state == VT__LEDGER_EMPTY)
		vt__ledger_create(ledger);
	if (ledger->state == VT__LEDGER_RECORDING) {
		vt__recording_begin(&ledger->store.recording);
		return true;
	}
	vt__visit_leave(ledger, visit);
	return false;
}

void vt__visit_finish(struct vt__ledger *ledger, const struct vt__visit *visit)
{
	vt__recording_finish(&ledger->store.recording);
	vt__visit_leave(ledger, visit);
}
