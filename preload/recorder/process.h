/*
 * What the shim keeps for one process: the ledger and the tables beside it.
 *
 * A forked child starts with nothing and makes its own; its parent's CUDA
 * objects mean nothing to it. Everything is made at first use, never in a
 * constructor. Thread-safe; no function waits for a lock that another thread
 * may hold across a call into the loader.
 */
#ifndef VT_PRELOAD_PROCESS_H
#define VT_PRELOAD_PROCESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "ledger/ledger.h"
#include "base/lock.h"
#include "unwind/unwind.h"
#include "preload/driver/driver.h"

/* Tables of the wrappers' own. Each begins as zeroes. */
enum vt__part {
	VT__PART_POOLS,
	VT__PART_VMM,
	VT__PART_CONTEXTS,
	VT__PART_GRAPHS,
	VT__PART_IPC,
	VT__PART_FENCE,
	VT__PART_ACCOUNTS,
	VT__PART_MEASURES,
	VT__PART_COUNT
};
enum {
	VT__PART_BYTES = 4096
};                        /* room for each */
#define VT__FAULTS_MOST 8 /* contexts whose faults are told apart */

/* On a page that is wiped when the process forks. */
struct vt__process_state {
	_Atomic(struct vt__ledger *) ledger;
	_Atomic(void *) parts[VT__DRIVER_COPIES][VT__PART_COUNT];
	_Atomic(uint64_t) faults[VT__FAULTS_MOST]; /* of faults.c: contexts that met one */
	_Atomic(uint64_t) newer_told; /* of newer.c: a bit for each that is in the recording */
	atomic_flag refusal_reported; /* of report_now.c */
	struct vt__lock threads_lock;
	struct vt__met_thread *threads; /* of threads.c */
};

/* NULL before the first use. */
extern _Atomic(struct vt__process_state *) vt__process_state __attribute__((visibility("hidden")));

/* The ledger if there is one. */
static inline struct vt__ledger *vt__process_ledger_if_any(void)
{
	struct vt__process_state *process = atomic_load_explicit(&vt__process_state,
								 memory_order_acquire);

	return process ? atomic_load_explicit(&process->ledger, memory_order_acquire) : NULL;
}

/* The page itself, made at first use; NULL: no memory. */
struct vt__process_state *vt__process_get(void);

/* The zeroed memory of a part, for the copy of the driver that the thread calls;
 * NULL if there is none left. */
void *vt__process_part(enum vt__part part);

/* Takes the lock of a part. If it cannot be had (base/lock.h), that is counted. */
bool vt__process_lock(struct vt__lock *lock);

/* A call of the thread that is recorded will not return: it is counted, and what the
 * thread holds of the recorder is given up. A table that it was changing begins anew.
 * Async-signal-safe; leaves errno alone. */
VT__SELDOM void vt__process_call_left(void);

#endif
