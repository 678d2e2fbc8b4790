/*
 * The simulated runtime of CUDA 12: what has another ABI there than in 13 is called by the ABI of
 * 12, and ends where the structs of 12 end.
 */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/simulate_child.h"

#include <cuda_runtime_api.h>

static void *symbol(const char *name)
{
	static void *runtime;

	if (!runtime)
		runtime = simulate_open("libcudart.so.12");
	return dlvsym(runtime, name, "libcudart.so.12");
}

/* A function of the runtime, of a type of its own. */
#define RT(name, ...) ((cudaError_t(*)(__VA_ARGS__))function_of(name))

static void (*function_of(const char *name))(void)
{
	void (*function)(void);
	void *address = symbol(name);

	must(address != NULL, name, __FILE__, __LINE__);
	memcpy(&function, &address, sizeof(function));
	return function;
}

static void is_of_12(void)
{
	static const char *const newer[] = {"cudaMemGetMemPool", "cudaMemDiscardBatchAsync_ptsz"};
	static const char *const older[] = {"cudaThreadExit", "cudaThreadSynchronize",
					    "cudaSetDoubleForHost",
					    "cudaLaunchCooperativeKernelMultiDevice",
					    "cudaSignalExternalSemaphoresAsync_v2_ptsz"};
	int version = 0;

	simulate_open("libcuda.so.1");
	IS(RT("cudaRuntimeGetVersion", int *)(&version), cudaSuccess);
	MUST(version == 12090);
	for (size_t i = 0; i < sizeof(older) / sizeof(*older); i++)
		must(symbol(older[i]) != NULL, older[i], __FILE__, __LINE__);
	for (size_t i = 0; i < sizeof(newer) / sizeof(*newer); i++)
		must(symbol(newer[i]) == NULL, newer[i], __FILE__, __LINE__);
	IS(RT("cudaThreadSynchronize", void)(), cudaSuccess);
	IS(RT("cudaLaunchCooperativeKernelMultiDevice", void *, unsigned int, unsigned int)(NULL, 0,
											    0),
	   cudaErrorNotSupported);
}

/* Bytes of a struct of 12, and what lies behind it. */
struct guarded {
	union {
		unsigned char bytes[1032];
		size_t alignment;
	};
	unsigned char behind[64];
};

static void is_untouched(const struct guarded *all, size_t from)
{
	const unsigned char *byte = (const unsigned char *)all;

	for (size_t i = from; i < sizeof(*all); i++)
		MUST(byte[i] == 0xa5);
}

static int number_at(const struct guarded *all, size_t offset)
{
	int out;

	memcpy(&out, all->bytes + offset, sizeof(out));
	return out;
}

/* Offsets in cudaDeviceProp of CUDA 12.4: clockRate is not in 13's, and what follows lies
 * elsewhere. */
static void properties_have_their_layout(void)
{
	enum {
		CLOCK_RATE = 348,
		MULTIPROCESSORS = 388,
		ASYNC_ENGINES = 600,
		CLUSTERS = 772
	};
	struct guarded all;
	int wanted = 0;

	simulate_open("libcuda.so.1");
	memset(&all, 0xa5, sizeof(all));
	IS(RT("cudaGetDeviceProperties_v2", void *, int)(&all, 0), cudaSuccess);
	is_untouched(&all, sizeof(all.bytes));
	IS(RT("cudaDeviceGetAttribute", int *, int, int)(&wanted, 16, 0), cudaSuccess);
	MUST(wanted > 0 && number_at(&all, MULTIPROCESSORS) == wanted);
	IS(RT("cudaDeviceGetAttribute", int *, int, int)(&wanted, 13, 0), cudaSuccess);
	MUST(wanted > 0 && number_at(&all, CLOCK_RATE) == wanted);
	IS(RT("cudaDeviceGetAttribute", int *, int, int)(&wanted, 40, 0), cudaSuccess);
	MUST(wanted > 0 && number_at(&all, ASYNC_ENGINES) == wanted);
	IS(RT("cudaDeviceGetAttribute", int *, int, int)(&wanted, 120, 0), cudaSuccess);
	MUST(wanted > 0 && number_at(&all, CLUSTERS) == wanted);

	memset(&all, 0xa5, sizeof(all));
	IS(RT("cudaGetDeviceProperties", void *, int)(&all, 0), cudaSuccess);
	is_untouched(&all, 728);
	MUST(number_at(&all, CLOCK_RATE) > 0);
	IS(RT("cudaGetDeviceProperties", void *, int)(NULL, 0), cudaErrorInvalidValue);
}

static void edges_have_no_data(void)
{
	cudaGraph_t graph;
	cudaGraphNode_t nodes[2], from = NULL, to = NULL;
	size_t count = 1;

	simulate_open("libcuda.so.1");
	IS(RT("cudaGraphCreate", cudaGraph_t *, unsigned int)(&graph, 0), cudaSuccess);
	for (int i = 0; i < 2; i++)
		IS(RT("cudaGraphAddEmptyNode", cudaGraphNode_t *, cudaGraph_t, void *,
		      size_t)(&nodes[i], graph, NULL, 0),
		   cudaSuccess);
	IS(RT("cudaGraphAddDependencies", cudaGraph_t, cudaGraphNode_t *, cudaGraphNode_t *,
	      size_t)(graph, &nodes[0], &nodes[1], 1),
	   cudaSuccess);
	IS(RT("cudaGraphGetEdges", cudaGraph_t, cudaGraphNode_t *, cudaGraphNode_t *,
	      size_t *)(graph, &from, &to, &count),
	   cudaSuccess);
	MUST(count == 1 && from == nodes[0] && to == nodes[1]);
	IS(RT("cudaGraphNodeGetDependencies", cudaGraphNode_t, cudaGraphNode_t *,
	      size_t *)(nodes[1], &from, &count),
	   cudaSuccess);
	MUST(count == 1 && from == nodes[0]);
	IS(RT("cudaGraphNodeGetDependentNodes", cudaGraphNode_t, cudaGraphNode_t *,
	      size_t *)(nodes[0], &to, &count),
	   cudaSuccess);
	MUST(count == 1 && to == nodes[1]);
	IS(RT("cudaGraphRemoveDependencies", cudaGraph_t, cudaGraphNode_t *, cudaGraphNode_t *,
	      size_t)(graph, &nodes[0], &nodes[1], 1),
	   cudaSuccess);
	IS(RT("cudaGraphGetEdges_v2", cudaGraph_t, void *, void *, void *,
	      size_t *)(graph, NULL, NULL, NULL, &count),
	   cudaSuccess);
	MUST(count == 0);
}

/* Both versions that 12 has beside that with data of edges. */
static void captures_tell_of_themselves(void)
{
	enum cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
	unsigned long long id = 0, same = 0;
	cudaGraph_t graph = NULL, captured = NULL;
	const cudaGraphNode_t *nodes;
	cudaStream_t stream;
	size_t count = 1;

	simulate_open("libcuda.so.1");
	IS(RT("cudaStreamCreate", cudaStream_t *)(&stream), cudaSuccess);
	IS(RT("cudaStreamBeginCapture", cudaStream_t,
	      enum cudaStreamCaptureMode)(stream, cudaStreamCaptureModeGlobal),
	   cudaSuccess);
	IS(RT("cudaStreamGetCaptureInfo", cudaStream_t, enum cudaStreamCaptureStatus *,
	      unsigned long long *)(stream, &status, &id),
	   cudaSuccess);
	MUST(status == cudaStreamCaptureStatusActive && id != 0);
	IS(RT("cudaStreamGetCaptureInfo_v2", cudaStream_t, enum cudaStreamCaptureStatus *,
	      unsigned long long *, cudaGraph_t *, const cudaGraphNode_t **,
	      size_t *)(stream, &status, &same, &graph, &nodes, &count),
	   cudaSuccess);
	MUST(same == id && graph && count == 0);
	IS(RT("cudaStreamUpdateCaptureDependencies_ptsz", cudaStream_t, cudaGraphNode_t *, size_t,
	      unsigned int)(stream, NULL, 0, cudaStreamSetCaptureDependencies),
	   cudaSuccess);
	IS(RT("cudaStreamEndCapture", cudaStream_t, cudaGraph_t *)(stream, &captured), cudaSuccess);
	MUST(captured == graph);
}

static void places_are_numbers(void)
{
	void *managed = NULL;

	simulate_open("libcuda.so.1");
	IS(RT("cudaMallocManaged", void **, size_t, unsigned int)(&managed, MIB,
								  cudaMemAttachGlobal),
	   cudaSuccess);
	IS(RT("cudaMemAdvise", void *, size_t, int, int)(managed, MIB,
							 cudaMemAdviseSetPreferredLocation, 0),
	   cudaSuccess);
	IS(RT("cudaMemPrefetchAsync", void *, size_t, int, cudaStream_t)(managed, MIB, 0, NULL),
	   cudaSuccess);
	IS(RT("cudaMemPrefetchAsync_ptsz", void *, size_t, int,
	      cudaStream_t)(managed, MIB, cudaCpuDeviceId, NULL),
	   cudaSuccess);
}

/* What lies behind a shorter struct is not taken for part of it. */
static void structs_end_where_they_did(void)
{
	struct {
		struct cudaExternalMemoryHandleDesc desc; /* 40 bytes in 12 */
	} memory;
	struct guarded attributes;
	cudaExternalMemory_t imported;
	void *address;

	simulate_open("libcuda.so.1");
	memset(&memory, 0xff, sizeof(memory));
	memset(&memory, 0, 40);
	memory.desc.type = cudaExternalMemoryHandleTypeOpaqueFd;
	memory.desc.handle.fd = memfd_create("graphics", MFD_CLOEXEC);
	memory.desc.size = MIB;
	MUST(memory.desc.handle.fd >= 0 && ftruncate(memory.desc.handle.fd, MIB) == 0);
	IS(RT("cudaImportExternalMemory", cudaExternalMemory_t *, void *)(&imported, &memory.desc),
	   cudaSuccess);
	IS(RT("cudaImportExternalMemory", cudaExternalMemory_t *, void *)(&imported, NULL),
	   cudaErrorInvalidValue);

	memset(&attributes, 0xa5, sizeof(attributes));
	IS(RT("cudaMalloc", void **, size_t)(&address, MIB), cudaSuccess);
	IS(RT("cudaPointerGetAttributes", void *, void *)(&attributes, address), cudaSuccess);
	MUST(number_at(&attributes, 0) == cudaMemoryTypeDevice);
	is_untouched(&attributes, 24);
}

#define TEST(body)                                                                                 \
	static void test_##body(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		assert_int_equal(in_child(NULL, body, NULL, 0), 0);                                \
	}
TEST(is_of_12)
TEST(properties_have_their_layout)
TEST(edges_have_no_data)
TEST(captures_tell_of_themselves)
TEST(places_are_numbers)
TEST(structs_end_where_they_did)

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"it has what 12 had, and nothing newer", test_is_of_12, NULL, NULL, NULL},
		{"properties of a device have the layout of 12", test_properties_have_their_layout,
		 NULL, NULL, NULL},
		{"edges of a graph have no data", test_edges_have_no_data, NULL, NULL, NULL},
		{"captures tell of themselves", test_captures_tell_of_themselves, NULL, NULL, NULL},
		{"places are numbers of devices", test_places_are_numbers, NULL, NULL, NULL},
		{"structs end where they did", test_structs_end_where_they_did, NULL, NULL, NULL},
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_runtime_12", tests, NULL, NULL);
}
