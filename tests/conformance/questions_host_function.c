/*
 * Questions about calls from functions that the device calls on the host, and about calls
 * without a current context.
 */
#include <pthread.h>
#include <string.h>

#include "kit.h"

/* What a function on the host finds when it is called. */
static struct {
	void *linear, *ordered, *page_locked, *managed, *registered;
	CUmemGenericAllocationHandle physical;
	CUmodule module;
	CUstream stream;
	CUevent event;
	CUarray array;
	unsigned long long main_thread;
} have;

static void prepare(void)
{
	static char own[MIB];
	const CUmemAllocationProp on_device = {
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE},
	};
	const CUDA_ARRAY_DESCRIPTOR shape = {
		.Width = 64, .Height = 64, .Format = CU_AD_FORMAT_FLOAT, .NumChannels = 1};

	MUST(cudaMalloc(&have.linear, MIB));
	MUST(cudaMallocAsync(&have.ordered, MIB, 0));
	MUST(cudaMallocHost(&have.page_locked, MIB));
	MUST(cudaMallocManaged(&have.managed, MIB, cudaMemAttachGlobal));
	MUST(cudaHostRegister(own, sizeof(own), 0));
	have.registered = own;
	MUST(cuMemCreate(&have.physical, 2 * MIB, &on_device, 0));
	MUST(cuArrayCreate(&have.array, &shape));
	MUST(cuStreamCreate(&have.stream, CU_STREAM_NON_BLOCKING));
	MUST(cuEventCreate(&have.event, 0));
	MUST(cuModuleLoadData(&have.module, ".version 7.0\n.target sm_70\n.address_size 64\n"));
	MUST(cudaDeviceSynchronize());
	have.main_thread = (unsigned long long)pthread_self();
}

static CUdeviceptr address(void *pointer)
{
	return (CUdeviceptr)(size_t)pointer;
}

static void answer_frees(void)
{
	answer_result("cuMemFree", cuMemFree(address(have.linear)));
	answer_result("cuMemFree(NULL)", cuMemFree(0));
	answer_result("cuMemFree of managed memory", cuMemFree(address(have.managed)));
	answer_result("cuMemFreeAsync", cuMemFreeAsync(address(have.ordered), have.stream));
	answer_result("cuMemFreeHost", cuMemFreeHost(have.page_locked));
	answer_result("cuMemHostUnregister", cuMemHostUnregister(have.registered));
	answer_result("cuMemRelease", cuMemRelease(have.physical));
}

/* Not for functions on the host: some destroys of objects do not come back there. */
static void answer_all_frees(void)
{
	answer_frees();
	answer_result("cuArrayDestroy", cuArrayDestroy(have.array));
	answer_result("cuModuleUnload", cuModuleUnload(have.module));
	answer_result("cuEventDestroy", cuEventDestroy(have.event));
	answer_result("cuStreamDestroy", cuStreamDestroy(have.stream));
}

static void answer_runtime_calls(void)
{
	void *memory = NULL;
	size_t left, total;
	int device;

	answer_result("cudaMalloc", cudaMalloc(&memory, MIB));
	answer_result("cudaMallocHost", cudaMallocHost(&memory, MIB));
	answer_result("cudaMallocAsync", cudaMallocAsync(&memory, MIB, have.stream));
	answer_result("cudaFree", cudaFree(have.linear));
	answer_result("cudaFree(NULL)", cudaFree(NULL));
	answer_result("cudaFreeAsync", cudaFreeAsync(have.ordered, have.stream));
	answer_result("cudaFreeHost", cudaFreeHost(have.page_locked));
	answer_result("cudaFreeHost(NULL)", cudaFreeHost(NULL));
	answer_result("cudaHostUnregister", cudaHostUnregister(have.registered));
	answer_result("cudaMemGetInfo", cudaMemGetInfo(&left, &total));
	answer_result("cudaGetDevice", cudaGetDevice(&device));
	answer_result("cudaSetDevice", cudaSetDevice(0));
	answer_result("cudaGetDeviceCount", cudaGetDeviceCount(&device));
	answer_result("cudaStreamQuery", cudaStreamQuery(have.stream));
	answer_result("cudaGetLastError", cudaGetLastError());
}

static void answer_other_calls(void)
{
	CUcontext context = NULL;
	CUdevice device;
	CUdeviceptr memory;
	size_t left, total;
	unsigned int type;
	int version;

	answer_result("cuInit", cuInit(0));
	answer_result("cuDriverGetVersion", cuDriverGetVersion(&version));
	answer_result("cuDeviceGet", cuDeviceGet(&device, 0));
	answer_result("cuCtxGetCurrent", cuCtxGetCurrent(&context));
	answer_if("a context is current", context != NULL);
	answer_result("cuCtxGetDevice", cuCtxGetDevice(&device));
	answer_result("cuDevicePrimaryCtxRetain", cuDevicePrimaryCtxRetain(&context, 0));
	answer_result("cuMemAlloc", cuMemAlloc(&memory, MIB));
	answer_result("cuMemGetInfo", cuMemGetInfo(&left, &total));
	answer_result("cuPointerGetAttribute",
		      cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE,
					    address(have.linear)));
	answer_result("cuStreamQuery", cuStreamQuery(have.stream));
	answer_result("cuEventQuery", cuEventQuery(have.event));
	answer_result("cuMemsetD8Async", cuMemsetD8Async(address(have.linear), 0, 1, have.stream));
}

static void CUDART_CB driver_frees(void *unused)
{
	(void)unused;
	answer_if("on a thread of its own", have.main_thread != (unsigned long long)pthread_self());
	answer_frees();
}

static void CUDART_CB runtime_calls(void *unused)
{
	(void)unused;
	answer_runtime_calls();
}

static void CUDART_CB other_calls(void *unused)
{
	(void)unused;
	answer_other_calls();
}

static void CUDART_CB called_back(cudaStream_t stream, cudaError_t status, void *unused)
{
	(void)stream;
	(void)unused;
	answer_result("status", status);
	answer_if("on a thread of its own", have.main_thread != (unsigned long long)pthread_self());
	answer_runtime_calls();
	answer_frees();
}

static void launch(cudaHostFn_t function)
{
	prepare();
	answer_result("cudaLaunchHostFunc", cudaLaunchHostFunc(0, function, NULL));
	answer_result("cudaDeviceSynchronize", cudaDeviceSynchronize());
	answer_result("last error of the launching thread", cudaGetLastError());
}

static void frees_in_a_host_function(void)
{
	prepare();
	answer_result("cudaLaunchHostFunc", cudaLaunchHostFunc(0, driver_frees, NULL));
	(void)cudaDeviceSynchronize();
}

static void runtime_calls_in_a_host_function(void)
{
	launch(runtime_calls);
}

static void other_calls_in_a_host_function(void)
{
	launch(other_calls);
}

static void calls_in_a_stream_callback(void)
{
	prepare();
	MUST(cudaStreamAddCallback(0, called_back, NULL, 0));
	(void)cudaDeviceSynchronize();
}

static void frees_in_a_host_node(void)
{
	const struct cudaHostNodeParams host = {.fn = driver_frees};
	cudaGraphExec_t executable;
	cudaGraphNode_t node;
	cudaGraph_t graph;

	prepare();
	MUST(cudaGraphCreate(&graph, 0));
	MUST(cudaGraphAddHostNode(&node, graph, NULL, 0, &host));
	MUST(cudaGraphInstantiate(&executable, graph, 0));
	answer_result("cudaGraphLaunch", cudaGraphLaunch(executable, 0));
	(void)cudaDeviceSynchronize();
}

static void *on_a_thread(void *ask)
{
	void (*function)(void);

	memcpy(&function, &ask, sizeof(function));
	function();
	return NULL;
}

/* On a thread that has had no context, in a process whose context is the driver's only. */
static void without_a_context(void (*ask)(void))
{
	pthread_t thread;
	void *argument;

	prepare();
	memcpy(&argument, &ask, sizeof(argument));
	MUST(pthread_create(&thread, NULL, on_a_thread, argument));
	MUST(pthread_join(thread, NULL));
}

static void frees_without_a_context(void)
{
	without_a_context(answer_all_frees);
}

static void other_calls_without_a_context(void)
{
	without_a_context(answer_other_calls);
}

/* Only what is freed by address: a real driver looks into a handle, dead or alive. */
static void answer_frees_again(void)
{
	MUST(cuMemFree(address(have.linear)));
	answer_result("cuMemFree again", cuMemFree(address(have.linear)));
	(void)cuMemFreeHost(have.page_locked);
	answer_result("cuMemFreeHost again", cuMemFreeHost(have.page_locked));
	(void)cuMemHostUnregister(have.registered);
	answer_result("cuMemHostUnregister again", cuMemHostUnregister(have.registered));
	answer_result("cuMemFreeHost(NULL)", cuMemFreeHost(NULL));
	answer_result("cuMemFree of an inner address", cuMemFree(address(have.managed) + 512));
}

static void second_frees_without_a_context(void)
{
	without_a_context(answer_frees_again);
}

static void popped(void)
{
	CUdeviceptr memory;
	CUcontext context = kit_context(), old = NULL;

	MUST(cuMemAlloc(&memory, MIB));
	MUST(cuCtxPopCurrent(&old));
	answer_if("the context was popped", old == context);
	answer_result("cuMemFree", cuMemFree(memory));
	answer_result("cuMemFree again", cuMemFree(memory));
	answer_result("cuMemAlloc", cuMemAlloc(&memory, MIB));
}

static void capturing_without_a_context(void)
{
	CUcontext context = kit_context();
	CUdeviceptr memory;
	CUstream stream;
	CUgraph graph;

	MUST(cuMemAlloc(&memory, MIB));
	MUST(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
	MUST(cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_GLOBAL));
	MUST(cuCtxPopCurrent(&context));
	answer_result("cuMemFree", cuMemFree(memory));
	MUST(cuCtxPushCurrent(context));
	answer_result("cuStreamEndCapture", cuStreamEndCapture(stream, &graph));
}

const struct question host_function_questions[] = {
	{"H01", frees_in_a_host_function},
	{"H02", runtime_calls_in_a_host_function},
	{"H03", other_calls_in_a_host_function},
	{"H04", calls_in_a_stream_callback},
	{"H05", frees_in_a_host_node},
	{"H06", frees_without_a_context},
	{"H07", second_frees_without_a_context},
	{"H08", other_calls_without_a_context},
	{"H09", popped},
	{"H10", capturing_without_a_context},
	{NULL, NULL},
};
