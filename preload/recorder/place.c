/* Finds the device and the context of an allocation. */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/attributes.h"
#include "recording/kinds.h"
#include "unwind/own_stack.h"
#include "preload/recorder/context_table.h"
#include "preload/recorder/place.h"
#include "preload/driver/driver.h"
#include "preload/base/attributes.h"

/* The device of the thread's last context: cuCtxGetDevice costs more than
 * finding that the context is still the same. */
static VT__THREAD_LOCAL struct {
	CUcontext context;
	uint64_t owner; /* of what is allocated there */
	int32_t device;
	unsigned changes;
} last;

static atomic_uint context_changes = 1;

/* No order: a context that another thread made or ended comes to this one by the program's own
 * order, and the change with it. */
void vt__place_contexts_changed(void)
{
	atomic_fetch_add_explicit(&context_changes, 1, memory_order_relaxed);
}

static void find_current(const struct vt__driver *driver, struct vt__place *out)
{
	unsigned changes = atomic_load_explicit(&context_changes, memory_order_relaxed);
	CUcontext context = NULL;
	CUdevice device;
	uint64_t owner;

	out->device = -1;
	out->context = 0;
	if (!driver->cuCtxGetCurrent || driver->cuCtxGetCurrent(&context) != CUDA_SUCCESS ||
	    !context)
		return;
	out->context = (uintptr_t)context;
	if (last.context != context || last.changes != changes) {
		if (!driver->cuCtxGetDevice || driver->cuCtxGetDevice(&device) != CUDA_SUCCESS)
			return;
		owner = vt__contexts_owner((uintptr_t)context, device);
		/* in one go: a signal handler may come here too */
		last.context = context;
		last.owner = owner;
		last.device = device;
		last.changes = changes;
	}
	out->context = last.owner;
	out->device = last.device;
}

/* Stream-ordered memory lies on the stream's device, which need not be the
 * thread's; with one device there is nothing to ask. */
static VT__READ_OFTEN atomic_int known_devices;

static VT__SELDOM bool finds_one_device(void)
{
	const struct vt__driver *driver = vt__driver();
	int saved = errno, count = 0;

	if (driver->cuDeviceGetCount && driver->cuDeviceGetCount(&count) == CUDA_SUCCESS)
		atomic_store_explicit(&known_devices, count, memory_order_relaxed);
	errno = saved;
	return count == 1;
}

static inline bool has_one_device(void)
{
	const int count = atomic_load_explicit(&known_devices, memory_order_relaxed);

	return VT__LIKELY(count == 1) || (count == 0 && finds_one_device());
}

static bool lies_on_no_device(enum vt_kind kind)
{
	return kind == VT_KIND_PINNED || kind == VT_KIND_POOL_HOST || kind == VT_KIND_VMM_HOST ||
	       kind == VT_KIND_RESERVATION;
}

static void find_by_address(uint64_t address, struct vt__place *out)
{
	const struct vt__driver *driver = vt__driver();
	int ordinal;

	if (driver->cuPointerGetAttribute &&
	    driver->cuPointerGetAttribute(&ordinal, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL,
					  (CUdeviceptr)address) == CUDA_SUCCESS)
		out->device = ordinal;
}

/* Memory that may be on another device than the thread's: ask by its address. */
static VT__APART struct vt__place find(int32_t wanted, enum vt_kind kind, uint64_t address)
{
	struct vt__place place = {.device = wanted}, *out = &place;
	int saved = errno;

	if (wanted == VT__DEVICE_CURRENT && kind == VT_KIND_STREAM_ORDERED && address)
		find_by_address(address, out);
	if (out->device == VT__DEVICE_CURRENT || vt__kind_dies_with_context(kind))
		find_current(vt__driver(), out);
	if (wanted != VT__DEVICE_CURRENT)
		out->device = wanted;
	else if (out->device < 0 && address && kind != VT_KIND_ARRAY && kind != VT_KIND_MIPMAP)
		find_by_address(address, out);
	if (!vt__kind_dies_with_context(kind))
		out->context = 0;
	errno = saved;
	return place;
}

struct vt__place vt__place_find(int32_t wanted, enum vt_kind kind, uint64_t address)
{
	if (VT__LIKELY(wanted == VT__DEVICE_CURRENT)) {
		if (VT__LIKELY(kind == VT_KIND_STREAM_ORDERED) && VT__LIKELY(has_one_device()))
			return (struct vt__place){.device = 0};
		if (lies_on_no_device(kind))
			wanted = VT__DEVICE_NONE;
	}
	/* The driver's answers cost as much as all else that is recorded. */
	if (VT__LIKELY(wanted != VT__DEVICE_CURRENT) &&
	    VT__LIKELY(!vt__kind_dies_with_context(kind)))
		return (struct vt__place){.device = wanted};
	return find(wanted, kind, address);
}

struct describing {
	struct vt__ledger *ledger;
	int32_t device;
};

static void describe(void *closure)
{
	const struct describing *it = closure;
	const struct vt__driver *driver = vt__driver();
	int32_t device = it->device;
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
	vt__ledger_describe_device(it->ledger, device, name, (const uint8_t *)uuid.bytes, total);
}

static VT__APART void describe_on_own_stack(struct vt__ledger *ledger, int32_t device)
{
	struct describing it = {ledger, device};
	int saved = errno;

	vt__own_stack_run(describe, &it);
	errno = saved;
}

void vt__place_describe(struct vt__ledger *ledger, int32_t device)
{
	if (VT__LIKELY(device >= 0) && VT__UNLIKELY(!vt__ledger_knows_device(ledger, device)))
		describe_on_own_stack(ledger, device);
}
