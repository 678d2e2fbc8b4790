/* External memory and semaphores. Most structures of both interfaces have one layout. */
#include "config.h"

#include "simulate/runtime/copy.h"

#define SAME_LAYOUT(one, other, member)                                                            \
	_Static_assert(sizeof(one) == sizeof(other) &&                                             \
			       offsetof(one, member) == offsetof(other, member),                   \
		       #one)

SAME_LAYOUT(struct cudaExternalMemoryHandleDesc, CUDA_EXTERNAL_MEMORY_HANDLE_DESC, flags);
SAME_LAYOUT(struct cudaExternalMemoryBufferDesc, CUDA_EXTERNAL_MEMORY_BUFFER_DESC, flags);
SAME_LAYOUT(struct cudaExternalSemaphoreHandleDesc, CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC, flags);

/* Numbered alike. */
_Static_assert((int)cudaExternalMemoryHandleTypeOpaqueFd ==
		       (int)CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD,
	       "type of memory");
_Static_assert((int)cudaExternalSemaphoreHandleTypeTimelineSemaphoreFd ==
		       (int)CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_TIMELINE_SEMAPHORE_FD,
	       "type of semaphore");

PASS(cudaImportExternalMemory,
     (cudaExternalMemory_t * extMem_out, const struct cudaExternalMemoryHandleDesc *memHandleDesc),
     cuImportExternalMemory((CUexternalMemory *)extMem_out,
			    (const CUDA_EXTERNAL_MEMORY_HANDLE_DESC *)memHandleDesc))
PASS(cudaExternalMemoryGetMappedBuffer,
     (void **devPtr, cudaExternalMemory_t extMem,
      const struct cudaExternalMemoryBufferDesc *bufferDesc),
     cuExternalMemoryGetMappedBuffer((CUdeviceptr *)devPtr, (CUexternalMemory)extMem,
				     (const CUDA_EXTERNAL_MEMORY_BUFFER_DESC *)bufferDesc))
PASS(cudaDestroyExternalMemory, (cudaExternalMemory_t extMem),
     cuDestroyExternalMemory((CUexternalMemory)extMem))
PASS(cudaImportExternalSemaphore,
     (cudaExternalSemaphore_t * extSem_out,
      const struct cudaExternalSemaphoreHandleDesc *semHandleDesc),
     cuImportExternalSemaphore((CUexternalSemaphore *)extSem_out,
			       (const CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC *)semHandleDesc))
PASS(cudaDestroyExternalSemaphore, (cudaExternalSemaphore_t extSem),
     cuDestroyExternalSemaphore((CUexternalSemaphore)extSem))

cudaError_t cudaExternalMemoryGetMappedMipmappedArray(
	cudaMipmappedArray_t *mipmap, cudaExternalMemory_t extMem,
	const struct cudaExternalMemoryMipmappedArrayDesc *desc)
{
	CUDA_EXTERNAL_MEMORY_MIPMAPPED_ARRAY_DESC wanted = {0};
	cudaError_t error = vt__runtime_enter();

	if (error == cudaSuccess)
		error = mipmap && desc ? vt__array_descriptor(&desc->formatDesc, desc->extent,
							      desc->flags, &wanted.arrayDesc)
				       : cudaErrorInvalidValue;
	if (error != cudaSuccess)
		return vt__failed(error);
	wanted.offset = desc->offset;
	wanted.numLevels = desc->numLevels;
	return vt__result(vt__runtime_driver[VT_LEGACY].cuExternalMemoryGetMappedMipmappedArray(
		(CUmipmappedArray *)mipmap, (CUexternalMemory)extMem, &wanted));
}
