/*
 * A plugin that allocates. Built twice, with PLUGIN a and b: the two must
 * differ in code so that a stale unwind rule or name shows.
 */
#include <cuda_runtime_api.h>

#include "hazard.h"

#define JOIN(prefix, letter, suffix) prefix##letter##suffix
#define NAMED(letter, suffix) JOIN(plugin_, letter, suffix)

void *NAMED(PLUGIN, _allocates)(void);

static FRAME void *NAMED(PLUGIN, _inner)(volatile char *frame, size_t bytes)
{
	void *buffer;

	frame[0] = 1;
	CALL(cudaMalloc(&buffer, bytes));
	return buffer;
}

void *NAMED(PLUGIN, _allocates)(void)
{
	volatile char frame[PLUGIN_FRAME];

	return NAMED(PLUGIN, _inner)(frame, MIB);
}
