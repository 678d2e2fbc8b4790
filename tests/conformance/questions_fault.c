/*
 * Questions about a sticky error: what every call answers once a kernel has used an illegal
 * address. The simulated device runs no kernels; it is told that the first launch faults.
 */
#include <stdlib.h>

#include "kit.h"

static void fault(void)
{
	setenv("VRAMTRACK_SIMULATE", "fault_at=1", 1);
	MUST(cudaFree(0));
}

/* The launch itself is good; the error shows when somebody waits for it. */
static void launch(void)
{
	CUfunction touch = kit_kernel("touch");

	answer_result("launch", kit_launch(touch, 1, 0));
	answer_result("cudaDeviceSynchronize", cudaDeviceSynchronize());
}

static void runtime_calls(void)
{
	void *memory, *page_locked, *other = NULL;
	size_t left, total;
	int device;

	fault();
	MUST(cudaMalloc(&memory, 64 * MIB));
	MUST(cudaMallocHost(&page_locked, MIB));
	launch();
	answer_result("cudaFree", cudaFree(memory));
	answer_result("cudaFree(NULL)", cudaFree(NULL));
	answer_result("cudaMalloc", cudaMalloc(&other, MIB));
	answer_result("cudaMalloc of nothing", cudaMalloc(&other, 0));
	answer_result("cudaMallocHost", cudaMallocHost(&other, MIB));
	answer_result("cudaFreeHost(NULL)", cudaFreeHost(NULL));
	answer_result("cudaFreeHost", cudaFreeHost(page_locked));
	answer_result("cudaMemGetInfo", cudaMemGetInfo(&left, &total));
	answer_result("cudaMemset", cudaMemset(memory, 0, MIB));
	answer_result("cudaGetDevice", cudaGetDevice(&device));
	answer_result("cudaSetDevice", cudaSetDevice(0));
	answer_result("cudaGetDeviceCount", cudaGetDeviceCount(&device));
	answer_result("cudaStreamSynchronize", cudaStreamSynchronize(0));
	answer_result("cudaGetLastError", cudaGetLastError());
	answer_result("cudaGetLastError again", cudaGetLastError());
	answer_result("cudaPeekAtLastError", cudaPeekAtLastError());
}

static void memory_calls(void)
{
	const CUmemAllocationProp on_device = {
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE},
	};
	CUmemGenericAllocationHandle physical, more;
	void *ordered, *linear;
	cudaMemPool_t pool;
	CUdeviceptr range, base;
	size_t size, left, total;
	unsigned int type;

	fault();
	MUST(cudaMalloc(&linear, MIB));
	MUST(cudaMallocAsync(&ordered, MIB, 0));
	MUST(cudaDeviceGetDefaultMemPool(&pool, 0));
	MUST(cuMemCreate(&physical, 2 * MIB, &on_device, 0));
	MUST(cuMemAddressReserve(&range, 2 * MIB, 0, 0, 0));
	MUST(cuMemMap(range, 2 * MIB, 0, physical, 0));
	MUST(cudaDeviceSynchronize());
	launch();
	answer_result("cudaFreeAsync", cudaFreeAsync(ordered, 0));
	answer_result("cudaMemPoolTrimTo", cudaMemPoolTrimTo(pool, 0));
	answer_result("cuMemFree", cuMemFree((CUdeviceptr)(size_t)linear));
	answer_result("cuMemGetInfo", cuMemGetInfo(&left, &total));
	answer_result("cuMemGetAddressRange",
		      cuMemGetAddressRange(&base, &size, (CUdeviceptr)(size_t)linear));
	answer_result("cuPointerGetAttribute",
		      cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE,
					    (CUdeviceptr)(size_t)linear));
	answer_result("cuMemCreate", cuMemCreate(&more, 2 * MIB, &on_device, 0));
	answer_result("cuMemUnmap", cuMemUnmap(range, 2 * MIB));
	answer_result("cuMemRelease", cuMemRelease(physical));
	answer_result("cuMemAddressFree", cuMemAddressFree(range, 2 * MIB));
	answer_result("cudaDeviceGraphMemTrim", cudaDeviceGraphMemTrim(0));
	answer_result("cudaMemPoolDestroy of the default", cudaMemPoolDestroy(pool));
}

static void context_calls(void)
{
	CUcontext context, current;
	unsigned int flags;
	CUdevice device;
	CUstream stream;
	CUmodule module;
	CUevent event;
	int active;

	fault();
	MUST(cuStreamCreate(&stream, 0));
	MUST(cuEventCreate(&event, 0));
	launch();
	answer_result("cuInit", cuInit(0));
	answer_result("cuDeviceGet", cuDeviceGet(&device, 0));
	answer_result("cuCtxGetCurrent", cuCtxGetCurrent(&current));
	answer_result("cuCtxSetCurrent", cuCtxSetCurrent(current));
	answer_result("cuCtxGetDevice", cuCtxGetDevice(&device));
	answer_result("cuCtxSynchronize", cuCtxSynchronize());
	answer_result("cuStreamQuery", cuStreamQuery(stream));
	answer_result("cuStreamDestroy", cuStreamDestroy(stream));
	answer_result("cuStreamCreate", cuStreamCreate(&stream, 0));
	answer_result("cuEventRecord", cuEventRecord(event, NULL));
	answer_result("cuEventDestroy", cuEventDestroy(event));
	answer_result("cuModuleLoadData", cuModuleLoadData(&module, ".version 7.0\n.target sm_70\n"
								    ".address_size 64\n"));
	answer_result("cuDevicePrimaryCtxGetState", cuDevicePrimaryCtxGetState(0, &flags, &active));
	answer_result("active", active);
	answer_result("cuDevicePrimaryCtxRetain", cuDevicePrimaryCtxRetain(&context, 0));
	answer_result("cuDevicePrimaryCtxReset", cuDevicePrimaryCtxReset(0));
}

static void after_a_reset(void)
{
	struct kit_nvml before = kit_nvml();
	CUcontext context = NULL;
	void *memory, *other = NULL;
	int count;

	fault();
	MUST(cudaMalloc(&memory, 64 * MIB));
	launch();
	answer_result("cudaDeviceReset", cudaDeviceReset());
	answer_bytes("process by NVML", kit_nvml().process);
	answer_if("the device has its memory back",
		  kit_nvml().device - before.device < 64 * (long long)MIB);
	answer_result("cudaMalloc", cudaMalloc(&other, MIB));
	answer_result("cudaFree of memory from before", cudaFree(memory));
	answer_result("cudaFree(NULL)", cudaFree(NULL));
	answer_result("cudaMallocHost", cudaMallocHost(&other, MIB));
	answer_result("cudaFreeHost(NULL)", cudaFreeHost(NULL));
	answer_result("cudaGetDeviceCount", cudaGetDeviceCount(&count));
	answer_result("cudaSetDevice", cudaSetDevice(0));
	answer_result("cuDevicePrimaryCtxRetain", cuDevicePrimaryCtxRetain(&context, 0));
	answer_result("cudaDeviceReset again", cudaDeviceReset());
	answer_result("cudaMalloc after that", cudaMalloc(&other, MIB));
	answer_result("cuMemFree", cuMemFree((CUdeviceptr)(size_t)memory));
}

static void in_another_context(void)
{
	CUcontext faulty;
	CUdeviceptr memory;
	void *primary;

	fault();
	MUST(cudaMalloc(&primary, MIB));
	faulty = kit_context();
	launch();
	answer_result("cuMemAlloc in it", cuMemAlloc(&memory, MIB));
	MUST(cuCtxPopCurrent(&faulty));
	answer_result("cudaFree in the primary context", cudaFree(primary));
	answer_result("cuCtxDestroy", cuCtxDestroy(faulty));
	answer_result("cudaMalloc in the primary context", cudaMalloc(&primary, MIB));
}

const struct question fault_questions[] = {
	{"D101", runtime_calls},          {"D073", memory_calls},
	{"D101-contexts", context_calls}, {"D101-another", in_another_context},
	{"D102", after_a_reset},          {NULL, NULL},
};
