/*
 * What takes memory of a device beside allocations, one case each: `statement CASE`. Each is made
 * in a function of its own, case_CASE, whose name the report is to tell. Prints the bytes that it
 * took by cudaMemGetInfo, and what it took beside the case itself (first launches of other
 * kernels).
 *
 * WITH_PRINTF, WITH_MALLOC, WITH_VARIABLE: kernels that change what their module takes.
 */
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <cuda_runtime.h>
#include <dlfcn.h>

#define CALL(call)                                                                                 \
	do {                                                                                       \
		cudaError_t error_ = (call);                                                       \
		if (error_ != cudaSuccess) {                                                       \
			std::fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call,         \
				     cudaGetErrorString(error_));                                  \
			std::exit(99);                                                             \
		}                                                                                  \
	} while (0)
#define CASE __attribute__((noinline, noclone)) static void

__global__ void plain(int *out)
{
	if (out)
		*out = 1;
}

__global__ void deep(int *out, int n)
{
	volatile int local[8192]; /* 32 KiB of each thread */

	for (int i = 0; i < n; i++)
		local[i % 8192] = i;
	if (out)
		*out = local[n / 2];
}

#ifdef WITH_PRINTF
__global__ void says(int n)
{
	if (n < 0)
		printf("%d\n", n);
}
#endif
#ifdef WITH_MALLOC
__global__ void takes(int n)
{
	if (n < 0)
		free(malloc((size_t)-n));
}
#endif
#ifdef WITH_VARIABLE
__device__ char big[64 << 20];
__global__ void uses(int n)
{
	if (n < 0)
		big[-n] = 1;
}
#endif

static size_t used()
{
	size_t free_bytes, total;

	CALL(cudaMemGetInfo(&free_bytes, &total));
	return total - free_bytes;
}

CASE case_context()
{
	CALL(cudaFree(nullptr));
}

CASE case_limit()
{
	CALL(cudaDeviceSetLimit(cudaLimitStackSize, 16384));
}

CASE case_deep()
{
	deep<<<1, 1>>>(nullptr, 0);
	CALL(cudaDeviceSynchronize());
}

#ifdef WITH_PRINTF
CASE case_printf()
{
	says<<<1, 1>>>(0);
	CALL(cudaDeviceSynchronize());
}
#endif
#ifdef WITH_MALLOC
CASE case_heap()
{
	CALL(cudaDeviceSetLimit(cudaLimitMallocHeapSize, (size_t)1 << 30));
	takes<<<1, 1>>>(0);
	CALL(cudaDeviceSynchronize());
}
#endif
#ifdef WITH_VARIABLE
CASE case_variable()
{
	uses<<<1, 1>>>(0);
	CALL(cudaDeviceSynchronize());
}

CASE case_symbol()
{
	void *address;

	CALL(cudaGetSymbolAddress(&address, big));
}
#endif

static cudaStream_t streams[1024];

CASE case_streams()
{
	for (cudaStream_t &stream : streams)
		CALL(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
	for (cudaStream_t stream : streams)
		plain<<<1, 1, 0, stream>>>(nullptr);
	CALL(cudaDeviceSynchronize());
}

static cudaGraphExec_t make(int nodes, bool chain)
{
	cudaKernelNodeParams parameters = {};
	cudaGraphNode_t node, before = nullptr;
	cudaGraphExec_t made;
	int *out = nullptr;
	void *arguments[] = {&out};
	cudaGraph_t graph;

	parameters.func = (void *)plain;
	parameters.gridDim = parameters.blockDim = dim3(1);
	parameters.kernelParams = arguments;
	CALL(cudaGraphCreate(&graph, 0));
	for (int i = 0; i < nodes; i++, before = node)
		CALL(cudaGraphAddKernelNode(&node, graph, &before, chain && i, &parameters));
	CALL(cudaGraphInstantiate(&made, graph, 0));
	CALL(cudaGraphDestroy(graph));
	return made;
}

CASE case_graph()
{
	CALL(cudaGraphLaunch(make(10000, false), nullptr));
	CALL(cudaDeviceSynchronize());
}

CASE case_graphs()
{
	for (int i = 0; i < 128; i++)
		make(512, true);
}

CASE case_requests()
{
	void (*mark)(const char *);

	*(void **)&mark = dlsym(RTLD_DEFAULT, "vramtrack_preload_mark");
	for (int i = 0; i < 64; i++) {
		make(512, true);
		if (mark)
			mark("request");
	}
}

CASE case_destroyed()
{
	for (int i = 0; i < 128; i++)
		CALL(cudaGraphExecDestroy(make(512, true)));
}

/* Sizes that the driver rounds. */
CASE case_rounding()
{
	void *memory;

	for (int i = 0; i < 100; i++)
		CALL(cudaMalloc(&memory, 3 << 19));
	for (int i = 0; i < 1000; i++)
		CALL(cudaMalloc(&memory, 1000));
}

static void make_array(size_t width, size_t height, size_t depth, unsigned flags, int levels,
		       cudaChannelFormatDesc format = cudaCreateChannelDesc<float>())
{
	const cudaExtent extent = make_cudaExtent(width, height, depth);
	cudaMipmappedArray_t mipmap;
	cudaArray_t array;

	if (levels)
		CALL(cudaMallocMipmappedArray(&mipmap, &format, extent, levels, flags));
	else
		CALL(cudaMalloc3DArray(&array, &format, extent, flags));
}

/* Shapes whose elements are padded by much. */
CASE case_arrays()
{
	for (int i = 0; i < 8; i++) {
		make_array(700, 700, 0, 0, 0);
		make_array(1920, 1080, 0, cudaArraySurfaceLoadStore, 0);
		make_array(32768, 0, 0, 0, 0);
		make_array(100, 100, 100, cudaArraySurfaceLoadStore, 0);
		make_array(100, 129, 1, 0, 0);
		make_array(200, 200, 33, 0, 0);
		make_array(1000, 1000, 3, cudaArrayLayered | cudaArraySurfaceLoadStore, 0);
		make_array(300, 300, 12, cudaArrayCubemap | cudaArrayLayered, 0);
		make_array(1000, 1000, 3, cudaArrayLayered, 7);
		make_array(1024, 1024, 0, cudaArraySurfaceLoadStore, 40);
		make_array(100, 100, 100, 0, 7);
		make_array(513, 513, 0, 0, 0, cudaCreateChannelDesc<uchar4>());
		make_array(513, 513, 0, 0, 0, cudaCreateChannelDesc<ushort2>());
		make_array(513, 129, 0, 0, 0, cudaCreateChannelDesc<float4>());
	}
}

/* Neither three of 700 KiB nor four arrays of 625 KiB share 2 MiB, nor do both sorts. */
CASE case_packed()
{
	void *memory;

	for (int i = 0; i < 200; i++) {
		CALL(cudaMalloc(&memory, 700 << 10));
		make_array(20000, 3, 0, 0, 0);
		if (i % 20 == 0)
			make_array(16, 16, 0, 0, 0);
	}
}

/* Squares of 4 by 4 elements are one. */
CASE case_compressed()
{
	for (int i = 0; i < 16; i++) {
		make_array(4100, 2100, 0, 0, 0,
			   cudaCreateChannelDesc<cudaChannelFormatKindUnsignedBlockCompressed1>());
		make_array(4100, 2100, 0, 0, 0,
			   cudaCreateChannelDesc<cudaChannelFormatKindUnsignedBlockCompressed7>());
	}
}

CASE case_all()
{
	case_limit();
	case_rounding();
	case_streams();
	case_graph();
	case_graphs();
#ifdef WITH_MALLOC
	case_heap();
#endif
#ifdef WITH_PRINTF
	case_printf();
#endif
#ifdef WITH_VARIABLE
	case_variable();
#endif
	case_rounding();
	case_arrays();
	case_deep();
}

static const struct {
	const char *name;
	void (*run)();
} cases[] = {
	{"context", case_context},   {"limit", case_limit},         {"deep", case_deep},
	{"streams", case_streams},   {"graph", case_graph},         {"graphs", case_graphs},
	{"requests", case_requests}, {"destroyed", case_destroyed}, {"rounding", case_rounding},
	{"arrays", case_arrays},     {"packed", case_packed},       {"compressed", case_compressed},
	{"all", case_all},
#ifdef WITH_PRINTF
	{"printf", case_printf},
#endif
#ifdef WITH_MALLOC
	{"heap", case_heap},
#endif
#ifdef WITH_VARIABLE
	{"variable", case_variable}, {"symbol", case_symbol},
#endif
};

int main(int, char **arguments)
{
	for (const auto &each : cases) {
		size_t before;

		if (!arguments[1] || std::strcmp(each.name, arguments[1]))
			continue;
		case_context();
		before = used();
		each.run();
		std::printf("%zu\n", used() - before);
		return 0;
	}
	return 98;
}
