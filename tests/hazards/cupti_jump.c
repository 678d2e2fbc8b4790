/*
 * A jump out of a call of the simulated driver, and later calls from a deeper frame. The
 * function below stands before that of the C library, so that it is asked before the driver
 * has its lock: first by CUPTI, then by the call itself.
 */
#include <cuda.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>

#include "hazard.h"

static jmp_buf place;

static int locks_until_jump; /* 0: none is wanted */

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	if (locks_until_jump && --locks_until_jump == 0)
		longjmp(place, 1);
	while (pthread_mutex_trylock(mutex) != 0)
		sched_yield();
	return 0;
}

static FRAME CUdeviceptr allocate(size_t bytes)
{
	CUdeviceptr buffer;

	CALL(cuMemAlloc(&buffer, bytes));
	return buffer;
}

/* A frame that is far from the one before. */
static FRAME CUdeviceptr allocate_deep(size_t bytes)
{
	volatile char room[16384];
	CUdeviceptr buffer;

	room[0] = 1;
	buffer = allocate(bytes);
	return buffer + room[0] - 1;
}

int main(void)
{
	CUcontext context;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuMemFree(allocate(KIB)));
	if (setjmp(place) == 0) {
		locks_until_jump = 2;
		allocate(KIB);
	}
	for (int i = 0; i < 10; i++)
		allocate_deep(MIB);
	return 0;
}
