/* Finds the device and the context of an allocation. */
#include "config.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "preload/contexts.h"
#include "preload/place.h"
#include "preload/record.h"
#include "preload/wrapper.h"

/* The device of the thread's last context: cuCtxGetDevice costs more than
 * finding that the context is still the same. */
static VT__THREAD_LOCAL struct {
	CUcontext context;
	uint64_t owner; /* of what is allocated there */
	int32_t device;
	unsigned changes;
} last;

static atomic_uint context_changes = 1;

void vt__place_contexts_changed(void)
{
	atomic_fetch_add_explicit(&context_changes, 1, memory_order_relaxed);
}

static void find_current(const struct vt__driver *driver, struct vt__place *out)
{
	unsigned changes = atomic_load_explicit(&context_changes, memory_order_relaxed);
	CUcontext context = NULL;
	CUdevice device;

	out->device = -1;
	out->context = 0;
	if (!driver->cuCtxGetCurrent || driver->cuCtxGetCurrent(&context) != CUDA_SUCCESS ||
	    !context)
		return;
	out->context = (uintptr_t)context;
	if (last.context != context || last.changes != changes) {
		if (!driver->cuCtxGetDevice || driver->cuCtxGetDevice(&device) != CUDA_SUCCESS)
			return;
		last.context = context;
		last.owner = vt__contexts_owner((uintptr_t)context, device);
		last.device = device;
		last.changes = changes;
	}
	out->context = last.owner;
	out->device = last.device;
}

/* Stream-ordered memory lies on the stream's device, which need not be the
 * thread's; with one device there is nothing to ask. */
static bool has_many_devices(const struct vt__driver *driver)
{
	static atomic_int known;
	int count = atomic_load_explicit(&known, memory_order_relaxed);

	if (count == 0 && driver->cuDeviceGetCount &&
	    driver->cuDeviceGetCount(&count) == CUDA_SUCCESS)
		atomic_store_explicit(&known, count, memory_order_relaxed);
	return count != 1;
}

static bool lies_in_host_memory(enum vt_kind kind)
{
	return kind == VT_KIND_PINNED || kind == VT_KIND_POOL_HOST || kind == VT_KIND_VMM_HOST;
}

void vt__place_find(int32_t wanted, enum vt_kind kind, uint64_t address, struct vt__place *out)
{
	const struct vt__driver *driver = vt__driver();
	int ordinal;

	find_current(driver, out);
	if (wanted != VT__DEVICE_CURRENT) {
		out->device = wanted;
		return;
	}
	if (lies_in_host_memory(kind) || kind == VT_KIND_RESERVATION) {
		out->device = VT__DEVICE_NONE;
		return;
	}
	if (!address || kind == VT_KIND_ARRAY || kind == VT_KIND_MIPMAP)
		return;
	if (out->device >= 0 && !(kind == VT_KIND_STREAM_ORDERED && has_many_devices(driver)))
		return;
	if (driver->cuPointerGetAttribute &&
	    driver->cuPointerGetAttribute(&ordinal, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL,
					  (CUdeviceptr)address) == CUDA_SUCCESS)
		out->device = ordinal;
}

static __attribute__((noinline)) void describe(struct vt__ledger *ledger, int32_t device)
{
	const struct vt__driver *driver = vt__driver();
	char name[256] = "";
	CUuuid uuid;
	size_t total = 0;
	bool has_uuid = false;

	memset(&uuid, 0, sizeof(uuid));
	if (driver->cuDeviceGetName)
		driver->cuDeviceGetName(name, sizeof(name) - 1, device);
	if (driver->cuDeviceGetUuid_v2)
		has_uuid = driver->cuDeviceGetUuid_v2(&uuid, device) == CUDA_SUCCESS;
	if (!has_uuid && driver->cuDeviceGetUuid)
		driver->cuDeviceGetUuid(&uuid, device);
	if (driver->cuDeviceTotalMem_v2)
		driver->cuDeviceTotalMem_v2(&total, device);
	vt__ledger_describe_device(ledger, device, name, (const uint8_t *)uuid.bytes, total);
}

void vt__place_describe(struct vt__ledger *ledger, int32_t device)
{
	if (device >= 0 && !vt__ledger_knows_device(ledger, device))
		describe(ledger, device);
}
