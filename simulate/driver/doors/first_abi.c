/*
 * The interfaces of CUDA before 3.2: sizes and device addresses of 32 bits. They take memory
 * below 4 GiB, and otherwise lead to the present ones.
 */
#include "config.h"

#include <limits.h>

#include "simulate/driver/memory/memory_api.h"

static unsigned int clamp(size_t value)
{
	return value > UINT_MAX ? UINT_MAX : (unsigned int)value;
}

CUresult cuMemAlloc(CUdeviceptr_v1 *dptr, unsigned int bytesize)
{
	const struct vt__region wanted = {
		.kind = VT_REGION_DEVICE, .space = VT_SPACE_LOW, .size = bytesize};
	CUdeviceptr address;
	CUresult result;

	if (!dptr || !bytesize)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__memory_create(&wanted, &address);
	if (result == CUDA_SUCCESS)
		*dptr = (CUdeviceptr_v1)address;
	return result;
}

CUresult cuMemAllocPitch(CUdeviceptr_v1 *dptr, unsigned int *pPitch, unsigned int WidthInBytes,
			 unsigned int Height, unsigned int ElementSizeBytes)
{
	struct vt__region wanted = {.kind = VT_REGION_DEVICE, .space = VT_SPACE_LOW};
	CUdeviceptr address;
	size_t pitch;
	CUresult result;

	if (!dptr || !pPitch)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__pitched_size(WidthInBytes, Height, ElementSizeBytes, &pitch, &wanted.size);
	if (result == CUDA_SUCCESS)
		result = vt__memory_create(&wanted, &address);
	if (result == CUDA_SUCCESS) {
		*dptr = (CUdeviceptr_v1)address;
		*pPitch = (unsigned int)pitch;
	}
	return result;
}

CUresult cuMemFree(CUdeviceptr_v1 dptr)
{
	return cuMemFree_v2(dptr);
}

CUresult cuMemAllocHost(void **pp, unsigned int bytesize)
{
	return cuMemAllocHost_v2(pp, bytesize);
}

/* What does not fit into 32 bits is shown as the largest number that does. */
CUresult cuMemGetInfo(unsigned int *free, unsigned int *total)
{
	size_t wide_free, wide_total;
	CUresult result;

	if (!free || !total)
		return CUDA_ERROR_INVALID_VALUE;
	result = cuMemGetInfo_v2(&wide_free, &wide_total);
	if (result == CUDA_SUCCESS) {
		*free = clamp(wide_free);
		*total = clamp(wide_total);
	}
	return result;
}

CUresult cuDeviceTotalMem(unsigned int *bytes, CUdevice dev)
{
	size_t wide;
	CUresult result;

	if (!bytes)
		return CUDA_ERROR_INVALID_VALUE;
	result = cuDeviceTotalMem_v2(&wide, dev);
	if (result == CUDA_SUCCESS)
		*bytes = clamp(wide);
	return result;
}

CUresult cuMemGetAddressRange(CUdeviceptr_v1 *pbase, unsigned int *psize, CUdeviceptr_v1 dptr)
{
	CUdeviceptr base;
	size_t size;
	CUresult result = cuMemGetAddressRange_v2(&base, &size, dptr);

	if (result != CUDA_SUCCESS)
		return result;
	if (pbase)
		*pbase = (CUdeviceptr_v1)base;
	if (psize)
		*psize = (unsigned int)size;
	return CUDA_SUCCESS;
}

CUresult cuMemHostGetDevicePointer(CUdeviceptr_v1 *pdptr, void *p, unsigned int Flags)
{
	CUdeviceptr address;
	CUresult result;

	if (!pdptr)
		return CUDA_ERROR_INVALID_VALUE;
	result = cuMemHostGetDevicePointer_v2(&address, p, Flags);
	if (result != CUDA_SUCCESS)
		return result;
	if (address > UINT_MAX)
		return CUDA_ERROR_NOT_SUPPORTED;
	*pdptr = (CUdeviceptr_v1)address;
	return CUDA_SUCCESS;
}

CUresult cuArray3DCreate(CUarray *pHandle, const CUDA_ARRAY3D_DESCRIPTOR_v1 *pAllocateArray)
{
	CUDA_ARRAY3D_DESCRIPTOR wide;

	if (!pAllocateArray)
		return CUDA_ERROR_INVALID_VALUE;
	wide = (CUDA_ARRAY3D_DESCRIPTOR){
		.Width = pAllocateArray->Width,
		.Height = pAllocateArray->Height,
		.Depth = pAllocateArray->Depth,
		.Format = pAllocateArray->Format,
		.NumChannels = pAllocateArray->NumChannels,
		.Flags = pAllocateArray->Flags,
	};
	return cuArray3DCreate_v2(pHandle, &wide);
}

CUresult cuArrayCreate(CUarray *pHandle, const CUDA_ARRAY_DESCRIPTOR_v1 *pAllocateArray)
{
	CUDA_ARRAY_DESCRIPTOR wide;

	if (!pAllocateArray)
		return CUDA_ERROR_INVALID_VALUE;
	wide = (CUDA_ARRAY_DESCRIPTOR){
		.Width = pAllocateArray->Width,
		.Height = pAllocateArray->Height,
		.Format = pAllocateArray->Format,
		.NumChannels = pAllocateArray->NumChannels,
	};
	return cuArrayCreate_v2(pHandle, &wide);
}

CUresult cuMemcpyHtoD(CUdeviceptr_v1 dstDevice, const void *srcHost, unsigned int ByteCount)
{
	return cuMemcpyHtoD_v2(dstDevice, srcHost, ByteCount);
}

CUresult cuMemcpyDtoH(void *dstHost, CUdeviceptr_v1 srcDevice, unsigned int ByteCount)
{
	return cuMemcpyDtoH_v2(dstHost, srcDevice, ByteCount);
}

CUresult cuMemcpyDtoD(CUdeviceptr_v1 dstDevice, CUdeviceptr_v1 srcDevice, unsigned int ByteCount)
{
	return cuMemcpyDtoD_v2(dstDevice, srcDevice, ByteCount);
}

CUresult cuMemsetD8(CUdeviceptr_v1 dstDevice, unsigned char uc, unsigned int N)
{
	return cuMemsetD8_v2(dstDevice, uc, N);
}

CUresult cuMemsetD16(CUdeviceptr_v1 dstDevice, unsigned short us, unsigned int N)
{
	return cuMemsetD16_v2(dstDevice, us, N);
}

CUresult cuMemsetD32(CUdeviceptr_v1 dstDevice, unsigned int ui, unsigned int N)
{
	return cuMemsetD32_v2(dstDevice, ui, N);
}
