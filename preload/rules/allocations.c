/* What the calls for linear, host, array and address memory mean. */
#include "config.h"

#include "ledger/arrays.h"
#include "preload/driver/array_bytes.h"
#include "preload/recorder/array_rule.h"
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
#define FLAT(given)                                                                                \
	((CUDA_ARRAY3D_DESCRIPTOR){.Width = (given)->Width,                                        \
				   .Height = (given)->Height,                                      \
				   .Format = (given)->Format,                                      \
				   .NumChannels = (given)->NumChannels})
#define SOLID(given)                                                                               \
	((CUDA_ARRAY3D_DESCRIPTOR){.Width = (given)->Width,                                        \
				   .Height = (given)->Height,                                      \
				   .Depth = (given)->Depth,                                        \
				   .Format = (given)->Format,                                      \
				   .NumChannels = (given)->NumChannels,                            \
				   .Flags = (given)->Flags})

/* What was made; and before the next account, what it takes of the device. */
static void array_made(struct vt__call *call, struct vt__seen_allocation *seen,
		       const CUDA_ARRAY3D_DESCRIPTOR *shape, unsigned levels)
{
	struct vt__ledger *ledger = call->result == CUDA_SUCCESS ? vt__begin_ledger() : NULL;
	enum vt__due due;

	seen->bytes = vt__mipmap_bytes(shape, levels);
	if (call->result != CUDA_SUCCESS)
		vt__call_first_or_refused(call, seen);
	if (!ledger)
		return;
	due = vt__record_allocation(ledger, call->api, seen, &call->start);
	if (seen->bytes)
		vt__ledger_array(ledger, seen->address,
				 vt__array_takes(call->driver, shape, levels));
	if (due != VT__DUE_NOTHING)
		vt__call_do(due, seen);
}

#define MAKES_ARRAY(symbol, kind_, given, shape_, levels)                                          \
	static bool before_##symbol(struct vt__call *call, const void *arguments)                  \
	{                                                                                          \
		const symbol##_params *p = (const symbol##_params *)arguments;                     \
		CUDA_ARRAY3D_DESCRIPTOR shape = {0};                                               \
                                                                                                   \
		if (!vt__refusal_wanted())                                                         \
			return true;                                                               \
		if (p->given)                                                                      \
			shape = shape_(p->given);                                                  \
		return vt__call_allowed(call, VT_KIND_##kind_, vt__mipmap_bytes(&shape, levels));  \
	}                                                                                          \
	static void after_##symbol(struct vt__call *call, const void *arguments)                   \
	{                                                                                          \
		const symbol##_params *p = (const symbol##_params *)arguments;                     \
		struct vt__seen_allocation seen = {.kind = VT_KIND_##kind_,                        \
						   .device = VT__DEVICE_CURRENT,                   \
						   .injected = call->injected};                    \
		CUDA_ARRAY3D_DESCRIPTOR shape = {0};                                               \
                                                                                                   \
		if (vt__is_worth_recording(call->result) && p->given)                              \
			shape = shape_(p->given);                                                  \
		if (call->result == CUDA_SUCCESS)                                                  \
			seen.address = (uintptr_t)*p->pHandle;                                     \
		array_made(call, &seen, &shape, levels);                                           \
	}                                                                                          \
	VT__RULES(symbol, ARRAY, VT_KIND_##kind_, before_##symbol, after_##symbol)

MAKES_ARRAY(cuArrayCreate, ARRAY, pAllocateArray, FLAT, 1);
MAKES_ARRAY(cuArrayCreate_v2, ARRAY, pAllocateArray, FLAT, 1);
MAKES_ARRAY(cuArray3DCreate, ARRAY, pAllocateArray, SOLID, 1);
MAKES_ARRAY(cuArray3DCreate_v2, ARRAY, pAllocateArray, SOLID, 1);
MAKES_ARRAY(cuMipmappedArrayCreate, MIPMAP, pMipmappedArrayDesc, SOLID, p->numMipmapLevels);

static void array_freed(struct vt__call *call, const void *arguments)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	const bool known = call->kept.freed.known;

	vt__call_freed(call, arguments);
	if (ledger && known)
		vt__ledger_array_ended(ledger, call->kept.freed.address,
				       call->result == CUDA_SUCCESS);
}

static bool freeing_array(struct vt__call *call, uint64_t handle)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	const bool goes_on = vt__call_freeing_handle(call, handle);

	if (ledger && call->kept.freed.known)
		vt__ledger_array_ending(ledger, handle);
	return goes_on;
}

/* The driver follows a handle without a look: a wrong one may end the process there, so that it is
 * written down before. */
#define FREES_ARRAY(symbol, handle)                                                                \
	static bool before_##symbol(struct vt__call *call, const void *arguments)                  \
	{                                                                                          \
		return freeing_array(call,                                                         \
				     (uintptr_t)((const symbol##_params *)arguments)->handle);     \
	}                                                                                          \
	VT__RULES(symbol, ARRAY, -1, before_##symbol, array_freed)

FREES_ARRAY(cuArrayDestroy, hArray);
FREES_ARRAY(cuMipmappedArrayDestroy, hMipmappedArray);

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
