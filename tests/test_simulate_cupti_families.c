/* The simulated CUPTI: each family of the driver's calls is told of with its arguments. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/simulate_trace.h"

/* Everything enabled, a context current. */
static CUcontext start(void)
{
	CUcontext context;

	trace_start();
	context = simulate_start();
	MUST(!CUPTI(cuptiEnableAllDomains)(1, trace_subscriber));
	return context;
}

static void linear(void)
{
	CUdeviceptr address = 0;
	size_t pitch = 0, free, total;

	start();
	TRACED(cuMemAlloc_v2, (&address, 5), CUDA_SUCCESS, p->bytesize == 5);
	TRACED(cuMemFree_v2, (address), CUDA_SUCCESS, p->dptr == address);
	TRACED(cuMemAllocPitch_v2, (&address, &pitch, 100, 3, 4), CUDA_SUCCESS,
	       p->dptr == &address && p->pPitch == &pitch && p->WidthInBytes == 100 &&
		       p->Height == 3 && p->ElementSizeBytes == 4);
	TRACED(cuMemFree_v2, (address), CUDA_SUCCESS, p->dptr == address);
	TRACED(cuMemAllocManaged, (&address, 6, CU_MEM_ATTACH_GLOBAL), CUDA_SUCCESS,
	       p->bytesize == 6 && p->flags == CU_MEM_ATTACH_GLOBAL);
	TRACED(cuMemFree_v2, (address), CUDA_SUCCESS, p->dptr == address);
	TRACED(cuMemGetInfo_v2, (&free, &total), CUDA_SUCCESS,
	       p->free == &free && p->total == &total && free == total);
	TRACED(cuMemsetD8_v2, (1, 2, 3), CUDA_ERROR_INVALID_VALUE,
	       p->dstDevice == 1 && p->uc == 2 && p->N == 3);
}

static void ordered_and_pools(void)
{
	const CUmemPoolProps properties = {
		.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = 0},
	};
	CUdeviceptr address = 0;
	CUmemoryPool pool = NULL;
	CUstream stream = NULL;

	start();
	TRACED(cuStreamCreate, (&stream, CU_STREAM_NON_BLOCKING), CUDA_SUCCESS,
	       p->phStream == &stream && p->Flags == CU_STREAM_NON_BLOCKING);
	TRACED(cuMemAllocAsync, (&address, 7, stream), CUDA_SUCCESS,
	       p->dptr == &address && p->bytesize == 7 && p->hStream == stream);
	TRACED(cuMemFreeAsync, (address, stream), CUDA_SUCCESS,
	       p->dptr == address && p->hStream == stream);
	TRACED(cuMemPoolCreate, (&pool, &properties), CUDA_SUCCESS,
	       p->pool == &pool && p->poolProps == &properties);
	TRACED(cuMemAllocFromPoolAsync, (&address, 8, pool, stream), CUDA_SUCCESS,
	       p->pool == pool && p->bytesize == 8 && p->hStream == stream);
	TRACED(cuMemFree_v2, (address), CUDA_SUCCESS, p->dptr == address);
	TRACED(cuMemPoolTrimTo, (pool, 9), CUDA_SUCCESS, p->pool == pool && p->minBytesToKeep == 9);
	TRACED(cuMemPoolDestroy, (pool), CUDA_SUCCESS, p->pool == pool);
	TRACED(cuStreamDestroy_v2, (stream), CUDA_SUCCESS, p->hStream == stream);
}

static void virtual(void)
{
	const CUmemAllocationProp property = {
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = 0},
	};
	const CUmemAccessDesc access = {.location = property.location,
					.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
	CUmemGenericAllocationHandle handle = 0;
	CUdeviceptr range = 0;

	start();
	TRACED(cuMemAddressReserve, (&range, 4 * MIB, 0, 0, 0), CUDA_SUCCESS,
	       p->ptr == &range && p->size == 4 * MIB);
	TRACED(cuMemCreate, (&handle, 2 * MIB, &property, 0), CUDA_SUCCESS,
	       p->handle == &handle && p->size == 2 * MIB && p->prop == &property);
	TRACED(cuMemMap, (range + 2 * MIB, 2 * MIB, 0, handle, 0), CUDA_SUCCESS,
	       p->ptr == range + 2 * MIB && p->size == 2 * MIB && p->handle == handle);
	TRACED(cuMemSetAccess, (range + 2 * MIB, 2 * MIB, &access, 1), CUDA_SUCCESS,
	       p->desc == &access && p->count == 1);
	TRACED(cuMemRelease, (handle), CUDA_SUCCESS, p->handle == handle);
	TRACED(cuMemUnmap, (range + 2 * MIB, 2 * MIB), CUDA_SUCCESS, p->size == 2 * MIB);
	TRACED(cuMemAddressFree, (range, 4 * MIB), CUDA_SUCCESS, p->ptr == range);
	TRACED(cuMemRelease, (handle), CUDA_ERROR_INVALID_VALUE, p->handle == handle);
}

static void host(void)
{
	void *page = aligned_alloc(4096, 4096);
	void *memory = NULL;

	start();
	TRACED(cuMemHostAlloc, (&memory, 10, CU_MEMHOSTALLOC_PORTABLE), CUDA_SUCCESS,
	       p->pp == &memory && p->bytesize == 10 && p->Flags == CU_MEMHOSTALLOC_PORTABLE);
	TRACED(cuMemFreeHost, (memory), CUDA_SUCCESS, p->p == memory);
	TRACED(cuMemAllocHost_v2, (&memory, 11), CUDA_SUCCESS, p->bytesize == 11);
	TRACED(cuMemFreeHost, (memory), CUDA_SUCCESS, p->p == memory);
	TRACED(cuMemHostRegister_v2, (page, 4096, 0), CUDA_SUCCESS,
	       p->p == page && p->bytesize == 4096 && p->Flags == 0);
	TRACED(cuMemHostUnregister, (page), CUDA_SUCCESS, p->p == page);
	free(page);
}

static void arrays_and_textures(void)
{
	const CUDA_ARRAY3D_DESCRIPTOR shape = {
		.Width = 16, .Height = 8, .Format = CU_AD_FORMAT_FLOAT, .NumChannels = 1};
	CUDA_RESOURCE_DESC resource = {.resType = CU_RESOURCE_TYPE_ARRAY};
	CUDA_TEXTURE_DESC sampling = {0};
	CUmipmappedArray mipmap = NULL;
	CUsurfObject surface = 0;
	CUtexObject texture = 0;
	CUarray array = NULL, level = NULL;

	start();
	TRACED(cuArray3DCreate_v2, (&array, &shape), CUDA_SUCCESS,
	       p->pHandle == &array && p->pAllocateArray == &shape);
	resource.res.array.hArray = array;
	TRACED(cuTexObjectCreate, (&texture, &resource, &sampling, NULL), CUDA_SUCCESS,
	       p->pTexObject == &texture && p->pResDesc == &resource && p->pTexDesc == &sampling);
	TRACED(cuTexObjectDestroy, (texture), CUDA_SUCCESS, p->texObject == texture);
	IS(CU(cuSurfObjectCreate)(&surface, &resource), CUDA_SUCCESS);
	TRACED(cuSurfObjectDestroy, (surface), CUDA_SUCCESS, p->surfObject == surface);
	TRACED(cuArrayDestroy, (array), CUDA_SUCCESS, p->hArray == array);
	TRACED(cuMipmappedArrayCreate, (&mipmap, &shape, 3), CUDA_SUCCESS,
	       p->pMipmappedArrayDesc == &shape && p->numMipmapLevels == 3);
	TRACED(cuMipmappedArrayGetLevel, (&level, mipmap, 1), CUDA_SUCCESS,
	       p->hMipmappedArray == mipmap && p->level == 1);
	TRACED(cuMipmappedArrayDestroy, (mipmap), CUDA_SUCCESS, p->hMipmappedArray == mipmap);
}

static void contexts(void)
{
	CUcontext primary = start();
	CUcontext context = NULL, before = NULL;
	CUdevice device = -1;

	TRACED(cuCtxCreate_v2, (&context, CU_CTX_SCHED_SPIN, 0), CUDA_SUCCESS,
	       p->pctx == &context && p->flags == CU_CTX_SCHED_SPIN && p->dev == 0);
	/* The context at each end is the one that is current there. */
	MUST(trace_events[trace_count - 2].data.context == primary);
	MUST(trace_events[trace_count - 1].data.context == context);
	MUST(trace_events[trace_count - 2].data.contextUid !=
	     trace_events[trace_count - 1].data.contextUid);
	TRACED(cuCtxPopCurrent_v2, (&before), CUDA_SUCCESS, p->pctx == &before);
	TRACED(cuCtxPushCurrent_v2, (context), CUDA_SUCCESS, p->ctx == context);
	TRACED(cuCtxDestroy_v2, (context), CUDA_SUCCESS, p->ctx == context);
	TRACED(cuCtxGetDevice, (&device), CUDA_SUCCESS, p->device == &device && device == 0);
	TRACED(cuDevicePrimaryCtxRetain, (&context, 0), CUDA_SUCCESS, p->pctx == &context);
	TRACED(cuDevicePrimaryCtxRelease_v2, (0), CUDA_SUCCESS, p->dev == 0);
	TRACED(cuDevicePrimaryCtxReset_v2, (0), CUDA_SUCCESS, p->dev == 0);
}

static void without_arguments(void)
{
	const struct trace_event *event;

	start();
	trace_params_size = 0;
	IS(CU(cuCtxSynchronize)(), CUDA_SUCCESS);
	MUST(trace_count == 2);
	trace_must_pair(CBID(cuCtxSynchronize), "cuCtxSynchronize", CUDA_SUCCESS);
	event = &trace_events[0];
	MUST(!event->data.functionParams && !event->data.symbolName);
}

static void programs_and_launches(void)
{
	CUmodule module = NULL;
	CUfunction function = NULL;
	CUlibrary library = NULL;
	CUstream stream = NULL;
	CUevent event = NULL;

	start();
	TRACED(cuModuleLoadData, (&module, "image"), CUDA_SUCCESS, p->module == &module);
	IS(CU(cuModuleGetFunction)(&function, module, "reduce"), CUDA_SUCCESS);
	TRACED(cuLaunchKernel, (function, 1, 2, 3, 4, 5, 6, 7, stream, NULL, NULL), CUDA_SUCCESS,
	       p->f == function && p->gridDimZ == 3 && p->blockDimZ == 6 && p->sharedMemBytes == 7);
	MUST(!strcmp(trace_events[trace_count - 2].kernel, "reduce"));
	MUST(!strcmp(trace_events[trace_count - 1].kernel, "reduce"));
	TRACED(cuModuleUnload, (module), CUDA_SUCCESS, p->hmod == module);
	TRACED(cuLibraryLoadData, (&library, "image", NULL, NULL, 0, NULL, NULL, 0), CUDA_SUCCESS,
	       p->library == &library);
	TRACED(cuLibraryUnload, (library), CUDA_SUCCESS, p->library == library);
	TRACED(cuEventCreate, (&event, CU_EVENT_DISABLE_TIMING), CUDA_SUCCESS,
	       p->phEvent == &event && p->Flags == CU_EVENT_DISABLE_TIMING);
	TRACED(cuEventRecord, (event, stream), CUDA_SUCCESS, p->hEvent == event);
	TRACED(cuEventDestroy_v2, (event), CUDA_SUCCESS, p->hEvent == event);
}

static void graphs(void)
{
	CUDA_MEM_ALLOC_NODE_PARAMS wanted = {
		.poolProps = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
			      .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = 0}},
		.bytesize = 4096,
	};
	CUgraphNode node = NULL;
	CUgraphExec exec = NULL;
	CUgraph graph = NULL;

	start();
	TRACED(cuGraphCreate, (&graph, 0), CUDA_SUCCESS, p->phGraph == &graph);
	TRACED(cuGraphAddMemAllocNode, (&node, graph, NULL, 0, &wanted), CUDA_SUCCESS,
	       p->hGraph == graph && p->nodeParams == &wanted && wanted.dptr);
	TRACED(cuGraphInstantiateWithFlags, (&exec, graph, 0), CUDA_SUCCESS,
	       p->phGraphExec == &exec && p->hGraph == graph);
	TRACED(cuGraphLaunch, (exec, NULL), CUDA_SUCCESS, p->hGraph == exec);
	TRACED(cuMemFree_v2, (wanted.dptr), CUDA_SUCCESS, p->dptr == wanted.dptr);
	TRACED(cuGraphExecDestroy, (exec), CUDA_SUCCESS, p->hGraphExec == exec);
	TRACED(cuGraphDestroy, (graph), CUDA_SUCCESS, p->hGraph == graph);
	TRACED(cuDeviceGraphMemTrim, (0), CUDA_SUCCESS, p->device == 0);
}

/* Arguments that are passed by value and do not fit into registers. */
static void from_elsewhere(void)
{
	CUDA_EXTERNAL_MEMORY_HANDLE_DESC outside = {0};
	CUexternalMemory external = NULL;
	CUipcMemHandle handle;
	CUdeviceptr address = 0;

	memset(&handle, 0x5a, sizeof(handle));
	start();
	TRACED(cuIpcOpenMemHandle_v2, (&address, handle, 1), CUDA_ERROR_INVALID_VALUE,
	       p->pdptr == &address && p->Flags == 1 &&
		       !memcmp(&p->handle, &handle, sizeof(handle)));
	TRACED(cuIpcCloseMemHandle, (12345), CUDA_ERROR_INVALID_VALUE, p->dptr == 12345);
	TRACED(cuImportExternalMemory, (&external, &outside), CUDA_ERROR_INVALID_VALUE,
	       p->extMem_out == &external && p->memHandleDesc == &outside);
	TRACED(cuMulticastUnbind, (1, 0, 2, 3), CUDA_ERROR_INVALID_VALUE,
	       p->mcHandle == 1 && p->mcOffset == 2 && p->size == 3);
}

static struct row {
	const char *name;
	void (*body)(void);
} rows[] = {
	{"linear, pitched and managed memory", linear},
	{"stream-ordered memory and pools", ordered_and_pools},
	{"virtual memory", virtual},
	{"host memory", host},
	{"arrays, textures and surfaces", arrays_and_textures},
	{"contexts", contexts},
	{"a call without arguments", without_arguments},
	{"modules, libraries, events and launches", programs_and_launches},
	{"graphs", graphs},
	{"IPC, external memory and multicast", from_elsewhere},
};

static void runs(void **state)
{
	const struct row *row = *state;

	assert_int_equal(in_child(NULL, row->body, NULL, 0), 0);
}

int main(void)
{
	struct CMUnitTest tests[sizeof(rows) / sizeof(rows[0])];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tests[i] = (struct CMUnitTest){rows[i].name, runs, NULL, NULL, &rows[i]};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
