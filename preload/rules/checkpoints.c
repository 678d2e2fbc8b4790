/* What the calls mean that move the memory of a process off the card and back. */
#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "ledger/checkpoints.h"
#include "preload/recorder/process.h"
#include "preload/recorder/stopped.h"
#include "preload/rules/call.h"

struct entering {
	struct vt__ledger *ledger;
	struct vt__checkpoint told;
};

static void enter(const struct vt__stack *stack, void *closure)
{
	const struct entering *it = closure;

	vt__ledger_checkpoint(it->ledger, &it->told, stack);
}

/* A process without allocations has nothing to move; but who moves another's has that to tell. */
static void note(struct vt__call *call, int pid, enum vt_checkpoint what)
{
	const int saved = errno;
	struct entering it = {
		.told = {.what = what, .pid = (uint32_t)pid, .is_own = pid == getpid()}};

	if (call->result == CUDA_SUCCESS) {
		it.ledger = it.told.is_own ? vt__process_ledger_if_any() : vt__begin_recording();
		it.told.start_ticks = vt__stopped_start_ticks(pid);
		if (it.ledger)
			vt__record_with_stack(&call->start, enter, &it);
	}
	errno = saved;
}

static void note_lock(const struct vt__call *call, int pid, bool stopped)
{
	if (call->result == CUDA_SUCCESS && pid == getpid())
		vt__stopped_set(stopped);
}

static void after_lock(struct vt__call *call, const void *arguments)
{
	note_lock(call, ((const cuCheckpointProcessLock_params *)arguments)->pid, true);
}

static void after_unlock(struct vt__call *call, const void *arguments)
{
	note_lock(call, ((const cuCheckpointProcessUnlock_params *)arguments)->pid, false);
}

static void after_checkpoint(struct vt__call *call, const void *arguments)
{
	note(call, ((const cuCheckpointProcessCheckpoint_params *)arguments)->pid,
	     VT_CHECKPOINT_AWAY);
}

static void after_restore(struct vt__call *call, const void *arguments)
{
	note(call, ((const cuCheckpointProcessRestore_params *)arguments)->pid, VT_CHECKPOINT_BACK);
}

VT__RULES(cuCheckpointProcessLock, DEVICE, -1, NULL, after_lock);
VT__RULES(cuCheckpointProcessCheckpoint, DEVICE, -1, NULL, after_checkpoint);
VT__RULES(cuCheckpointProcessRestore, DEVICE, -1, NULL, after_restore);
VT__RULES(cuCheckpointProcessUnlock, DEVICE, -1, NULL, after_unlock);
