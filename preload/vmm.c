/* Physical memory (cuMemCreate) from its handle to its last mapping. */
#include "config.h"

#include "preload/process.h"
#include "preload/record.h"
#include "preload/vmm_table.h"
#include "preload/wrapper.h"

static void lose(enum vt_loss loss)
{
	struct vt__ledger *ledger = vt__process_ledger();

	if (ledger)
		vt__ledger_lose(ledger, loss);
}

/* Enters the object behind a new handle. */
static void record_object(const struct vt__api *api, const CUmemGenericAllocationHandle *handle,
			  struct vt__seen_allocation *seen, CUresult result,
			  const struct vt__unwind_start *start)
{
	if (result == CUDA_SUCCESS) {
		seen->address = vt__vmm_add(*handle);
		if (!seen->address) {
			lose(VT_LOSS_ALLOCATIONS);
			return;
		}
	}
	vt__record_allocation(api, seen, result, start);
}

/* The object that nothing refers to any more leaves the ledger. */
static void record_end(const struct vt__api *api, uint64_t object,
		       const struct vt__unwind_start *start)
{
	struct vt__seen_free seen;

	vt__record_freeing(api, object, &seen);
	vt__record_freed(api, &seen, CUDA_SUCCESS, start);
}

VT__WRAPPER cuMemCreate(CUmemGenericAllocationHandle *handle, size_t bytes,
			const CUmemAllocationProp *properties, unsigned long long flags)
{
	static const struct vt__api api = {"cuMemCreate", VT__SPACE_VMM, VT_KIND_VMM};
	const struct vt__driver *driver = vt__driver();
	struct vt__unwind_start start = VT__UNWIND_HERE();
	CUresult result;

	if (!driver || !driver->cuMemCreate)
		return VT__NO_DRIVER;
	if (!vt__wrapper_begin()) {
		result = driver->cuMemCreate(handle, bytes, properties, flags);
	} else {
		struct vt__seen_allocation seen = {.bytes = bytes};

		result = driver->cuMemCreate(handle, bytes, properties, flags);
		if (vt__is_worth_recording(result)) {
			bool device = properties->location.type == CU_MEM_LOCATION_TYPE_DEVICE;

			seen.kind = device ? VT_KIND_VMM : VT_KIND_VMM_HOST;
			seen.device = device ? properties->location.id : VT__DEVICE_NONE;
			record_object(&api, handle, &seen, result, &start);
		}
	}
	vt__wrapper_end();
	return result;
}

/* Another process's memory: counted, with no bytes of our own. */
VT__WRAPPER cuMemImportFromShareableHandle(CUmemGenericAllocationHandle *handle, void *exported,
					   CUmemAllocationHandleType type)
{
	static const struct vt__api api = {"cuMemImportFromShareableHandle", VT__SPACE_VMM,
					   VT_KIND_VMM_IMPORTED};
	const struct vt__driver *driver = vt__driver();
	struct vt__unwind_start start = VT__UNWIND_HERE();
	CUresult result;

	if (!driver || !driver->cuMemImportFromShareableHandle)
		return VT__NO_DRIVER;
	if (!vt__wrapper_begin()) {
		result = driver->cuMemImportFromShareableHandle(handle, exported, type);
	} else {
		struct vt__seen_allocation seen = {.kind = VT_KIND_VMM_IMPORTED,
						   .device = VT__DEVICE_CURRENT};

		result = driver->cuMemImportFromShareableHandle(handle, exported, type);
		if (result == CUDA_SUCCESS)
			record_object(&api, handle, &seen, result, &start);
	}
	vt__wrapper_end();
	return result;
}

/* An object of addresses; the memory bound to it is counted where it was made. */
VT__WRAPPER cuMulticastCreate(CUmemGenericAllocationHandle *handle,
			      const CUmulticastObjectProp *properties)
{
	static const struct vt__api api = {"cuMulticastCreate", VT__SPACE_VMM, VT_KIND_MULTICAST};
	const struct vt__driver *driver = vt__driver();
	struct vt__unwind_start start = VT__UNWIND_HERE();
	CUresult result;

	if (!driver || !driver->cuMulticastCreate)
		return VT__NO_DRIVER;
	if (!vt__wrapper_begin()) {
		result = driver->cuMulticastCreate(handle, properties);
	} else {
		struct vt__seen_allocation seen = {.kind = VT_KIND_MULTICAST,
						   .device = VT__DEVICE_NONE};

		result = driver->cuMulticastCreate(handle, properties);
		if (result == CUDA_SUCCESS)
			record_object(&api, handle, &seen, result, &start);
	}
	vt__wrapper_end();
	return result;
}

VT__WRAPPER cuMemRetainAllocationHandle(CUmemGenericAllocationHandle *handle, void *address)
{
	const struct vt__driver *driver = vt__driver();
	CUresult result;

	if (!driver || !driver->cuMemRetainAllocationHandle)
		return VT__NO_DRIVER;
	result = driver->cuMemRetainAllocationHandle(handle, address);
	if (result == CUDA_SUCCESS)
		vt__vmm_retain(*handle, (uintptr_t)address);
	return result;
}

VT__WRAPPER cuMemMap(CUdeviceptr address, size_t bytes, size_t offset,
		     CUmemGenericAllocationHandle handle, unsigned long long flags)
{
	const struct vt__driver *driver = vt__driver();
	CUresult result;

	if (!driver || !driver->cuMemMap)
		return VT__NO_DRIVER;
	result = driver->cuMemMap(address, bytes, offset, handle, flags);
	if (result == CUDA_SUCCESS && !vt__vmm_map(handle, address, bytes))
		lose(VT_LOSS_MAPPINGS);
	return result;
}

VT__WRAPPER cuMemUnmap(CUdeviceptr address, size_t bytes)
{
	static const struct vt__api api = {"cuMemUnmap", VT__SPACE_VMM, -1};
	const struct vt__driver *driver = vt__driver();
	struct vt__unwind_start start = VT__UNWIND_HERE();
	CUresult result;
	uint64_t object;

	if (!driver || !driver->cuMemUnmap)
		return VT__NO_DRIVER;
	vt__wrapper_begin();
	vt__vmm_mark(address, bytes);
	result = driver->cuMemUnmap(address, bytes);
	if (result == CUDA_SUCCESS || vt__is_late(result))
		while ((object = vt__vmm_take_ended(address, bytes)) != 0)
			record_end(&api, object, &start);
	else
		vt__vmm_unmark(address, bytes);
	vt__wrapper_end();
	return result;
}

VT__WRAPPER cuMemRelease(CUmemGenericAllocationHandle handle)
{
	static const struct vt__api api = {"cuMemRelease", VT__SPACE_VMM, -1};
	const struct vt__driver *driver = vt__driver();
	struct vt__unwind_start start = VT__UNWIND_HERE();
	struct vt__vmm_release release;
	CUresult result;

	if (!driver || !driver->cuMemRelease)
		return VT__NO_DRIVER;
	vt__wrapper_begin();
	release = vt__vmm_release(handle);
	result = driver->cuMemRelease(handle);
	if (result == CUDA_SUCCESS || vt__is_late(result)) {
		vt__vmm_released(&release);
		if (release.ended)
			record_end(&api, release.object, &start);
	} else {
		vt__vmm_unrelease(handle, &release);
		vt__record_refused(&api, release.object ? release.object : handle, result, &start);
	}
	vt__wrapper_end();
	return result;
}
