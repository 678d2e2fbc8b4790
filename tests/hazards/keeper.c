/*
 * Frees what it was given in an ELF destructor: later than every atexit
 * handler, and later than the destructor of a preloaded library.
 */
#include <cuda_runtime_api.h>

#include "hazard.h"
#include "keeper.h"

static void *kept;

void keeper_keep(void *buffer)
{
	kept = buffer;
}

__attribute__((destructor)) static void release(void)
{
	if (kept != NULL)
		LATE_FREE(cudaFree(kept));
}
