/*
 * Driver functions that wait for work of the device, or ask whether it is over: there a program
 * meets a fault first. They are passed on, and their results looked at; no rule has a part in them.
 * WAIT(symbol, parameters, arguments)
 */
#ifndef VT_PRELOAD_API_WAITS_H
#define VT_PRELOAD_API_WAITS_H

/* clang-format off */
#define VT_DRIVER_WAITS(WAIT) \
	WAIT(cuCtxSynchronize, (void), ()) \
	WAIT(cuCtxSynchronize_v2, (CUcontext ctx), (ctx)) \
	WAIT(cuStreamSynchronize, (CUstream hStream), (hStream)) \
	WAIT(cuStreamSynchronize_ptsz, (CUstream hStream), (hStream)) \
	WAIT(cuStreamQuery, (CUstream hStream), (hStream)) \
	WAIT(cuStreamQuery_ptsz, (CUstream hStream), (hStream)) \
	WAIT(cuEventSynchronize, (CUevent hEvent), (hEvent)) \
	WAIT(cuEventQuery, (CUevent hEvent), (hEvent)) \
	WAIT(cuMemcpyDtoH_v2, (void *dstHost, CUdeviceptr srcDevice, size_t ByteCount), \
	     (dstHost, srcDevice, ByteCount)) \
	WAIT(cuMemcpyDtoH_v2_ptds, (void *dstHost, CUdeviceptr srcDevice, size_t ByteCount), \
	     (dstHost, srcDevice, ByteCount))
/* clang-format on */

#endif
