/*
 * Planted leaks: three call sites, six allocations that are never freed, among
 * many that are. Prints "planted COUNT BYTES". Built three ways from this one
 * source: runtime linked statically, runtime shared, and with -DDRIVER_API the
 * driver API alone.
 */
#include <cstdio>
#include <cstdlib>

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

static size_t planted_count, planted_bytes;

#ifdef DRIVER_API
static void start()
{
	CUcontext context;

	MUST(cuInit(0));
	MUST(cuDevicePrimaryCtxRetain(&context, 0));
	MUST(cuCtxSetCurrent(context));
}

static void *allocate(size_t bytes)
{
	CUdeviceptr address;

	MUST(cuMemAlloc(&address, bytes));
	return (void *)address;
}

static void release(void *memory)
{
	MUST(cuMemFree((CUdeviceptr)memory));
}

static void work(void *memory, size_t bytes)
{
	MUST(cuMemsetD8((CUdeviceptr)memory, 1, bytes));
	MUST(cuCtxSynchronize());
}
#else
static __global__ void fill(char *memory, size_t bytes)
{
	for (size_t i = threadIdx.x; i < bytes; i += blockDim.x)
		memory[i] = 1;
}

static void start()
{
	MUST(cudaSetDevice(0));
}

static void *allocate(size_t bytes)
{
	void *memory;

	MUST(cudaMalloc(&memory, bytes));
	return memory;
}

static void release(void *memory)
{
	MUST(cudaFree(memory));
}

static void work(void *memory, size_t bytes)
{
	fill<<<1, 256>>>((char *)memory, bytes);
	MUST(cudaGetLastError());
	MUST(cudaDeviceSynchronize());
}
#endif

static void *plant(size_t bytes)
{
	void *memory = allocate(bytes);

	planted_count++;
	planted_bytes += bytes;
	work(memory, bytes < 4096 ? bytes : 4096);
	return memory;
}

__attribute__((noinline)) static void forgotten_scratch()
{
	for (size_t i = 1; i <= 3; i++)
		plant(i << 20);
}

__attribute__((noinline)) static void forgotten_cache()
{
	for (size_t i = 0; i < 2; i++)
		plant(7 << 20);
}

__attribute__((noinline)) static void forgotten_crumb()
{
	plant(12345);
}

int main()
{
	start();
	for (size_t i = 1; i <= 200; i++) {
		void *memory = allocate(i * 1000);

		work(memory, 1000);
		release(memory);
	}
	forgotten_scratch();
	forgotten_cache();
	forgotten_crumb();
	printf("planted %zu %zu\n", planted_count, planted_bytes);
	return 0;
}
