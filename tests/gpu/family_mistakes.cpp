/*
 * Wrong frees and refused allocations. The leaking version makes the mistake,
 * the other one does the same without it. A mistake that the driver takes is
 * none: what must be found follows from its answer, which is printed.
 */
#include "families.h"

static void *allocate(void)
{
	void *memory;

	MUST(cudaMalloc(&memory, MIB));
	return memory;
}

/* Whether the driver refused it. */
static bool refused(const char *what, int result)
{
	printf("%s: %d, last error %d\n", what, result, (int)cudaGetLastError());
	return result != 0;
}

static int free_of_host_pointer(bool leak, char **)
{
	char *own = (char *)malloc(100);

	MUST(cudaFree(allocate()));
	if (leak && refused("cudaFree of malloc's", (int)cudaFree(own)))
		finds("bad_free:host_pointer", "-", 1, 0, 0);
	free(own);
	return 0;
}

static int free_of_interior(bool leak, char **)
{
	char *memory = (char *)allocate();

	if (leak && refused("cudaFree of a place inside", (int)cudaFree(memory + 4096)))
		finds("bad_free:interior", "linear", 1, MIB, MIB);
	MUST(cudaFree(memory));
	return 0;
}

static int double_free(bool leak, char **)
{
	void *memory = allocate();

	MUST(cudaFree(memory));
	if (leak && refused("cudaFree of it again", (int)cudaFree(memory)))
		finds("bad_free:double_free", "linear", 1, MIB, MIB);
	return 0;
}

static int double_free_ordered(bool leak, char **)
{
	void *memory;

	MUST(cudaMallocAsync(&memory, MIB, nullptr));
	MUST(cudaFreeAsync(memory, nullptr));
	if (leak && refused("cudaFreeAsync of it again", (int)cudaFreeAsync(memory, nullptr)))
		finds("bad_free:double_free", "stream_ordered", 1, MIB, MIB);
	(void)cudaDeviceSynchronize();
	return 0;
}

static int free_by_host_function(bool leak, char **)
{
	void *memory = allocate();

	if (leak && refused("cudaFreeHost of cudaMalloc's", (int)cudaFreeHost(memory)))
		finds("bad_free:wrong_family", "linear", 1, MIB, MIB);
	MUST(cudaFree(memory));
	return 0;
}

static int free_of_pinned(bool leak, char **)
{
	void *pinned;

	MUST(cudaMallocHost(&pinned, MIB));
	if (leak && !refused("cudaFree of cudaMallocHost's", (int)cudaFree(pinned)))
		return 0;
	if (leak)
		finds("bad_free:wrong_family", "pinned_host", 1, MIB, MIB);
	MUST(cudaFreeHost(pinned));
	return 0;
}

static int free_after_context(bool leak, char **)
{
	CUdeviceptr memory;
	CUcontext own;

	MUST(cuInit(0));
	MUST(cuCtxCreate(&own, nullptr, 0, 0));
	MUST(cuMemAlloc(&memory, 2 * MIB));
	if (!leak)
		MUST(cuMemFree(memory));
	MUST(cuCtxDestroy(own));
	MUST(cudaFree(nullptr));
	if (!leak)
		return 0;
	finds("freed_by_reset", "linear", 1, 2 * MIB, 2 * MIB);
	if (refused("cuMemFree after its context died", (int)cuMemFree(memory)))
		finds("bad_free:after_reset", "linear", 1, 2 * MIB, 2 * MIB);
	return 0;
}

static int out_of_memory(bool leak, char **)
{
	const size_t bytes = (size_t)32 << 40;
	void *memory, *another = allocate();

	if (leak && refused("32 TiB", (int)cudaMalloc(&memory, bytes)))
		finds("out_of_memory", "linear", 1, bytes, bytes);
	if (leak && refused("32 TiB of a pool", (int)cudaMallocAsync(&memory, bytes, nullptr)))
		finds("out_of_memory", "stream_ordered", 1, bytes, bytes);
	MUST(cudaFree(another));
	return 0;
}

const struct family mistake_families[] = {
	{"free_of_host_pointer", free_of_host_pointer},
	{"free_of_interior", free_of_interior},
	{"double_free", double_free},
	{"double_free_ordered", double_free_ordered},
	{"free_by_host_function", free_by_host_function},
	{"free_of_pinned", free_of_pinned},
	{"free_after_context", free_after_context},
	{"out_of_memory", out_of_memory},
	{nullptr, nullptr},
};
