/*
 * What a program can do wrong with memory it has: each case does it once and
 * prints the result that CUDA gave, which must not change under a tracker.
 */
#include <cuda.h>
#include <cuda_runtime_api.h>

#include "hazard.h"

static FRAME void *first_allocation(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
	return buffer;
}

static FRAME void first_free(void *buffer)
{
	CALL(cudaFree(buffer));
}

static FRAME void second_free(void *buffer)
{
	int result = (int)cudaFree(buffer);

	printf("second free: %d\n", result);
	printf("last error: %d\n", (int)cudaGetLastError());
}

static int double_free(char **arguments)
{
	void *buffer = first_allocation(MIB);

	(void)arguments;
	first_free(buffer);
	second_free(buffer);
	return 0;
}

static int double_free_often(char **arguments)
{
	void *buffer = first_allocation(MIB);

	(void)arguments;
	first_free(buffer);
	for (volatile int i = 0; i < 5; i++) /* volatile: one call, not five unrolled */
		second_free(buffer);
	return 0;
}

/* The address is used again between the two frees: the second is no error. */
static int freed_and_reused(char **arguments)
{
	(void)arguments;
	for (int i = 0; i < 100; i++)
		first_free(first_allocation(MIB));
	return 0;
}

static int invalid_free(char **arguments)
{
	(void)arguments;
	CALL(cudaFree(NULL));
	second_free((void *)(uintptr_t)0x12345000);
	return 0;
}

/* An address inside an allocation: refused, and the allocation stays. */
static int inner_free(char **arguments)
{
	char *buffer = first_allocation(MIB);

	(void)arguments;
	second_free(buffer + 512);
	first_free(buffer);
	return 0;
}

static FRAME void reset_device(void)
{
	CALL(cudaDeviceReset());
}

static int reset(char **arguments)
{
	(void)arguments;
	first_allocation(3 * MIB);
	reset_device();
	return 0;
}

static int free_after_reset(char **arguments)
{
	void *buffer = first_allocation(3 * MIB);

	(void)arguments;
	reset_device();
	CALL(cudaFree(NULL));
	second_free(buffer);
	return 0;
}

/* What belongs to no context survives its reset. */
static int reset_keeps_stream_ordered(char **arguments)
{
	void *buffer;

	(void)arguments;
	CALL(cudaMallocAsync(&buffer, 5 * MIB, NULL));
	reset_device();
	return 0;
}

static FRAME void refused_allocation(void)
{
	void *buffer = NULL;
	int result = (int)cudaMalloc(&buffer, (size_t)32 << 40);

	printf("refused: %d, last error %d, %s\n", result, (int)cudaGetLastError(),
	       buffer == NULL ? "pointer untouched" : "pointer set");
}

static int out_of_memory(char **arguments)
{
	(void)arguments;
	first_allocation(3 * MIB);
	refused_allocation();
	return 0;
}

/* Allocates until the device refuses. */
static int until_full(char **arguments)
{
	void *buffer;
	int count = 0;

	(void)arguments;
	while (count < 10000 && cudaMalloc(&buffer, 16 * MIB) == cudaSuccess)
		count++;
	printf("refused after %d\n", count);
	return 0;
}

static int clean(char **arguments)
{
	(void)arguments;
	first_free(first_allocation(MIB));
	return 0;
}

static int clean_but_fails(char **arguments)
{
	clean(arguments);
	return 7;
}

static int leaks_and_fails(char **arguments)
{
	(void)arguments;
	first_allocation(3 * MIB);
	return 7;
}

static int leaks(char **arguments)
{
	(void)arguments;
	first_allocation(3 * MIB);
	return 0;
}

static const struct hazard_case cases[] = {
	{"double_free", double_free},
	{"double_free_often", double_free_often},
	{"freed_and_reused", freed_and_reused},
	{"invalid_free", invalid_free},
	{"inner_free", inner_free},
	{"reset", reset},
	{"free_after_reset", free_after_reset},
	{"reset_keeps_stream_ordered", reset_keeps_stream_ordered},
	{"out_of_memory", out_of_memory},
	{"until_full", until_full},
	{"clean", clean},
	{"clean_but_fails", clean_but_fails},
	{"leaks_and_fails", leaks_and_fails},
	{"leaks", leaks},
};

HAZARD_MAIN(cases)
