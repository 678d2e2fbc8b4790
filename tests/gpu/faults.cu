/*
 * Faults of a real device, one case each: the program raises an error and goes on as far as it can.
 *   past       a kernel writes past the end of an allocation, as far as nothing is mapped; "near":
 *              to the first byte, which faults in a quarantine
 *   freed      a kernel writes to memory that was freed
 *   asserts    an assert in a kernel
 *   graph      an executable graph whose memory is freed; "kernel" or "fill": what has its address,
 *              "again": launched after that, too
 * It prints what it knows better than anybody: addresses, and the errors it was given.
 */
#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <cuda_runtime.h>

#define MUST(call)                                                                                 \
	do {                                                                                       \
		const cudaError_t error_ = (call);                                                 \
		if (error_ != cudaSuccess) {                                                       \
			printf("%s:%d: %s: %s\n", __FILE__, __LINE__, #call,                       \
			       cudaGetErrorName(error_));                                          \
			exit(9);                                                                   \
		}                                                                                  \
	} while (0)

__global__ void store(int *place, int value)
{
	*place = value;
}

__global__ void claim(int value)
{
	assert(value == 4711);
}

static int *__attribute__((noinline)) make_cache(size_t bytes)
{
	int *made;

	MUST(cudaMalloc(&made, bytes));
	return made;
}

static void __attribute__((noinline)) drop_cache(int *cache)
{
	MUST(cudaFree(cache));
}

static int __attribute__((noinline)) wait_for_work()
{
	const int error = (int)cudaDeviceSynchronize();

	printf("error %d\n", error);
	return error;
}

static int past(bool near)
{
	const size_t bytes = 4u << 20, beyond = near ? 0 : size_t{1} << 40;
	int *cache = make_cache(bytes);

	store<<<1, 1>>>(cache, 1);
	MUST(cudaDeviceSynchronize());
	printf("address %p\n", (void *)((char *)cache + bytes + beyond));
	store<<<1, 1>>>((int *)((char *)cache + bytes + beyond), 1);
	return wait_for_work() == 700 ? 0 : 1;
}

static int freed()
{
	int *keys = make_cache(64u << 20), *values = make_cache(32u << 20);

	store<<<1, 1>>>(keys, 1);
	store<<<1, 1>>>(values, 1);
	MUST(cudaDeviceSynchronize());
	drop_cache(values);
	drop_cache(keys);
	printf("address %p\n", (void *)(keys + 256));
	store<<<1, 1>>>(keys + 256, 1);
	return wait_for_work() == 700 ? 0 : 1;
}

static int asserts()
{
	make_cache(1u << 20);
	claim<<<1, 1>>>(1);
	return wait_for_work() == 710 ? 0 : 1;
}

static cudaGraphExec_t __attribute__((noinline)) make_executable(int *cache, bool kernel)
{
	cudaStream_t stream;
	cudaGraph_t graph;
	cudaGraphExec_t made;

	MUST(cudaStreamCreate(&stream));
	MUST(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
	if (kernel) /* its parameter alone has the address */
		store<<<1, 1, 0, stream>>>(cache + 1024, 7);
	else
		MUST(cudaMemsetAsync(cache, 0, 4096, stream));
	MUST(cudaStreamEndCapture(stream, &graph));
	MUST(cudaGraphInstantiate(&made, graph, 0));
	MUST(cudaGraphDestroy(graph));
	MUST(cudaStreamDestroy(stream));
	return made;
}

static int graph(bool again, bool kernel)
{
	int *cache = make_cache(64u << 20), *other = make_cache(64u << 20);
	cudaGraphExec_t made = make_executable(cache, kernel),
			of_other = make_executable(other, false);

	MUST(cudaGraphLaunch(made, nullptr));
	MUST(cudaGraphLaunch(of_other, nullptr));
	MUST(cudaDeviceSynchronize());
	MUST(cudaGraphExecDestroy(of_other));
	drop_cache(other); /* nobody has its address any more */
	drop_cache(cache);
	if (again) {
		make_cache(64u << 20); /* so that something is there */
		printf("launch %d\n", (int)cudaGraphLaunch(made, nullptr));
		wait_for_work();
	}
	return 0; /* the executable is there to the end */
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	setvbuf(stdout, nullptr, _IOLBF, 0);
	if (!strcmp(what, "past"))
		return past(argc > 2);
	if (!strcmp(what, "freed"))
		return freed();
	if (!strcmp(what, "asserts"))
		return asserts();
	if (!strcmp(what, "graph"))
		return graph(argc > 3, argc > 2 && !strcmp(argv[2], "kernel"));
	return 2;
}
