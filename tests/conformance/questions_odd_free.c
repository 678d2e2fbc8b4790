/* Questions about frees of what was not allocated so, of interior addresses, and twice. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "question.h"

static char *allocate(size_t size)
{
	void *address = NULL;

	MUST(cudaMalloc(&address, size));
	return address;
}

static char *allocate_async(size_t size)
{
	void *address = NULL;

	MUST(cudaMallocAsync(&address, size, NULL));
	return address;
}

static char *allocate_host(size_t size)
{
	void *address = NULL;

	MUST(cudaMallocHost(&address, size));
	return address;
}

/* Whole pages of the program's own. */
static char *pages(size_t size)
{
	char *address = aligned_alloc(64 * KIB, size);

	memset(address, 1, size);
	return address;
}

static void strange_addresses(void)
{
	struct cudaChannelFormatDesc format = cudaCreateChannelDesc(32, 0, 0, 0,
								    cudaChannelFormatKindFloat);
	char *freed, *own, on_the_stack = 0;
	cudaArray_t array = NULL;

	mark();
	own = malloc(4096);
	answer_result("interior", cudaFree(allocate(4096) + 512));
	answer_result("one byte past the start", cudaFree(allocate(4096) + 1));
	answer_result("malloc", cudaFree(own));
	answer_result("page-locked", cudaFree(allocate_host(4096)));
	MUST(cudaMallocArray(&array, &format, 8, 8, 0));
	answer_result("array", cudaFree(array));
	answer_result("stack", cudaFree(&on_the_stack));
	answer_result("invalid", cudaFree((void *)(uintptr_t)0x123456789000));
	freed = allocate(4096);
	MUST(cudaFree(freed));
	answer_result("freed before", cudaFree(freed));
	freed = allocate(4 * MIB);
	MUST(cudaFree(freed));
	answer_result("freed before, 4 MiB", cudaFree(freed));
	answer_result("cuMemFree of it", cuMemFree((CUdeviceptr)freed));
	answer_result("cudaFreeHost of a cudaMalloc pointer", cudaFreeHost(allocate(4096)));
	answer_result("cudaFreeHost of malloc", cudaFreeHost(own));
	answer_result("cudaFreeHost of an interior address",
		      cudaFreeHost(allocate_host(4096) + 64));
	free(own);
}

static void async_of_malloc(void)
{
	char *address;

	mark();
	address = allocate(4 * MIB);
	answer_result("cudaFreeAsync", cudaFreeAsync(address, NULL));
	answer_bytes("right after", taken());
	MUST(cudaStreamSynchronize(NULL));
	answer_bytes("after a synchronize", taken());
	answer_result("cudaFree of it", cudaFree(address));
	address = allocate(512);
	answer_result("cudaFreeAsync of an interior address", cudaFreeAsync(address + 256, NULL));
}

/* In a stream that is held up: is the memory there until the stream comes to it? */
static void async_of_malloc_blocked(void)
{
	cudaStream_t stream;
	char *address;

	mark();
	MUST(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
	mark();
	address = allocate(4 * MIB);
	block(stream);
	answer_result("cudaFreeAsync", cudaFreeAsync(address, stream));
	answer_bytes("while the stream is held up", taken());
	unblock();
	MUST(cudaStreamSynchronize(stream));
	answer_bytes("after a synchronize", taken());
}

static void async_of_managed(void)
{
	void *address = NULL;

	mark();
	MUST(cudaMallocManaged(&address, 4096, cudaMemAttachGlobal));
	answer_result("cudaFreeAsync", cudaFreeAsync(address, NULL));
	MUST(cudaStreamSynchronize(NULL));
	answer_result("cudaFree of it", cudaFree(address));
	answer_result("cudaFree again", cudaFree(address));
	MUST(cudaMallocManaged(&address, 4096, cudaMemAttachGlobal));
	answer_result("cudaFreeHost of managed memory", cudaFreeHost(address));
}

static void async_of_host(void)
{
	char *own = malloc(4096);

	mark();
	answer_result("cudaFreeAsync", cudaFreeAsync(allocate_host(4096), NULL));
	answer_result("cudaFreeAsync of malloc", cudaFreeAsync(own, NULL));
	answer_result("cudaFreeAsync of an invalid address",
		      cudaFreeAsync((void *)(uintptr_t)0x123456789000, NULL));
	free(own);
}

static void async_twice(void)
{
	char *address;

	mark();
	address = allocate_async(4096);
	answer_result("interior", cudaFreeAsync(address + 512, NULL));
	answer_result("start", cudaFreeAsync(address, NULL));
	answer_result("start again", cudaFreeAsync(address, NULL));
	answer_result("cudaFree", cudaFree(address));
	address = allocate_async(4096);
	answer_result("cudaFree of an interior address", cudaFree(address + 512));
	answer_result("cudaFree of the start", cudaFree(address));
	answer_result("cudaFree again", cudaFree(address));
	answer_result("cudaFreeAsync after it", cudaFreeAsync(address, NULL));
}

static void register_twice(void)
{
	char *own = pages(256 * KIB);

	mark();
	answer_result("first", cudaHostRegister(own, 128 * KIB, 0));
	answer_result("the same", cudaHostRegister(own, 128 * KIB, 0));
	answer_result("a part", cudaHostRegister(own + 64 * KIB, 64 * KIB, 0));
	answer_result("an overlap", cudaHostRegister(own + 64 * KIB, 128 * KIB, 0));
	answer_result("the neighbour", cudaHostRegister(own + 128 * KIB, 64 * KIB, 0));
	answer_result("of cudaMallocHost", cudaHostRegister(allocate_host(64 * KIB), 64 * KIB, 0));
}

static void unregister_inside(void)
{
	char *own = pages(128 * KIB);

	mark();
	MUST(cudaHostRegister(own, 128 * KIB, 0));
	answer_result("inside", cudaHostUnregister(own + 64 * KIB));
	answer_result("one byte past the start", cudaHostUnregister(own + 1));
	answer_result("cudaFreeHost of it", cudaFreeHost(own));
	answer_result("cudaFree of it", cudaFree(own));
	answer_result("the start", cudaHostUnregister(own));
}

static void unregister_host(void)
{
	char *own = pages(64 * KIB);

	mark();
	answer_result("of cudaMallocHost", cudaHostUnregister(allocate_host(64 * KIB)));
	answer_result("never registered", cudaHostUnregister(own));
	answer_result("of cudaMalloc", cudaHostUnregister(allocate(64 * KIB)));
}

static void unregister_twice(void)
{
	char *own = pages(64 * KIB);

	mark();
	MUST(cudaHostRegister(own, 64 * KIB, 0));
	answer_result("first", cudaHostUnregister(own));
	answer_result("second", cudaHostUnregister(own));
}

static void unregister_after_free(void)
{
	char *own = pages(64 * KIB);
	void *volatile address = own;

	mark();
	MUST(cudaHostRegister(own, 64 * KIB, 0));
	free(own);
	answer_result("after free()", cudaHostUnregister(address));
}

static void variable(void)
{
	static const char program[] = ".version 6.0\n.target sm_50\n.address_size 64\n"
				      ".visible .global .align 8 .b8 counters[4000];\n";
	struct cudaPointerAttributes about = {0};
	CUdeviceptr address = 0, base = 0;
	size_t size = 0, range = 0;
	CUmodule module = NULL;

	mark();
	MUST(cuModuleLoadData(&module, program));
	MUST(cuModuleGetGlobal(&address, &size, module, "counters"));
	answer("size", "%zu", size);
	answer_result("cudaFree", cudaFree((void *)address));
	answer_result("cuMemFree", cuMemFree(address));
	answer_result("cudaFreeAsync", cudaFreeAsync((void *)address, NULL));
	answer_result("cuMemGetAddressRange", cuMemGetAddressRange(&base, &range, address));
	answer("range", "%zu", range);
	MUST(cudaPointerGetAttributes(&about, (void *)address));
	answer_result("pointer type", (int)about.type);
}

static CUdeviceptr map_a_granule(void)
{
	const CUmemAllocationProp wanted = {.type = CU_MEM_ALLOCATION_TYPE_PINNED,
					    .location = {CU_MEM_LOCATION_TYPE_DEVICE, 0}};
	CUmemGenericAllocationHandle handle = 0;
	CUdeviceptr address = 0;

	MUST(cuMemCreate(&handle, 2 * MIB, &wanted, 0));
	MUST(cuMemAddressReserve(&address, 2 * MIB, 0, 0, 0));
	MUST(cuMemMap(address, 2 * MIB, 0, handle, 0));
	return address;
}

static void mapped(void)
{
	struct cudaPointerAttributes about = {0};
	CUdeviceptr address;

	mark();
	address = map_a_granule();
	answer_bytes("taken", taken());
	answer_result("cuMemFree", cuMemFree(address));
	answer_result("cudaFree", cudaFree((void *)address));
	answer_result("cudaFreeAsync", cudaFreeAsync((void *)address, NULL));
	answer_result("cudaFreeHost", cudaFreeHost((void *)address));
	answer_bytes("taken after the frees", taken());
	MUST(cudaPointerGetAttributes(&about, (void *)address));
	answer_result("pointer type", (int)about.type);
}

const struct question odd_free_questions[] = {
	{"D035", strange_addresses},
	{"D036", async_of_malloc},
	{"D036b", async_of_malloc_blocked},
	{"D037", async_of_managed},
	{"D038", async_of_host},
	{"D039", async_twice},
	{"D040", register_twice},
	{"D041", unregister_inside},
	{"D042", unregister_host},
	{"D043", unregister_twice},
	{"D044", unregister_after_free},
	{"D045", variable},
	{"D046", mapped},
	{NULL, NULL},
};
