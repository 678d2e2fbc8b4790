/* What the shim keeps for one process, made at first use and forgotten by a forked child. */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/page.h"
#include "preload/driver/driver.h"
#include "preload/recorder/process.h"

VT__READ_OFTEN _Atomic(struct vt__process_state *) vt__process_state;

static void wipe_in_child(void)
{
	struct vt__process_state *process = atomic_load(&vt__process_state);

	if (process)
		memset(process, 0, sizeof(*process));
}

static struct vt__process_state *make(void)
{
	struct vt__process_state *made, *expected = NULL;

	made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	if (made == MAP_FAILED)
		return NULL;
	if (!atomic_compare_exchange_strong(&vt__process_state, &expected, made)) {
		munmap(made, sizeof(*made));
		return expected;
	}
	/* kernels before 4.14 do not know this; then fork() itself tells us */
	if (madvise(made, sizeof(*made), MADV_WIPEONFORK) != 0)
		pthread_atfork(NULL, NULL, wipe_in_child);
	return made;
}

/* Acquire, here and for its parts: the memory is filled in for who finds its address. */
struct vt__process_state *vt__process_get(void)
{
	struct vt__process_state *process = atomic_load_explicit(&vt__process_state,
								 memory_order_acquire);

	return process ? process : make();
}

void *vt__process_part(enum vt__part part)
{
	struct vt__process_state *process = vt__process_get();
	_Atomic(void *) *place;
	void *memory, *expected = NULL;
	int saved;

	if (!process)
		return NULL;
	place = &process->parts[vt__driver_current][part];
	memory = atomic_load_explicit(place, memory_order_acquire);
	if (memory)
		return memory;
	saved = errno;
	memory = vt__arena_map(VT__PART_BYTES);
	if (memory && !atomic_compare_exchange_strong(place, &expected, memory)) {
		munmap(memory, VT__PART_BYTES);
		memory = expected;
	}
	errno = saved;
	return memory;
}

bool vt__process_lock(struct vt__lock *lock)
{
	struct vt__ledger *ledger;

	if (VT__LIKELY(vt__lock_take(lock)))
		return true;
	ledger = vt__process_ledger_if_any();
	if (ledger)
		vt__ledger_lose(ledger, VT_LOSS_RECORDER_LEFT);
	return false;
}

/* The part stays locked for those who have found it already. */
static void leave_part(struct vt__ledger *ledger, _Atomic(void *) *place)
{
	struct vt__lock *lock = atomic_load_explicit(place, memory_order_acquire);

	if (!lock || !vt__lock_is_held_by(lock, vt__visitor.thread))
		return;
	atomic_store(place, NULL);
	if (ledger)
		vt__ledger_lose(ledger, VT_LOSS_RECORDER_LEFT);
}

void vt__process_call_left(void)
{
	/* those that begin with a lock */
	static const enum vt__part locked[] = {VT__PART_POOLS, VT__PART_VMM, VT__PART_GRAPHS,
					       VT__PART_IPC, VT__PART_FENCE};
	struct vt__process_state *process = atomic_load(&vt__process_state);
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	int saved = errno;

	vt__unwind_left();
	if (ledger) {
		vt__ledger_lose(ledger, VT_LOSS_JUMPS);
		vt__ledger_left(ledger);
	}
	vt__lock_forget_sleeper();
	for (unsigned copy = 0; process && copy < VT__DRIVER_COPIES; copy++)
		for (size_t i = 0; i < sizeof(locked) / sizeof(locked[0]); i++)
			leave_part(ledger, &process->parts[copy][locked[i]]);
	errno = saved;
}
