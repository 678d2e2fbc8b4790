/*
 * How a program takes a device that refuses: by the tool's own refusals, and
 * with addresses that stay out of use. Each case prints what CUDA answered.
 */
#include <cuda.h>
#include <cuda_runtime_api.h>

#include "hazard.h"

static void *buffers[16];

static FRAME int load_weights(int slot)
{
	return (int)cudaMalloc(&buffers[slot], MIB);
}

static FRAME int grow_cache(int slot)
{
	return (int)cudaMalloc(&buffers[slot], 2 * MIB);
}

/* Six allocations, three from each function; what was refused, as bits. */
static int six(char **arguments)
{
	unsigned refused = 0;

	(void)arguments;
	for (int i = 0; i < 6; i++) {
		int result = i % 2 ? grow_cache(i) : load_weights(i);

		MUST(result == 0 || result == (int)cudaErrorMemoryAllocation);
		if (result) {
			MUST((int)cudaGetLastError() == result);
			refused |= 1u << i;
		}
	}
	printf("refused %u\n", refused);
	for (int i = 0; i < 6; i++)
		CALL(cudaFree(buffers[i]));
	return 0;
}

static int info(char **arguments)
{
	size_t left, all;

	(void)arguments;
	CALL(load_weights(0));
	CALL(cudaMemGetInfo(&left, &all));
	printf("free %zu of %zu\n", left / KIB, all / KIB);
	CALL(cudaFree(buffers[0]));
	return 0;
}

static int compare(const void *left, const void *right)
{
	const uintptr_t a = *(const uintptr_t *)left, b = *(const uintptr_t *)right;

	return a < b ? -1 : a > b;
}

/* Whether one of 64 pairs of allocation and free was given an address again. */
static int addresses(char **arguments)
{
	uintptr_t seen[64];
	int again = 0;

	(void)arguments;
	for (int i = 0; i < 64; i++) {
		void *buffer;

		CALL(cudaMalloc(&buffer, 3000));
		CALL(cudaMemset(buffer, i, 3000));
		seen[i] = (uintptr_t)buffer;
		CALL(cudaFree(buffer));
	}
	qsort(seen, 64, sizeof(seen[0]), compare);
	for (int i = 1; i < 64; i++)
		again += seen[i] == seen[i - 1];
	printf("%s\n", again ? "used again" : "never used again");
	return 0;
}

/* A copy through a pointer that was freed, and one past the end. */
static int stale(char **arguments)
{
	char *buffer, host[64] = "";
	int past, after;

	(void)arguments;
	CALL(cudaMalloc((void **)&buffer, 3 * MIB));
	CALL(cudaMemcpy(buffer, host, sizeof(host), cudaMemcpyHostToDevice));
	past = (int)cudaMemcpy(host, buffer + 3 * MIB, sizeof(host), cudaMemcpyDeviceToHost);
	(void)cudaGetLastError();
	CALL(cudaFree(buffer));
	after = (int)cudaMemcpy(host, buffer, sizeof(host), cudaMemcpyDeviceToHost);
	printf("past the end %s, after the free %s\n", past ? "refused" : "done",
	       after ? "refused" : "done");
	return 0;
}

/* Memory that its context takes with it, one that leaks, frees of all kinds. */
static int mixed(char **arguments)
{
	void *kept, *gone, *streamed, *managed;

	(void)arguments;
	CALL(cudaMalloc(&gone, 5 * MIB));
	CALL(cudaDeviceReset());
	CALL(cudaMalloc(&kept, MIB + 1));
	CALL(cudaMalloc(&gone, MIB));
	CALL(cudaFreeAsync(gone, NULL));
	CALL(cudaMallocAsync(&streamed, MIB, NULL));
	CALL(cudaFree(streamed));
	CALL(cudaMallocManaged(&managed, MIB, cudaMemAttachGlobal));
	CALL(cudaFree(managed));
	return 0;
}

static const struct hazard_case cases[] = {
	{"six", six}, {"info", info}, {"addresses", addresses}, {"stale", stale}, {"mixed", mixed},
};

HAZARD_MAIN(cases)
