/* What the calls for linear, host, array and address memory mean. */
#include "config.h"

#include "preload/driver/array_bytes.h"
#include "preload/rules/call.h"

/* linear memory */
VT__RULES_ALLOCATES(cuMemAlloc, DEVICE, LINEAR, *p->dptr, p->bytesize, p->bytesize);

static bool before_linear(struct vt__call *call, const void *arguments)
{
	const cuMemAlloc_v2_params *p = (const cuMemAlloc_v2_params *)arguments;

	return (!vt__refusal_wanted() || vt__call_allowed(call, VT_KIND_LINEAR, p->bytesize)) &&
	       !vt__call_mapped(call, p->dptr, p->bytesize);
}
VT__AFTER_ALLOCATES(cuMemAlloc_v2, LINEAR, *p->dptr, p->bytesize, p->bytesize)
VT__RULES(cuMemAlloc_v2, DEVICE, VT_KIND_LINEAR, before_linear, after_cuMemAlloc_v2);

VT__RULES_ALLOCATES(cuMemAllocPitch, DEVICE, PITCHED, *p->dptr,
		    (uint64_t)p->WidthInBytes * p->Height, (uint64_t)*p->pPitch * p->Height);
VT__RULES_ALLOCATES(cuMemAllocPitch_v2, DEVICE, PITCHED, *p->dptr,
		    (uint64_t)p->WidthInBytes * p->Height, (uint64_t)*p->pPitch * p->Height);
VT__RULES_ALLOCATES(cuMemAllocManaged, DEVICE, MANAGED, *p->dptr, p->bytesize, p->bytesize);
VT__RULES_FREES(cuMemFree, DEVICE, p->dptr);
VT__RULES_FREES(cuMemFree_v2, DEVICE, p->dptr);

/* page-locked host memory */
VT__RULES_ALLOCATES(cuMemAllocHost, HOST, PINNED, (uintptr_t)*p->pp, p->bytesize, p->bytesize);
VT__RULES_ALLOCATES(cuMemAllocHost_v2, HOST, PINNED, (uintptr_t)*p->pp, p->bytesize, p->bytesize);
VT__RULES_ALLOCATES(cuMemHostAlloc, HOST, PINNED, (uintptr_t)*p->pp, p->bytesize, p->bytesize);
VT__RULES_FREES(cuMemFreeHost, HOST, (uintptr_t)p->p);
VT__RULES_ALLOCATES(cuMemHostRegister, REGISTERED, REGISTERED, (uintptr_t)p->p, p->bytesize,
		    p->bytesize);
VT__RULES_ALLOCATES(cuMemHostRegister_v2, REGISTERED, REGISTERED, (uintptr_t)p->p, p->bytesize,
		    p->bytesize);
VT__RULES_FREES(cuMemHostUnregister, REGISTERED, (uintptr_t)p->p);

/* arrays: handles, not addresses. A shape may be NULL before the driver has
 * looked at it. */
#define ARRAY_BYTES(shape, depth, flags)                                                           \
	((shape) ? vt__array_bytes((shape)->Format, (shape)->NumChannels, (shape)->Width,          \
				   (shape)->Height, depth, flags)                                  \
		 : 0)
#define FLAT(shape) ARRAY_BYTES(shape, 1, 0)
#define SOLID(shape) ARRAY_BYTES(shape, (shape)->Depth, (shape)->Flags)
#define LEVELS(shape, levels) ((shape) ? vt__mipmap_bytes(shape, levels) : 0)

VT__RULES_ALLOCATES(cuArrayCreate, ARRAY, ARRAY, (uintptr_t)*p->pHandle, FLAT(p->pAllocateArray),
		    FLAT(p->pAllocateArray));
VT__RULES_ALLOCATES(cuArrayCreate_v2, ARRAY, ARRAY, (uintptr_t)*p->pHandle, FLAT(p->pAllocateArray),
		    FLAT(p->pAllocateArray));
VT__RULES_ALLOCATES(cuArray3DCreate, ARRAY, ARRAY, (uintptr_t)*p->pHandle, SOLID(p->pAllocateArray),
		    SOLID(p->pAllocateArray));
VT__RULES_ALLOCATES(cuArray3DCreate_v2, ARRAY, ARRAY, (uintptr_t)*p->pHandle,
		    SOLID(p->pAllocateArray), SOLID(p->pAllocateArray));
VT__RULES_ALLOCATES(cuMipmappedArrayCreate, ARRAY, MIPMAP, (uintptr_t)*p->pHandle,
		    LEVELS(p->pMipmappedArrayDesc, p->numMipmapLevels),
		    LEVELS(p->pMipmappedArrayDesc, p->numMipmapLevels));
VT__RULES_FREES_HANDLE(cuArrayDestroy, ARRAY, (uintptr_t)p->hArray);
VT__RULES_FREES_HANDLE(cuMipmappedArrayDestroy, ARRAY, (uintptr_t)p->hMipmappedArray);

/* address space without memory */
VT__RULES_ALLOCATES(cuMemAddressReserve, RANGE, RESERVATION, *p->ptr, p->size, p->size);
VT__RULES_FREES(cuMemAddressFree, RANGE, p->ptr);

/* How much there is: no more than the limit that was asked for. A driver may
 * take NULL for what the program does not want to know. */
#define CAPS_INFO(symbol)                                                                          \
	static void after_##symbol(struct vt__call *call, const void *arguments)                   \
	{                                                                                          \
		const symbol##_params *p = (const symbol##_params *)arguments;                     \
		uint64_t left = UINT64_MAX, all = UINT64_MAX;                                      \
                                                                                                   \
		if (call->result != CUDA_SUCCESS)                                                  \
			vt__call_failed(call);                                                     \
		if (call->result != CUDA_SUCCESS || !vt__refusal_wanted())                         \
			return;                                                                    \
		if (p->free)                                                                       \
			left = *p->free;                                                           \
		if (p->total)                                                                      \
			all = *p->total;                                                           \
		vt__refusal_cap(&left, &all);                                                      \
		if (p->free)                                                                       \
			*p->free = (__typeof__(*p->free))left;                                     \
		if (p->total)                                                                      \
			*p->total = (__typeof__(*p->total))all;                                    \
	}                                                                                          \
	VT__RULES(symbol, DEVICE, -1, NULL, after_##symbol)

CAPS_INFO(cuMemGetInfo);
CAPS_INFO(cuMemGetInfo_v2);
