/*
 * What CUDA 12's runtime exports and CUDA 13's no longer does: functions without a suffix as they
 * were before their second version, those that were taken away, and shorter structs.
 */
#include "config.h"

#include <string.h>

#include "simulate/runtime/runtime.h"
#include "simulate/runtime/properties.h"

/* Defined under a name of its own, since 13 declares some otherwise, and exported as `symbol`. */
#define OLD(symbol, parameters)                                                                    \
	cudaError_t vt__12_##symbol parameters __asm__(#symbol);                                   \
	cudaError_t vt__12_##symbol parameters

/* ---- Graphs: edges without data ---------------------------------------------------------------
 */

OLD(cudaGraphAddDependencies, (cudaGraph_t graph, const cudaGraphNode_t *from,
			       const cudaGraphNode_t *to, size_t numDependencies))
{
	return cudaGraphAddDependencies(graph, from, to, NULL, numDependencies);
}

OLD(cudaGraphRemoveDependencies, (cudaGraph_t graph, const cudaGraphNode_t *from,
				  const cudaGraphNode_t *to, size_t numDependencies))
{
	return cudaGraphRemoveDependencies(graph, from, to, NULL, numDependencies);
}

OLD(cudaGraphAddNode,
    (cudaGraphNode_t * pGraphNode, cudaGraph_t graph, const cudaGraphNode_t *pDependencies,
     size_t numDependencies, struct cudaGraphNodeParams *nodeParams))
{
	return cudaGraphAddNode(pGraphNode, graph, pDependencies, NULL, numDependencies,
				nodeParams);
}

OLD(cudaGraphGetEdges,
    (cudaGraph_t graph, cudaGraphNode_t *from, cudaGraphNode_t *to, size_t *numEdges))
{
	return cudaGraphGetEdges(graph, from, to, NULL, numEdges);
}

OLD(cudaGraphNodeGetDependencies,
    (cudaGraphNode_t node, cudaGraphNode_t *pDependencies, size_t *pNumDependencies))
{
	return cudaGraphNodeGetDependencies(node, pDependencies, NULL, pNumDependencies);
}

OLD(cudaGraphNodeGetDependentNodes,
    (cudaGraphNode_t node, cudaGraphNode_t *pDependentNodes, size_t *pNumDependentNodes))
{
	return cudaGraphNodeGetDependentNodes(node, pDependentNodes, NULL, pNumDependentNodes);
}

/* ---- Captures, for both stream modes ----------------------------------------------------------
 */

#define CAPTURES(mode)                                                                             \
	OLD(cudaStreamGetCaptureInfo##mode,                                                        \
	    (cudaStream_t stream, enum cudaStreamCaptureStatus * status, unsigned long long *id))  \
	{                                                                                          \
		return cudaStreamGetCaptureInfo##mode(stream, status, id, NULL, NULL, NULL, NULL); \
	}                                                                                          \
	OLD(cudaStreamGetCaptureInfo_v2##mode,                                                     \
	    (cudaStream_t stream, enum cudaStreamCaptureStatus * status, unsigned long long *id,   \
	     cudaGraph_t *graph, const cudaGraphNode_t **dependencies, size_t *numDependencies))   \
	{                                                                                          \
		return cudaStreamGetCaptureInfo##mode(stream, status, id, graph, dependencies,     \
						      NULL, numDependencies);                      \
	}                                                                                          \
	OLD(cudaStreamUpdateCaptureDependencies##mode,                                             \
	    (cudaStream_t stream, cudaGraphNode_t * dependencies, size_t numDependencies,          \
	     unsigned int flags))                                                                  \
	{                                                                                          \
		return cudaStreamUpdateCaptureDependencies##mode(stream, dependencies, NULL,       \
								 numDependencies, flags);          \
	}
CAPTURES()
CAPTURES(_ptsz)

/* ---- Managed memory: a place is a device's number, or -1 for the host -------------------------
 */

static struct cudaMemLocation place_of(int device)
{
	const struct cudaMemLocation place = {
		.type = device < 0 ? cudaMemLocationTypeHost : cudaMemLocationTypeDevice,
		.id = device < 0 ? 0 : device,
	};

	return place;
}

OLD(cudaMemAdvise, (const void *devPtr, size_t count, enum cudaMemoryAdvise advice, int device))
{
	return cudaMemAdvise(devPtr, count, advice, place_of(device));
}

OLD(cudaMemPrefetchAsync, (const void *devPtr, size_t count, int device, cudaStream_t stream))
{
	return cudaMemPrefetchAsync(devPtr, count, place_of(device), 0, stream);
}

OLD(cudaMemPrefetchAsync_ptsz, (const void *devPtr, size_t count, int device, cudaStream_t stream))
{
	return cudaMemPrefetchAsync_ptsz(devPtr, count, place_of(device), 0, stream);
}

/* ---- Structs that 13 made longer, by bytes that must be 0 -------------------------------------
 */

#define LONGER(type, last, from)                                                                   \
	struct type given = {0};                                                                   \
                                                                                                   \
	if (!(from))                                                                               \
		return vt__failed(cudaErrorInvalidValue);                                          \
	memcpy(&given, from, offsetof(struct type, last) + sizeof(given.last))

OLD(cudaImportExternalMemory,
    (cudaExternalMemory_t * memory, const struct cudaExternalMemoryHandleDesc *described))
{
	LONGER(cudaExternalMemoryHandleDesc, flags, described);
	return cudaImportExternalMemory(memory, &given);
}

OLD(cudaImportExternalSemaphore,
    (cudaExternalSemaphore_t * semaphore, const struct cudaExternalSemaphoreHandleDesc *described))
{
	LONGER(cudaExternalSemaphoreHandleDesc, flags, described);
	return cudaImportExternalSemaphore(semaphore, &given);
}

OLD(cudaExternalMemoryGetMappedBuffer, (void **devPtr, cudaExternalMemory_t memory,
					const struct cudaExternalMemoryBufferDesc *described))
{
	LONGER(cudaExternalMemoryBufferDesc, flags, described);
	return cudaExternalMemoryGetMappedBuffer(devPtr, memory, &given);
}

/* Before its second version the struct ended with `reservedSharedMemPerBlock`. */
OLD(cudaGetDeviceProperties, (struct vt__device_properties * prop, int device))
{
	struct vt__device_properties all;
	cudaError_t error = prop ? cudaGetDeviceProperties_v2(&all, device)
				 : vt__failed(cudaErrorInvalidValue);

	if (error == cudaSuccess)
		memcpy(prop, &all, offsetof(struct vt__device_properties, hostRegisterSupported));
	return error;
}

/* ---- Taken away -------------------------------------------------------------------------------
 */

OLD(cudaEventElapsedTime_v2, (float *ms, cudaEvent_t start, cudaEvent_t end))
{
	return cudaEventElapsedTime(ms, start, end);
}

OLD(cudaThreadExit, (void))
{
	return cudaDeviceReset();
}

OLD(cudaThreadSynchronize, (void))
{
	return cudaDeviceSynchronize();
}

OLD(cudaThreadGetLimit, (size_t * value, enum cudaLimit limit))
{
	return cudaDeviceGetLimit(value, limit);
}

OLD(cudaThreadSetLimit, (enum cudaLimit limit, size_t value))
{
	return cudaDeviceSetLimit(limit, value);
}

OLD(cudaThreadGetCacheConfig, (enum cudaFuncCache * config))
{
	return cudaDeviceGetCacheConfig(config);
}

OLD(cudaThreadSetCacheConfig, (enum cudaFuncCache config))
{
	return cudaDeviceSetCacheConfig(config);
}

/* Devices that do not know `double` are of CUDA 6 and before. */
OLD(cudaSetDoubleForDevice, (double *d))
{
	return d ? cudaSuccess : vt__failed(cudaErrorInvalidValue);
}

OLD(cudaSetDoubleForHost, (double *d))
{
	return d ? cudaSuccess : vt__failed(cudaErrorInvalidValue);
}

/* As in unsupported.c, the arguments are ignored. */
#define UNSUPPORTED(name)                                                                          \
	OLD(name, (void))                                                                          \
	{                                                                                          \
		return vt__failed(cudaErrorNotSupported);                                          \
	}
UNSUPPORTED(cudaLaunchCooperativeKernelMultiDevice)
UNSUPPORTED(cudaSignalExternalSemaphoresAsync_v2)
UNSUPPORTED(cudaSignalExternalSemaphoresAsync_v2_ptsz)
UNSUPPORTED(cudaWaitExternalSemaphoresAsync_v2)
UNSUPPORTED(cudaWaitExternalSemaphoresAsync_v2_ptsz)
