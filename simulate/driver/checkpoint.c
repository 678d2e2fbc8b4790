/*
 * Checkpoints of processes: the state of this one, which another process may change in its memory.
 *
 * A process that is locked or checkpointed waits in every call that takes the driver's lock. What
 * it has taken of its devices is nobody else's anyway: a checkpoint keeps it and hides it from
 * NVML.
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "simulate/driver/checkpoint.h"
#include "simulate/driver/state.h"

#define MAGIC UINT64_C(0x766d636b70743031)

/* What another process reads and writes: `magic` is there once the driver is initialised. */
static struct {
	_Atomic(uint64_t) magic;
	atomic_int state; /* CUprocessState */
} own;

void vt__checkpoint_begin(void)
{
	atomic_store(&own.magic, MAGIC);
}

void vt__checkpoint_forked(void)
{
	atomic_store(&own.magic, 0);
	atomic_store(&own.state, CU_PROCESS_STATE_RUNNING);
}

bool vt__checkpoint_is_away(void)
{
	return atomic_load(&own.state) == CU_PROCESS_STATE_CHECKPOINTED;
}

void vt__checkpoint_wait(void)
{
	while (atomic_load_explicit(&own.state, memory_order_relaxed) != CU_PROCESS_STATE_RUNNING)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* Where `own` lies in the process: it has this file, at some other address. 0: it has not. */
static uintptr_t place_in(int pid)
{
	char path[64], file[PATH_MAX], line[PATH_MAX + 128];
	uintptr_t start, place = 0;
	Dl_info info;
	FILE *maps;

	if (!dladdr(&own, &info) || !realpath(info.dli_fname, file))
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	while (maps && !place && fgets(line, sizeof(line), maps)) {
		line[strcspn(line, "\n")] = '\0';
		if (strchr(line, '/') && strcmp(strchr(line, '/'), file) == 0 &&
		    sscanf(line, "%" SCNxPTR, &start) == 1)
			place = start + ((uintptr_t)&own - (uintptr_t)info.dli_fbase);
	}
	if (maps)
		fclose(maps);
	return place;
}

/* Reads or writes the state of a process. */
static CUresult access_state(int pid, int *state, bool writes)
{
	struct {
		uint64_t magic;
		int state;
	} copy = {0, 0};
	struct iovec here = {&copy, sizeof(copy)}, there = {NULL, sizeof(copy)};

	if (pid == getpid()) {
		if (writes)
			atomic_store(&own.state, *state);
		*state = atomic_load(&own.state);
		return CUDA_SUCCESS;
	}
	there.iov_base = (void *)place_in(pid);
	if (!there.iov_base || process_vm_readv(pid, &here, 1, &there, 1, 0) < 0 ||
	    copy.magic != MAGIC)
		return CUDA_ERROR_INVALID_VALUE;
	if (writes) {
		copy.state = *state;
		if (process_vm_writev(pid, &here, 1, &there, 1, 0) < 0)
			return CUDA_ERROR_INVALID_VALUE;
	}
	*state = copy.state;
	return CUDA_SUCCESS;
}

static CUresult move(int pid, CUprocessState from, CUprocessState to)
{
	int state = CU_PROCESS_STATE_RUNNING;
	CUresult result;

	if (atomic_load(&own.magic) != MAGIC)
		return CUDA_ERROR_NOT_INITIALIZED;
	result = access_state(pid, &state, false);
	if (result != CUDA_SUCCESS)
		return result;
	if (state != (int)from)
		return CUDA_ERROR_ILLEGAL_STATE;
	state = (int)to;
	return access_state(pid, &state, true);
}

CUresult cuCheckpointProcessGetState(int pid, CUprocessState *state)
{
	int found = CU_PROCESS_STATE_RUNNING;
	CUresult result;

	if (!state)
		return CUDA_ERROR_INVALID_VALUE;
	if (atomic_load(&own.magic) != MAGIC)
		return CUDA_ERROR_NOT_INITIALIZED;
	result = access_state(pid, &found, false);
	if (result == CUDA_SUCCESS)
		*state = (CUprocessState)found;
	return result;
}

CUresult cuCheckpointProcessLock(int pid, CUcheckpointLockArgs *args)
{
	(void)args;
	return move(pid, CU_PROCESS_STATE_RUNNING, CU_PROCESS_STATE_LOCKED);
}

CUresult cuCheckpointProcessCheckpoint(int pid, CUcheckpointCheckpointArgs *args)
{
	(void)args;
	return move(pid, CU_PROCESS_STATE_LOCKED, CU_PROCESS_STATE_CHECKPOINTED);
}

CUresult cuCheckpointProcessRestore(int pid, CUcheckpointRestoreArgs *args)
{
	(void)args;
	return move(pid, CU_PROCESS_STATE_CHECKPOINTED, CU_PROCESS_STATE_LOCKED);
}

CUresult cuCheckpointProcessUnlock(int pid, CUcheckpointUnlockArgs *args)
{
	(void)args;
	return move(pid, CU_PROCESS_STATE_LOCKED, CU_PROCESS_STATE_RUNNING);
}
