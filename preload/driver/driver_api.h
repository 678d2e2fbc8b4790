/*
 * The wrapped driver API: one row for each exported symbol.
 *
 *   API(symbol, parameters, arguments)
 *
 * The wrappers, the real pointers, the look-up by address and by name, the
 * ABI check (a wrapper is compiled against the declaration in cuda.h) and the
 * callbacks of the CUPTI source are all expansions of VT_DRIVER_API. What a
 * call means is said once, by its rules (preload/rules/call.h), in the file of its
 * family.
 */
#ifndef VT_PRELOAD_DRIVER_API_H
#define VT_PRELOAD_DRIVER_API_H

#include "preload/driver/api_contexts.h"
#include "preload/driver/api_foreign.h"
#include "preload/driver/api_graphics.h"
#include "preload/driver/api_graphs.h"
#include "preload/driver/api_memory.h"
#include "preload/driver/api_objects.h"
#include "preload/driver/api_ordered.h"
#include "preload/driver/api_virtual.h"
#include "preload/driver/api_waits.h"
#include "preload/driver/cuda_abi.h"

/* What a program may call for every small thing it does, and the rest. */
#define VT_DRIVER_HOT_API(API)                                                                     \
	VT_MEMORY_API(API)                                                                         \
	VT_ORDERED_API(API)

#define VT_DRIVER_OTHER_API(API)                                                                   \
	VT_VIRTUAL_API(API)                                                                        \
	VT_FOREIGN_API(API)                                                                        \
	VT_GRAPHS_API(API)                                                                         \
	VT_CONTEXTS_API(API)                                                                       \
	VT_GRAPHICS_API(API)                                                                       \
	VT_OBJECTS_API(API)

#define VT_DRIVER_API(API)                                                                         \
	VT_DRIVER_HOT_API(API)                                                                     \
	VT_DRIVER_OTHER_API(API)

/* The driver's own look-up, wrapped by hand: doors.c */
#define VT_DRIVER_DOORS(DOOR)                                                                      \
	DOOR(cuGetProcAddress)                                                                     \
	DOOR(cuGetProcAddress_v2)

/* What the shim asks the driver itself; not wrapped. */
/* clang-format off */
#define VT_DRIVER_QUERIES(QUERY) \
	QUERY(cuArrayGetMemoryRequirements) \
	QUERY(cuCheckpointProcessGetState) \
	QUERY(cuCtxGetCurrent) \
	QUERY(cuCtxGetDevice) \
	QUERY(cuCtxPopCurrent_v2) \
	QUERY(cuCtxPushCurrent_v2) \
	QUERY(cuDeviceGetAttribute) \
	QUERY(cuDeviceGetCount) \
	QUERY(cuDeviceGetDefaultMemPool) \
	QUERY(cuDeviceGetGraphMemAttribute) \
	QUERY(cuDeviceGetMemPool) \
	QUERY(cuDeviceGetName) \
	QUERY(cuDeviceGetUuid) \
	QUERY(cuDeviceGetUuid_v2) \
	QUERY(cuDevicePrimaryCtxGetState) \
	QUERY(cuDeviceTotalMem_v2) \
	QUERY(cuDriverGetVersion) \
	QUERY(cuFuncGetAttribute) \
	QUERY(cuFuncGetParamInfo) \
	QUERY(cuGraphChildGraphNodeGetGraph) \
	QUERY(cuGraphGetNodes) \
	QUERY(cuGraphKernelNodeGetParams_v2) \
	QUERY(cuGraphMemAllocNodeGetParams) \
	QUERY(cuGraphMemFreeNodeGetParams) \
	QUERY(cuGraphMemcpyNodeGetParams) \
	QUERY(cuGraphMemsetNodeGetParams) \
	QUERY(cuGraphNodeGetType) \
	QUERY(cuKernelGetAttribute) \
	QUERY(cuKernelGetParamInfo) \
	QUERY(cuMemGetAddressRange_v2) \
	QUERY(cuMemGetAllocationGranularity) \
	QUERY(cuMemGetAllocationPropertiesFromHandle) \
	QUERY(cuMemPoolGetAttribute) \
	QUERY(cuMemSetAccess) \
	QUERY(cuPointerGetAttribute) \
	QUERY(cuStreamIsCapturing) \
	QUERY(cuThreadExchangeStreamCaptureMode)
/* clang-format on */

#endif
