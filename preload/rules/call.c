/* The parts of rules that most wrapped functions have. */
#include "config.h"

#include "preload/rules/call.h"
#include "preload/recorder/fence.h"
#include "preload/recorder/refusal.h"

bool vt__call_allowed(struct vt__call *call, enum vt_kind kind, uint64_t bytes)
{
	if (!vt__refusal_hits(kind, bytes, &call->start))
		return true;
	call->result = CUDA_ERROR_OUT_OF_MEMORY;
	call->injected = true;
	return false;
}

bool vt__call_mapped(struct vt__call *call, CUdeviceptr *address, uint64_t bytes)
{
	CUresult result;

	if (!vt__fence_wanted())
		return false;
	result = vt__fence_allocate(call->driver, bytes, address);
	if (result == CUDA_ERROR_NOT_SUPPORTED)
		return false;
	call->result = result;
	return true;
}

uint64_t vt__call_size_at(const struct vt__call *call, CUdeviceptr address)
{
	CUdeviceptr base;
	size_t bytes = 0;

	if (!call->driver->cuMemGetAddressRange_v2 ||
	    call->driver->cuMemGetAddressRange_v2(&base, &bytes, address) != CUDA_SUCCESS)
		return 0;
	return bytes;
}

int32_t vt__call_device_at(const struct vt__call *call, CUdeviceptr address)
{
	int ordinal = VT__DEVICE_CURRENT;

	if (call->driver->cuPointerGetAttribute)
		call->driver->cuPointerGetAttribute(&ordinal, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL,
						    address);
	return ordinal;
}

void vt__call_intend(struct vt__call *call)
{
	vt__record_intent(call->api, 0, &call->start, &call->kept.freed);
}

bool vt__call_freeing_handle(struct vt__call *call, uint64_t address)
{
	vt__record_freeing(call->api, address, &call->start, &call->kept.freed);
	vt__call_intend(call);
	return true;
}

void vt__call_freed(struct vt__call *call, const void *arguments)
{
	(void)arguments;
	vt__record_freed(call->api, &call->kept.freed, call->result, &call->start);
}
