/*
 * Calls into the CUDA runtime, and what its errors mean.
 *
 * The runtime keeps one last error for each thread, which a failing call
 * replaces and only cudaGetLastError() clears. Ours is cleared after a failure,
 * so that the program's next check does not find it. If the program's own error
 * was pending before the call, ours has replaced it; then it is left, so that
 * the program's check still finds that something failed, and the detail names
 * the one that was lost. In all: an error is pending after a call of ours if and
 * only if one was before. Sticky errors nobody can clear.
 */
#include "config.h"

#include "library/cuda_private.h"
#include "library/cuda_releases.h"
#include "library/error.h"

#include <cuda_runtime_api.h>
#include <stdarg.h>
#include <stdio.h>

#define CALL(function, ...) VT_CUDA_CALL(#function, function, __VA_ARGS__)

/* Every error with a meaning of its own; the others are VT_ERROR_CUDA. */
static const struct meaning {
	int error;
	vt_status status;
} meanings[] = {
	{cudaErrorMemoryAllocation, VT_ERROR_OUT_OF_MEMORY},
	{cudaErrorInvalidValue, VT_ERROR_INVALID_ARGUMENT},
	{cudaErrorInvalidHostPointer, VT_ERROR_INVALID_ARGUMENT},
	{cudaErrorInvalidDevicePointer, VT_ERROR_INVALID_ARGUMENT},
	{cudaErrorInvalidMemcpyDirection, VT_ERROR_INVALID_ARGUMENT},
	{cudaErrorInvalidResourceHandle, VT_ERROR_INVALID_ARGUMENT},
	{cudaErrorCudartUnloading, VT_ERROR_SHUTTING_DOWN},
	/* There is no driver, or none that works with this runtime, or no device. */
	{cudaErrorInitializationError, VT_ERROR_NO_DEVICE},
	{cudaErrorStubLibrary, VT_ERROR_NO_DEVICE},
	{cudaErrorInsufficientDriver, VT_ERROR_NO_DEVICE},
	{cudaErrorDevicesUnavailable, VT_ERROR_NO_DEVICE},
	{cudaErrorNoDevice, VT_ERROR_NO_DEVICE},
	{cudaErrorInvalidDevice, VT_ERROR_NO_DEVICE},
	{cudaErrorDeviceNotLicensed, VT_ERROR_NO_DEVICE},
	{cudaErrorSystemNotReady, VT_ERROR_NO_DEVICE},
	{cudaErrorSystemDriverMismatch, VT_ERROR_NO_DEVICE},
	{cudaErrorCompatNotSupportedOnDevice, VT_ERROR_NO_DEVICE},
	{cudaErrorNotYetImplemented, VT_ERROR_NOT_SUPPORTED},
	{cudaErrorCallRequiresNewerDriver, VT_ERROR_NOT_SUPPORTED},
	{cudaErrorNotSupported, VT_ERROR_NOT_SUPPORTED},
	{cudaErrorSymbolNotFound, VT_ERROR_NOT_SUPPORTED},
	/* Sticky: the context is lost, and every later call returns the same. */
	{cudaErrorECCUncorrectable, VT_ERROR_DEVICE_FAULT},
	{cudaErrorNvlinkUncorrectable, VT_ERROR_DEVICE_FAULT},
	{VT__CUDA_ERROR_CONTAINED, VT_ERROR_DEVICE_FAULT},
	{cudaErrorIllegalAddress, VT_ERROR_DEVICE_FAULT},
	{cudaErrorLaunchTimeout, VT_ERROR_DEVICE_FAULT},
	{cudaErrorAssert, VT_ERROR_DEVICE_FAULT},
	{cudaErrorHardwareStackError, VT_ERROR_DEVICE_FAULT},
	{cudaErrorIllegalInstruction, VT_ERROR_DEVICE_FAULT},
	{cudaErrorMisalignedAddress, VT_ERROR_DEVICE_FAULT},
	{cudaErrorInvalidAddressSpace, VT_ERROR_DEVICE_FAULT},
	{cudaErrorInvalidPc, VT_ERROR_DEVICE_FAULT},
	{cudaErrorLaunchFailure, VT_ERROR_DEVICE_FAULT},
	{VT__CUDA_ERROR_TENSOR_MEMORY_LEAK, VT_ERROR_DEVICE_FAULT},
	{cudaErrorMpsClientTerminated, VT_ERROR_DEVICE_FAULT},
	{cudaErrorExternalDevice, VT_ERROR_DEVICE_FAULT},
};

static vt_status status_of(int error)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (meanings[i].error == error)
			return meanings[i].status;
	}
	return VT_ERROR_CUDA;
}

struct vt__cuda_result vt__cuda_before(const char *call)
{
	struct vt__cuda_result result = {0, cudaPeekAtLastError()};

	if (vt__cuda_fault)
		result.error = vt__cuda_fault(call, vt__cuda_fault_closure);
	return result;
}

/* The call's name, what it was asked for, and what CUDA says. */
static vt_status set_detail(struct vt__cuda_result result, const char *call, const char *arguments)
{
	vt_status status = status_of(result.error);
	const char *space = *arguments ? " " : "";
	const char *earlier = status == VT_ERROR_DEVICE_FAULT
				      ? "; an earlier kernel or copy caused it, not this call"
				      : "";

	if (!result.pending)
		return vt__fail_cuda(status, result.error, "%s%s%s: %s (%s)%s", call, space,
				     arguments, cudaGetErrorString((cudaError_t)result.error),
				     cudaGetErrorName((cudaError_t)result.error), earlier);
	return vt__fail_cuda(status, result.error,
			     "%s%s%s: %s (%s)%s; pending before it, unchecked by the program: %s",
			     call, space, arguments, cudaGetErrorString((cudaError_t)result.error),
			     cudaGetErrorName((cudaError_t)result.error), earlier,
			     cudaGetErrorName((cudaError_t)result.pending));
}

vt_status vt__cuda_settle(struct vt__cuda_result result, const char *call, const char *format, ...)
{
	char words[160];
	va_list arguments;

	if (!result.error)
		return VT_OK;
	if (!result.pending)
		(void)cudaGetLastError();
	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	return set_detail(result, call, words);
}

/* ---- Devices --------------------------------------------------------------- */

vt_status vt__cuda_current_device(int *out)
{
	int device = -1;
	struct vt__cuda_result result = CALL(cudaGetDevice, &device);

	if (!result.error)
		*out = device;
	return vt__cuda_settle(result, "cudaGetDevice", "%s", "");
}

vt_status vt__cuda_memory_info(size_t *free_bytes, size_t *total_bytes)
{
	size_t available = 0, total = 0;
	struct vt__cuda_result result = CALL(cudaMemGetInfo, &available, &total);

	if (!result.error) {
		*free_bytes = available;
		*total_bytes = total;
	}
	return vt__cuda_settle(result, "cudaMemGetInfo", "%s", "");
}

int vt__cuda_device_count;

static void count_devices(void)
{
	const vt_error_detail earlier = *vt_last_error();
	int count = 0;

	if (vt__cuda_settle(CALL(cudaGetDeviceCount, &count), "cudaGetDeviceCount", "%s", "") ==
	    VT_OK)
		__atomic_store_n(&vt__cuda_device_count, count, __ATOMIC_RELAXED);
	else
		vt__fail_restore(&earlier);
}

static vt_status ask_current_device(int *out)
{
	vt_status status = VT_OK;

	if (!vt__cuda_direct_current_device(out))
		status = vt__cuda_current_device(out);
	if (status == VT_OK && !vt__cuda_fault &&
	    !__atomic_load_n(&vt__cuda_device_count, __ATOMIC_RELAXED))
		count_devices();
	return status;
}

vt_status vt__cuda_make_current(int device, int *before)
{
	int current = -1;
	vt_status status = ask_current_device(&current);

	if (status == VT_OK && device >= 0 && device != current)
		status = vt__cuda_settle(CALL(cudaSetDevice, device), "cudaSetDevice", "to %d",
					 device);
	if (status == VT_OK)
		*before = current;
	else if (device >= 0)
		vt__fail_on_device(device);
	return status;
}

/* What goes wrong here is met again by the program's own next call. */
void vt__cuda_leave_device(int before)
{
	int current = -1;
	struct vt__cuda_result result = CALL(cudaGetDevice, &current);
	vt_error_detail earlier;

	if (!result.error && current == before)
		return;
	earlier = *vt_last_error();
	(void)vt__cuda_settle(result, "cudaGetDevice", "%s", "");
	(void)vt__cuda_settle(CALL(cudaSetDevice, before), "cudaSetDevice", "to %d", before);
	vt__fail_restore(&earlier);
}

/* ---- Memory ---------------------------------------------------------------- */

vt_status vt__cuda_malloc(void **out, size_t bytes)
{
	void *base = NULL;
	struct vt__cuda_result result = CALL(cudaMalloc, &base, bytes);

	if (!result.error)
		*out = base;
	return vt__cuda_settle(result, "cudaMalloc", "of %zu bytes", bytes);
}

vt_status vt__cuda_free(void *base)
{
	return vt__cuda_settle(CALL(cudaFree, base), "cudaFree", "of %p", base);
}

vt_status vt__cuda_malloc_managed(void **out, size_t bytes)
{
	void *base = NULL;
	struct vt__cuda_result result = CALL(cudaMallocManaged, &base, bytes, cudaMemAttachGlobal);

	if (!result.error)
		*out = base;
	return vt__cuda_settle(result, "cudaMallocManaged", "of %zu bytes", bytes);
}

vt_status vt__cuda_malloc_host(void **out, size_t bytes)
{
	void *base = NULL;
	struct vt__cuda_result result = CALL(cudaHostAlloc, &base, bytes, cudaHostAllocPortable);
	vt_status status = vt__cuda_settle(result, "cudaHostAlloc", "of %zu bytes", bytes);

	if (status == VT_OK)
		*out = base;
	if (status != VT_ERROR_OUT_OF_MEMORY)
		return status;
	/* CUDA has one error for both memories. */
	return vt__fail_cuda(VT_ERROR_OUT_OF_HOST_MEMORY, result.error, "%s", vt_last_error_text());
}

vt_status vt__cuda_free_host(void *base)
{
	return vt__cuda_settle(CALL(cudaFreeHost, base), "cudaFreeHost", "of %p", base);
}

/* ---- Pools ----------------------------------------------------------------- */

vt_status vt__cuda_pool_create(void **pool, int device, size_t most_bytes)
{
	struct cudaMemPoolProps properties = {
		.allocType = cudaMemAllocationTypePinned,
		.location = {.type = cudaMemLocationTypeDevice, .id = device},
	};
	cudaMemPool_t made = NULL;
	struct vt__cuda_result result;

	VT_CAP_POOL(properties, most_bytes);
	result = CALL(cudaMemPoolCreate, &made, &properties);
	if (!result.error)
		*pool = made;
	return vt__cuda_settle(result, "cudaMemPoolCreate", "on device %d", device);
}

vt_status vt__cuda_pool_set_release_threshold(void *pool, uint64_t bytes)
{
	struct vt__cuda_result result = CALL(cudaMemPoolSetAttribute, pool,
					     cudaMemPoolAttrReleaseThreshold, &bytes);

	return vt__cuda_settle(result, "cudaMemPoolSetAttribute", "%s",
			       "cudaMemPoolAttrReleaseThreshold");
}

vt_status vt__cuda_pool_destroy(void *pool)
{
	return vt__cuda_settle(CALL(cudaMemPoolDestroy, pool), "cudaMemPoolDestroy", "of %p", pool);
}

vt_status vt__cuda_runtime_malloc_from_pool(void **out, size_t bytes, void *pool, vt_stream stream)
{
	void *base = NULL;
	struct vt__cuda_result result = CALL(cudaMallocFromPoolAsync, &base, bytes, pool, stream);

	if (!result.error)
		*out = base;
	return vt__cuda_settle(result, "cudaMallocFromPoolAsync", "of %zu bytes", bytes);
}

vt_status vt__cuda_runtime_free_async(void *base, vt_stream stream)
{
	return vt__cuda_settle(CALL(cudaFreeAsync, base, stream), "cudaFreeAsync", "of %p", base);
}

/* ---- Contents -------------------------------------------------------------- */

vt_status vt__cuda_copy_async(void *to, const void *from, size_t bytes, vt_stream stream)
{
	return vt__cuda_settle(CALL(cudaMemcpyAsync, to, from, bytes, cudaMemcpyDefault, stream),
			       "cudaMemcpyAsync", "of %zu bytes from %p to %p", bytes, from, to);
}

vt_status vt__cuda_set_async(void *to, int value, size_t bytes, vt_stream stream)
{
	return vt__cuda_settle(CALL(cudaMemsetAsync, to, value, bytes, stream), "cudaMemsetAsync",
			       "of %zu bytes at %p", bytes, to);
}

vt_status vt__cuda_stream_wait(vt_stream stream)
{
	return vt__cuda_settle(CALL(cudaStreamSynchronize, stream), "cudaStreamSynchronize",
			       "of %p", (void *)stream);
}

vt_status vt__cuda_stream_order(vt_stream later, vt_stream earlier)
{
	cudaEvent_t event = NULL;
	vt_error_detail cause;
	vt_status status;

	if (later == earlier)
		return VT_OK;
	status = vt__cuda_settle(CALL(cudaEventCreateWithFlags, &event, cudaEventDisableTiming),
				 "cudaEventCreateWithFlags", "%s", "");
	if (status != VT_OK)
		return status;
	status = vt__cuda_settle(CALL(cudaEventRecord, event, earlier), "cudaEventRecord",
				 "in stream %p", (void *)earlier);
	if (status == VT_OK)
		status = vt__cuda_settle(CALL(cudaStreamWaitEvent, later, event, 0),
					 "cudaStreamWaitEvent", "in stream %p", (void *)later);
	/* The order holds whatever becomes of the event; it is destroyed when it has happened. */
	cause = *vt_last_error();
	if (vt__cuda_settle(CALL(cudaEventDestroy, event), "cudaEventDestroy", "of %p",
			    (void *)event) != VT_OK)
		vt__fail_restore(&cause);
	return status;
}

vt_status vt__cuda_pointer(const void *address, struct vt__cuda_pointer *out)
{
	struct cudaPointerAttributes attributes = {.type = cudaMemoryTypeUnregistered};
	struct vt__cuda_result result = CALL(cudaPointerGetAttributes, &attributes, address);
	vt_status status = vt__cuda_settle(result, "cudaPointerGetAttributes", "of %p", address);

	if (status != VT_OK)
		return status;
	*out = (struct vt__cuda_pointer){
		.is_device = attributes.type == cudaMemoryTypeDevice,
		.is_managed = attributes.type == cudaMemoryTypeManaged,
		.host_pointer = attributes.hostPointer,
		.device = attributes.device,
	};
	return VT_OK;
}
