/*
 * A driver of a CUDA that is newer than the recorder, as a libcuda.so.1 of its
 * own: cuMemAlloc has one more ABI, cuMemAlloc_v9 of CUDA 13.6, whose arguments
 * are of other kinds and more than registers hold; the ABIs that came with 13.1
 * and 13.4 are there too. Nothing is behind its addresses.
 */
#include <cuda.h>

#include "newer_driver.h"

#undef cuMemAlloc
#undef cuMemFree
#undef cuGetProcAddress

CUresult cuGetProcAddress(const char *name, void **out, int version, cuuint64_t flags);

static uint64_t next_address = 0x700000000000;

CUresult cuInit(unsigned int flags)
{
	return flags == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuDriverGetVersion(int *version)
{
	*version = 13060;
	return CUDA_SUCCESS;
}

CUresult cuDeviceGetCount(int *count)
{
	*count = 1;
	return CUDA_SUCCESS;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device)
{
	*context = (CUcontext)(uintptr_t)0x1000;
	return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

CUresult cuCtxSetCurrent(CUcontext context)
{
	(void)context;
	return CUDA_SUCCESS;
}

CUresult cuCtxGetCurrent(CUcontext *context)
{
	*context = (CUcontext)(uintptr_t)0x1000;
	return CUDA_SUCCESS;
}

CUresult cuCtxGetDevice(CUdevice *device)
{
	*device = 0;
	return CUDA_SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes)
{
	*address = __atomic_fetch_add(&next_address, (bytes + 511) & ~(uint64_t)511,
				      __ATOMIC_RELAXED);
	return CUDA_SUCCESS;
}

CUresult cuMemAlloc_v9(CUdeviceptr *address, size_t bytes, int three, int four, int five, int six,
		       double half, long seven, long eight)
{
	if (three != 3 || four != 4 || five != 5 || six != 6 || half != 0.5 || seven != 7 ||
	    eight != 8)
		return CUDA_ERROR_INVALID_VALUE;
	return cuMemAlloc_v2(address, bytes);
}

CUresult cuMemFree_v2(CUdeviceptr address)
{
	(void)address;
	return CUDA_SUCCESS;
}

CUresult cuMemCreate(CUmemGenericAllocationHandle *handle, size_t bytes,
		     const CUmemAllocationProp *properties, unsigned long long flags)
{
	(void)properties;
	(void)flags;
	return cuMemAlloc_v2((CUdeviceptr *)handle, bytes);
}

CUresult cuMemGetAllocationPropertiesFromHandle(CUmemAllocationProp *properties,
						CUmemGenericAllocationHandle handle)
{
	(void)handle;
	*properties = (CUmemAllocationProp){
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = 0}};
	return CUDA_SUCCESS;
}

CUresult cuMemRelease(CUmemGenericAllocationHandle handle)
{
	(void)handle;
	return CUDA_SUCCESS;
}

CUresult cuMemAddressReserve(CUdeviceptr *address, size_t bytes, size_t alignment,
			     CUdeviceptr wanted, unsigned long long flags)
{
	(void)alignment;
	(void)wanted;
	(void)flags;
	return cuMemAlloc_v2(address, bytes);
}

CUresult cuMemMap(CUdeviceptr address, size_t bytes, size_t offset,
		  CUmemGenericAllocationHandle handle, unsigned long long flags)
{
	(void)address;
	(void)bytes;
	(void)offset;
	(void)handle;
	(void)flags;
	return CUDA_SUCCESS;
}

CUresult cuMemUnmap(CUdeviceptr address, size_t bytes)
{
	(void)address;
	(void)bytes;
	return CUDA_SUCCESS;
}

CUresult cuMulticastCreate(CUmemGenericAllocationHandle *team,
			   const CUmulticastObjectProp *properties)
{
	(void)properties;
	return cuMemAlloc_v2((CUdeviceptr *)team, MIB);
}

CUresult cuMulticastBindMem_v2(CUmemGenericAllocationHandle team, CUdevice device, size_t offset,
			       CUmemGenericAllocationHandle memory, size_t memory_offset,
			       size_t bytes, unsigned long long flags)
{
	(void)team;
	(void)offset;
	(void)memory;
	return device == 0 && memory_offset == 0 && bytes && flags == 0 ? CUDA_SUCCESS
									: CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMulticastBindAddr_v2(CUmemGenericAllocationHandle team, CUdevice device, size_t offset,
				CUdeviceptr memory, size_t bytes, unsigned long long flags)
{
	return cuMulticastBindMem_v2(team, device, offset, memory, 0, bytes, flags);
}

CUresult cuMulticastUnbind(CUmemGenericAllocationHandle team, CUdevice device, size_t offset,
			   size_t bytes)
{
	return cuMulticastBindMem_v2(team, device, offset, 0, 0, bytes, 0);
}

static int capturing;

CUresult cuStreamBeginCaptureToCig(CUstream stream, void *parameters)
{
	(void)stream;
	capturing = 1;
	return parameters == NULL ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuStreamBeginRecaptureToGraph(CUstream stream, CUstreamCaptureMode mode, CUgraph graph,
				       void *callback, void *data)
{
	(void)stream;
	capturing = 1;
	return mode == CU_STREAM_CAPTURE_MODE_RELAXED && !graph && !callback && data
		       ? CUDA_SUCCESS
		       : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuStreamIsCapturing(CUstream stream, CUstreamCaptureStatus *status)
{
	(void)stream;
	*status = capturing ? CU_STREAM_CAPTURE_STATUS_ACTIVE : CU_STREAM_CAPTURE_STATUS_NONE;
	return CUDA_SUCCESS;
}

CUresult cuMemAllocAsync(CUdeviceptr *address, size_t bytes, CUstream stream)
{
	(void)stream;
	return cuMemAlloc_v2(address, bytes);
}

CUresult cuGraphAddNode_v3(CUgraphNode *node, CUgraph graph, const CUgraphNode *dependencies,
			   const CUgraphEdgeData *data, size_t count, CUgraphNodeParams *parameters)
{
	(void)node;
	(void)graph;
	(void)dependencies;
	(void)data;
	(void)count;
	return parameters->type == CU_GRAPH_NODE_TYPE_MEM_ALLOC ? CUDA_ERROR_OUT_OF_MEMORY
								: CUDA_SUCCESS;
}

/* The newest that the version may have first. */
static const struct {
	const char *base;
	int version;
	void *function;
} functions[] = {
	{"cuMemAlloc", 13060, (void *)cuMemAlloc_v9},
	{"cuMemAlloc", 3020, (void *)cuMemAlloc_v2},
	{"cuMemFree", 3020, (void *)cuMemFree_v2},
	{"cuMulticastBindMem", 13010, (void *)cuMulticastBindMem_v2},
	{"cuMulticastBindAddr", 13010, (void *)cuMulticastBindAddr_v2},
	{"cuStreamBeginCaptureToCig", 13020, (void *)cuStreamBeginCaptureToCig},
	{"cuStreamBeginRecaptureToGraph", 13030, (void *)cuStreamBeginRecaptureToGraph},
	{"cuGraphAddNode", 13040, (void *)cuGraphAddNode_v3},
};

CUresult cuGetProcAddress_v2(const char *name, void **out, int version, cuuint64_t flags,
			     CUdriverProcAddressQueryResult *status)
{
	(void)flags;
	*out = NULL;
	for (size_t i = 0; !*out && i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strcmp(functions[i].base, name) == 0 && functions[i].version <= version)
			*out = functions[i].function;
	if (status)
		*status = *out ? CU_GET_PROC_ADDRESS_SUCCESS : CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
	return CUDA_SUCCESS;
}

CUresult cuGetProcAddress(const char *name, void **out, int version, cuuint64_t flags)
{
	return cuGetProcAddress_v2(name, out, version, flags, NULL);
}
