/*
 * One case an argument: ways to the driver, kinds of memory and mistakes, on a
 * real device. Linked with the static runtime and with the driver. A case
 * prints the results that CUDA gave; they must not change under a tracker.
 */
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

#include <cuda.h>
#include <cuda_runtime_api.h>

#define MUST(call)                                                                                 \
	do {                                                                                       \
		int result = (int)(call);                                                          \
		if (result != 0) {                                                                 \
			fprintf(stderr, "%s gave %d\n", #call, result);                            \
			exit(99);                                                                  \
		}                                                                                  \
	} while (0)

static const size_t MIB = 1 << 20;

typedef CUresult (*mem_alloc_fn)(CUdeviceptr *, size_t);

static int leak_two_by(mem_alloc_fn allocate)
{
	CUdeviceptr buffer[3];

	MUST(cudaFree(nullptr));
	for (int i = 0; i < 3; i++)
		MUST(allocate(&buffer[i], MIB));
	MUST(cuMemFree(buffer[1]));
	return 0;
}

static int by_dlsym()
{
	void *driver = dlopen("libcuda.so.1", RTLD_NOW);

	return driver ? leak_two_by((mem_alloc_fn)dlsym(driver, "cuMemAlloc_v2")) : 99;
}

static int by_entry_point()
{
	void *function = nullptr;
	cudaDriverEntryPointQueryResult status;

	MUST(cudaGetDriverEntryPointByVersion("cuMemAlloc", &function, 12000, cudaEnableDefault,
					      &status));
	return leak_two_by((mem_alloc_fn)function);
}

static int vmm_never_released()
{
	CUmemAllocationProp properties = {};
	CUmemGenericAllocationHandle handle;

	properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
	properties.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
	MUST(cudaFree(nullptr));
	MUST(cuMemCreate(&handle, 64 * MIB, &properties, 0));
	return 0;
}

static int kinds()
{
	void *memory;
	size_t pitch;
	cudaArray_t array;
	cudaChannelFormatDesc format = cudaCreateChannelDesc(32, 0, 0, 0,
							     cudaChannelFormatKindFloat);

	MUST(cudaMalloc(&memory, MIB));
	MUST(cudaMallocPitch(&memory, &pitch, 1000, 64));
	MUST(cudaMallocManaged(&memory, 2 * MIB));
	MUST(cudaMallocAsync(&memory, 4 * MIB, nullptr));
	MUST(cudaMallocHost(&memory, 8 * MIB));
	MUST(cudaMallocArray(&array, &format, 256, 256));
	MUST(cudaDeviceSynchronize());
	printf("%zu\n", pitch * 64);
	return 0;
}

static int double_free()
{
	void *memory;

	MUST(cudaMalloc(&memory, MIB));
	MUST(cudaFree(memory));
	printf("second free: %d\n", (int)cudaFree(memory));
	printf("last error: %d, then %d\n", (int)cudaGetLastError(), (int)cudaGetLastError());
	return 0;
}

static int reset()
{
	void *linear, *stream_ordered;

	MUST(cudaMalloc(&linear, 3 * MIB));
	MUST(cudaMallocAsync(&stream_ordered, 5 * MIB, nullptr));
	MUST(cudaDeviceReset());
	return 0;
}

static int too_large()
{
	void *memory;

	printf("32 TiB: %d\n", (int)cudaMalloc(&memory, (size_t)32 << 40));
	printf("last error: %d\n", (int)cudaGetLastError());
	return 0;
}

static int killed()
{
	void *memory;

	MUST(cudaMalloc(&memory, 3 * MIB));
	raise(SIGKILL);
	return 99;
}

struct owner {
	void *memory;
	~owner()
	{
		if (memory)
			fprintf(stdout, "destructor: %d\n", (int)cudaFree(memory));
	}
};
static owner static_owner;

static int static_destructor()
{
	MUST(cudaMalloc(&static_owner.memory, MIB));
	return 0;
}

static const struct {
	const char *name;
	int (*run)();
} cases[] = {
	{"by_dlsym", by_dlsym},
	{"by_entry_point", by_entry_point},
	{"vmm_never_released", vmm_never_released},
	{"kinds", kinds},
	{"double_free", double_free},
	{"reset", reset},
	{"too_large", too_large},
	{"killed", killed},
	{"static_destructor", static_destructor},
};

int main(int argc, char **argv)
{
	for (const auto &each : cases)
		if (argc == 2 && strcmp(each.name, argv[1]) == 0)
			return each.run();
	fprintf(stderr, "no such case\n");
	return 98;
}
