/* Devices: choosing, asking, resetting; the settings of their contexts. */
#include "config.h"

#include "simulate/runtime/runtime.h"

/* After cuda_runtime_api.h, which runtime.h includes in its own way. */
#include <cuda_profiler_api.h>

cudaError_t cudaGetDeviceCount(int *count)
{
	cudaError_t error;

	if (!count)
		return vt__failed(cudaErrorInvalidValue);
	error = vt__runtime_init();
	if (error == cudaSuccess)
		error = (cudaError_t)vt__runtime_driver[VT_LEGACY].cuDeviceGetCount(count);
	/* In a function on the host, where the driver answers nothing, it is known all the same. */
	if (error == cudaErrorNotPermitted) {
		*count = vt__runtime_device_count();
		error = cudaSuccess;
	}
	return error == cudaSuccess ? error : vt__failed(error);
}

cudaError_t cudaSetDevice(int device)
{
	cudaError_t error = vt__runtime_init();

	if (error == cudaSuccess)
		error = vt__runtime_choose(device);
	return error == cudaSuccess ? error : vt__failed(error);
}

cudaError_t cudaGetDevice(int *device)
{
	cudaError_t error;

	if (!device)
		return vt__failed(cudaErrorInvalidValue);
	error = vt__runtime_init();
	if (error == cudaSuccess)
		error = vt__runtime_device(device);
	return error == cudaSuccess ? error : vt__failed(error);
}

cudaError_t cudaInitDevice(int device, unsigned int deviceFlags, unsigned int flags)
{
	cudaError_t error = vt__runtime_init();

	if (error == cudaSuccess && flags == cudaInitDeviceFlagsAreValid)
		error = (cudaError_t)vt__runtime_driver[VT_LEGACY].cuDevicePrimaryCtxSetFlags(
			device, deviceFlags);
	if (error == cudaSuccess)
		error = vt__runtime_activate(device, false, NULL);
	return error == cudaSuccess ? error : vt__failed(error);
}

cudaError_t cudaDeviceReset(void)
{
	cudaError_t error = vt__runtime_init();

	if (error == cudaSuccess)
		error = vt__runtime_reset();
	return error == cudaSuccess ? error : vt__failed(error);
}

cudaError_t cudaDriverGetVersion(int *driverVersion)
{
	if (!driverVersion)
		return vt__failed(cudaErrorInvalidValue);
	*driverVersion = vt__runtime_driver_version();
	return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int *runtimeVersion)
{
	if (!runtimeVersion)
		return vt__failed(cudaErrorInvalidValue);
	*runtimeVersion = VT_RUNTIME_VERSION;
	return cudaSuccess;
}

/* Devices have the same attribute numbers and limits in both interfaces. */
PASS_DEVICE(cudaDeviceGetAttribute, (int *value, enum cudaDeviceAttr attr, int device),
	    cuDeviceGetAttribute(value, (CUdevice_attribute)attr, device))
PASS_DEVICE(cudaDeviceGetPCIBusId, (char *pciBusId, int len, int device),
	    cuDeviceGetPCIBusId(pciBusId, len, device))
PASS_DEVICE(cudaDeviceGetByPCIBusId, (int *device, const char *pciBusId),
	    cuDeviceGetByPCIBusId(device, pciBusId))
PASS_DEVICE(cudaDeviceCanAccessPeer, (int *canAccessPeer, int device, int peerDevice),
	    cuDeviceCanAccessPeer(canAccessPeer, device, peerDevice))
PASS_DEVICE(cudaDeviceGetP2PAttribute,
	    (int *value, enum cudaDeviceP2PAttr attr, int srcDevice, int dstDevice),
	    cuDeviceGetP2PAttribute(value, (CUdevice_P2PAttribute)attr, srcDevice, dstDevice))

PASS(cudaDeviceSynchronize, (void), cuCtxSynchronize())
PASS(cudaDeviceGetLimit, (size_t * pValue, enum cudaLimit limit),
     cuCtxGetLimit(pValue, (CUlimit)limit))
PASS(cudaDeviceSetLimit, (enum cudaLimit limit, size_t value), cuCtxSetLimit((CUlimit)limit, value))
PASS(cudaDeviceGetCacheConfig, (enum cudaFuncCache * pCacheConfig),
     cuCtxGetCacheConfig((CUfunc_cache *)pCacheConfig))
PASS(cudaDeviceSetCacheConfig, (enum cudaFuncCache cacheConfig),
     cuCtxSetCacheConfig((CUfunc_cache)cacheConfig))
PASS(cudaDeviceGetSharedMemConfig, (enum cudaSharedMemConfig * pConfig),
     cuCtxGetSharedMemConfig((CUsharedconfig *)pConfig))
PASS(cudaDeviceSetSharedMemConfig, (enum cudaSharedMemConfig config),
     cuCtxSetSharedMemConfig((CUsharedconfig)config))
PASS(cudaDeviceGetStreamPriorityRange, (int *leastPriority, int *greatestPriority),
     cuCtxGetStreamPriorityRange(leastPriority, greatestPriority))
PASS(cudaGetDeviceFlags, (unsigned int *flags), cuCtxGetFlags(flags))

cudaError_t cudaSetDeviceFlags(unsigned int flags)
{
	cudaError_t error = vt__runtime_init();
	int device = 0;

	if (error == cudaSuccess)
		error = vt__runtime_device(&device);
	if (error != cudaSuccess)
		return vt__failed(error);
	return vt__result(vt__runtime_driver[VT_LEGACY].cuDevicePrimaryCtxSetFlags(device, flags));
}

static cudaError_t peer(int device, bool enable, unsigned int flags)
{
	const struct vt__runtime_driver *driver = &vt__runtime_driver[VT_LEGACY];
	CUcontext context;
	cudaError_t error = vt__runtime_enter();

	if (error == cudaSuccess)
		error = vt__runtime_activate(device, false, &context);
	if (error != cudaSuccess)
		return vt__failed(error);
	return vt__result(enable ? driver->cuCtxEnablePeerAccess(context, flags)
				 : driver->cuCtxDisablePeerAccess(context));
}

cudaError_t cudaDeviceEnablePeerAccess(int peerDevice, unsigned int flags)
{
	return peer(peerDevice, true, flags);
}

cudaError_t cudaDeviceDisablePeerAccess(int peerDevice)
{
	return peer(peerDevice, false, 0);
}

/* Profilers find nothing to look at. */
cudaError_t cudaProfilerStart(void)
{
	return cudaSuccess;
}

cudaError_t cudaProfilerStop(void)
{
	return cudaSuccess;
}
