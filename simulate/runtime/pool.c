/* Memory pools. Structures and numbers of both interfaces have one layout. */
#include "config.h"

#include "simulate/runtime/runtime.h"

_Static_assert(sizeof(struct cudaMemPoolProps) == sizeof(CUmemPoolProps), "pool properties");
_Static_assert(sizeof(struct cudaMemAccessDesc) == sizeof(CUmemAccessDesc), "access");
_Static_assert(sizeof(struct cudaMemLocation) == sizeof(CUmemLocation), "location");

PASS_DEVICE(cudaMemPoolCreate, (cudaMemPool_t * memPool, const struct cudaMemPoolProps *poolProps),
	    cuMemPoolCreate(memPool, (const CUmemPoolProps *)poolProps))
PASS_DEVICE(cudaMemPoolDestroy, (cudaMemPool_t memPool), cuMemPoolDestroy(memPool))
PASS_DEVICE(cudaMemPoolTrimTo, (cudaMemPool_t memPool, size_t minBytesToKeep),
	    cuMemPoolTrimTo(memPool, minBytesToKeep))
PASS_DEVICE(cudaMemPoolSetAttribute,
	    (cudaMemPool_t memPool, enum cudaMemPoolAttr attr, void *value),
	    cuMemPoolSetAttribute(memPool, (CUmemPool_attribute)attr, value))
PASS_DEVICE(cudaMemPoolGetAttribute,
	    (cudaMemPool_t memPool, enum cudaMemPoolAttr attr, void *value),
	    cuMemPoolGetAttribute(memPool, (CUmemPool_attribute)attr, value))
PASS_DEVICE(cudaMemPoolSetAccess,
	    (cudaMemPool_t memPool, const struct cudaMemAccessDesc *descList, size_t count),
	    cuMemPoolSetAccess(memPool, (const CUmemAccessDesc *)descList, count))
PASS_DEVICE(cudaMemPoolGetAccess,
	    (enum cudaMemAccessFlags * flags, cudaMemPool_t memPool,
	     struct cudaMemLocation *location),
	    cuMemPoolGetAccess((CUmemAccess_flags *)flags, memPool, (CUmemLocation *)location))
PASS_DEVICE(cudaDeviceGetDefaultMemPool, (cudaMemPool_t * memPool, int device),
	    cuDeviceGetDefaultMemPool(memPool, device))
PASS_DEVICE(cudaDeviceGetMemPool, (cudaMemPool_t * memPool, int device),
	    cuDeviceGetMemPool(memPool, device))
PASS_DEVICE(cudaDeviceSetMemPool, (int device, cudaMemPool_t memPool),
	    cuDeviceSetMemPool(device, memPool))
PASS_DEVICE(cudaMemGetDefaultMemPool,
	    (cudaMemPool_t * memPool, struct cudaMemLocation *location,
	     enum cudaMemAllocationType type),
	    cuMemGetDefaultMemPool(memPool, (CUmemLocation *)location, (CUmemAllocationType)type))
PASS_DEVICE(cudaMemGetMemPool,
	    (cudaMemPool_t * memPool, struct cudaMemLocation *location,
	     enum cudaMemAllocationType type),
	    cuMemGetMemPool(memPool, (CUmemLocation *)location, (CUmemAllocationType)type))
PASS_DEVICE(cudaMemSetMemPool,
	    (struct cudaMemLocation * location, enum cudaMemAllocationType type,
	     cudaMemPool_t memPool),
	    cuMemSetMemPool((CUmemLocation *)location, (CUmemAllocationType)type, memPool))
