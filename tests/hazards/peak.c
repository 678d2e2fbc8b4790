/*
 * A known history: the peak is 10 MiB and made of 6 MiB from `weights` and
 * 4 MiB from `scratch`; at the end 6 MiB from `weights` and 1 MiB from `late`
 * are live.
 */
#include <cuda_runtime_api.h>

#include "hazard.h"

static FRAME void *weights(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
	return buffer;
}

static FRAME void *scratch(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
	return buffer;
}

static FRAME void *late(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
	return buffer;
}

int main(void)
{
	void *early = late(3 * MIB);
	void *small, *large;

	weights(4 * MIB);
	CALL(cudaFree(early));
	weights(2 * MIB);
	small = scratch(MIB);
	large = scratch(3 * MIB);
	CALL(cudaFree(small));
	CALL(cudaFree(large));
	late(MIB);
	return 0;
}
