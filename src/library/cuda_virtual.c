/*
 * Virtual memory management, which only the driver has. Its functions come from
 * the runtime, so that nothing links to libcuda.
 */
#include "config.h"

#include "library/cuda_private.h"
#include "library/cuda_releases.h"
#include "library/error.h"

#include <cuda.h>
#include <cuda_runtime_api.h>
#include <string.h>

/* Driver functions with the ABI of this release: all are of CUDA 10.2 and unchanged since. */
#define ABI_VERSION 10020

#define DRIVER_FUNCTIONS(FUNCTION)                                                                 \
	FUNCTION(cuMemAddressReserve)                                                              \
	FUNCTION(cuMemAddressFree)                                                                 \
	FUNCTION(cuMemGetAllocationGranularity)                                                    \
	FUNCTION(cuMemCreate)                                                                      \
	FUNCTION(cuMemRelease)                                                                     \
	FUNCTION(cuMemMap)                                                                         \
	FUNCTION(cuMemUnmap)                                                                       \
	FUNCTION(cuMemSetAccess)

enum driver_function {
#define FUNCTION(name) name##_NUMBER,
	DRIVER_FUNCTIONS(FUNCTION)
#undef FUNCTION
	FUNCTION_COUNT
};

static const char *const names[FUNCTION_COUNT] = {
#define FUNCTION(name) #name,
	DRIVER_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

static void *entry_points[FUNCTION_COUNT]; /* NULL until asked for; atomic */

/* An address of code, the same whoever finds it: no order. */
static vt_status find(enum driver_function number, void **out)
{
	enum cudaDriverEntryPointQueryResult answer = cudaDriverEntryPointSymbolNotFound;
	void *address = __atomic_load_n(&entry_points[number], __ATOMIC_RELAXED);
	vt_status status;

	if (!address) {
		status = vt__cuda_settle(VT_CUDA_CALL(VT_ENTRY_POINT, VT_FIND_ENTRY_POINT,
						      names[number], &address, ABI_VERSION,
						      cudaEnableDefault, &answer),
					 VT_ENTRY_POINT, "of %s", names[number]);
		if (status != VT_OK)
			return status;
		if (!address || answer != cudaDriverEntryPointSuccess)
			return vt__fail(VT_ERROR_NOT_SUPPORTED, "the CUDA driver has no %s",
					names[number]);
		__atomic_store_n(&entry_points[number], address, __ATOMIC_RELAXED);
	}
	*out = address;
	return VT_OK;
}

/* Points `call` to the driver's function, or returns from the caller with the status. */
#define FIND(call, name)                                                                           \
	do {                                                                                       \
		void *address_ = NULL;                                                             \
		vt_status status_ = find(name##_NUMBER, &address_);                                \
                                                                                                   \
		if (status_ != VT_OK)                                                              \
			return status_;                                                            \
		memcpy(&(call), &address_, sizeof(call));                                          \
	} while (0)

#define TYPE(name) __typeof__(&name)

static CUdeviceptr device_address(const void *address)
{
	return (CUdeviceptr)(uintptr_t)address;
}

static CUmemAllocationProp properties_of(int device)
{
	const CUmemAllocationProp properties = {
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device},
	};

	return properties;
}

vt_status vt__cuda_address_reserve(void **out, size_t bytes, size_t alignment)
{
	TYPE(cuMemAddressReserve) call;
	CUdeviceptr base = 0;
	struct vt__cuda_result result;
	/* Before the first call of the runtime there may be no context, which mapping needs. */
	vt_status status = vt__cuda_free(NULL);

	if (status != VT_OK)
		return status;
	FIND(call, cuMemAddressReserve);
	result = VT_CUDA_CALL("cuMemAddressReserve", call, &base, bytes, alignment, 0, 0);
	if (!result.error)
		*out = (void *)(uintptr_t)base;
	return vt__cuda_settle(result, "cuMemAddressReserve", "of %zu bytes", bytes);
}

vt_status vt__cuda_address_free(void *base, size_t bytes)
{
	TYPE(cuMemAddressFree) call;

	FIND(call, cuMemAddressFree);
	return vt__cuda_settle(VT_CUDA_CALL("cuMemAddressFree", call, device_address(base), bytes),
			       "cuMemAddressFree", "of %zu bytes at %p", bytes, base);
}

vt_status vt__cuda_granularity(size_t *out, int device)
{
	const CUmemAllocationProp properties = properties_of(device);
	TYPE(cuMemGetAllocationGranularity) call;
	size_t granularity = 0;
	struct vt__cuda_result result;

	FIND(call, cuMemGetAllocationGranularity);
	result = VT_CUDA_CALL("cuMemGetAllocationGranularity", call, &granularity, &properties,
			      CU_MEM_ALLOC_GRANULARITY_MINIMUM);
	if (!result.error)
		*out = granularity;
	return vt__cuda_settle(result, "cuMemGetAllocationGranularity", "of device %d", device);
}

vt_status vt__cuda_physical_create(uint64_t *handle, size_t bytes, int device)
{
	const CUmemAllocationProp properties = properties_of(device);
	TYPE(cuMemCreate) call;
	CUmemGenericAllocationHandle made = 0;
	struct vt__cuda_result result;

	FIND(call, cuMemCreate);
	result = VT_CUDA_CALL("cuMemCreate", call, &made, bytes, &properties, 0);
	if (!result.error)
		*handle = made;
	return vt__cuda_settle(result, "cuMemCreate", "of %zu bytes on device %d", bytes, device);
}

vt_status vt__cuda_physical_release(uint64_t handle)
{
	TYPE(cuMemRelease) call;

	FIND(call, cuMemRelease);
	return vt__cuda_settle(VT_CUDA_CALL("cuMemRelease", call, handle), "cuMemRelease",
			       "of %#llx", (unsigned long long)handle);
}

static vt_status set_access(void *address, size_t bytes, int device)
{
	const CUmemAccessDesc access = {
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device},
		.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE,
	};
	TYPE(cuMemSetAccess) call;

	FIND(call, cuMemSetAccess);
	return vt__cuda_settle(
		VT_CUDA_CALL("cuMemSetAccess", call, device_address(address), bytes, &access, 1),
		"cuMemSetAccess", "of %zu bytes at %p", bytes, address);
}

vt_status vt__cuda_map(void *address, size_t bytes, uint64_t handle, int device)
{
	TYPE(cuMemMap) call;
	vt_status status;

	FIND(call, cuMemMap);
	status = vt__cuda_settle(
		VT_CUDA_CALL("cuMemMap", call, device_address(address), bytes, 0, handle, 0),
		"cuMemMap", "of %zu bytes at %p", bytes, address);
	if (status != VT_OK)
		return status;
	status = set_access(address, bytes, device);
	if (status != VT_OK) {
		const vt_error_detail cause = *vt_last_error();

		(void)vt__cuda_unmap(address, bytes);
		vt__fail_restore(&cause);
	}
	return status;
}

vt_status vt__cuda_unmap(void *address, size_t bytes)
{
	TYPE(cuMemUnmap) call;

	FIND(call, cuMemUnmap);
	return vt__cuda_settle(VT_CUDA_CALL("cuMemUnmap", call, device_address(address), bytes),
			       "cuMemUnmap", "of %zu bytes at %p", bytes, address);
}
