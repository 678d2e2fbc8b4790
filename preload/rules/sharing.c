/* What the calls mean that give memory to other processes: the handle is noted. */
#include "config.h"

#include <errno.h>

#include "preload/recorder/process.h"
#include "preload/rules/sharing.h"

struct sharing {
	struct vt__ledger *ledger;
	struct vt__sharing told;
};

static void enter(const struct vt__stack *stack, void *closure)
{
	const struct sharing *it = closure;

	vt__ledger_share(it->ledger, &it->told, stack);
}

void vt__shared(const struct vt__call *call, enum vt_sharing_how how, enum vt_sharing what,
		const void *handle, CUdeviceptr address)
{
	const struct vt__driver *driver = call->driver;
	struct sharing it = {
		.ledger = vt__process_ledger_if_any(),
		.told = {how, what, handle, address, 0, call->api->name},
	};
	CUdeviceptr base;
	size_t bytes;
	int saved = errno;

	if (!it.ledger)
		return;
	if (driver->cuMemGetAddressRange_v2 &&
	    driver->cuMemGetAddressRange_v2(&base, &bytes, address) == CUDA_SUCCESS) {
		it.told.bytes = bytes;
		if (how == VT_SHARING_EXPORTED)
			it.told.address = base;
	}
	vt__record_with_stack(&call->start, enter, &it);
	errno = saved;
}

void vt__shared_physical(const struct vt__call *call, enum vt_sharing_how how, enum vt_sharing what,
			 const void *handle, uint64_t number)
{
	static const uint8_t none[VT_FORMAT_HANDLE_BYTES];
	struct sharing it = {
		.ledger = vt__process_ledger_if_any(),
		.told = {how, what, handle ? handle : none, number, 0, call->api->name},
	};
	int saved = errno;

	if (it.ledger)
		vt__record_with_stack(&call->start, enter, &it);
	errno = saved;
}

static void after_export(struct vt__call *call, const void *arguments)
{
	const cuIpcGetMemHandle_params *p = (const cuIpcGetMemHandle_params *)arguments;

	if (call->result == CUDA_SUCCESS)
		vt__shared(call, VT_SHARING_EXPORTED, VT_SHARING_IPC, p->pHandle, p->dptr);
}

static void after_export_pointer(struct vt__call *call, const void *arguments)
{
	const cuMemPoolExportPointer_params *p = (const cuMemPoolExportPointer_params *)arguments;

	if (call->result == CUDA_SUCCESS)
		vt__shared(call, VT_SHARING_EXPORTED, VT_SHARING_POOL_POINTER, p->shareData_out,
			   p->ptr);
}

static void after_export_physical(struct vt__call *call, const void *arguments)
{
	const cuMemExportToShareableHandle_params *p =
		(const cuMemExportToShareableHandle_params *)arguments;

	if (call->result == CUDA_SUCCESS && p->handleType == CU_MEM_HANDLE_TYPE_FABRIC)
		vt__shared_physical(call, VT_SHARING_EXPORTED, VT_SHARING_FABRIC,
				    p->shareableHandle, vt__vmm_number(p->handle));
}

_Static_assert(sizeof(CUmemFabricHandle) == VT_FORMAT_HANDLE_BYTES, "a handle's bytes");
_Static_assert(sizeof(CUipcMemHandle) == VT_FORMAT_HANDLE_BYTES, "a handle's bytes");
_Static_assert(sizeof(CUmemPoolPtrExportData) == VT_FORMAT_HANDLE_BYTES, "a handle's bytes");

VT__RULES(cuIpcGetMemHandle, DEVICE, -1, NULL, after_export);
VT__RULES(cuMemExportToShareableHandle, VMM, -1, NULL, after_export_physical);
VT__RULES(cuMemPoolExportPointer, DEVICE, -1, NULL, after_export_pointer);
