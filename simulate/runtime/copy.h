/* Copies and formats as the runtime describes them, for the driver. */
#ifndef VT_SIMULATE_RUNTIME_COPY_H
#define VT_SIMULATE_RUNTIME_COPY_H

#include "simulate/runtime/runtime.h"

/* A box with both sides of the kind's memory types; false for a kind that does not exist. */
bool vt__copy_box(enum cudaMemcpyKind kind, CUDA_MEMCPY3D *copy);

/* Sets one side to an address of the type that vt__copy_box chose. */
void vt__copy_from(CUDA_MEMCPY3D *copy, const void *address, size_t pitch);
void vt__copy_to(CUDA_MEMCPY3D *copy, void *address, size_t pitch);

/* What a cudaMemcpy3DParms describes; cudaErrorInvalidValue if it contradicts itself. */
cudaError_t vt__copy_described(const struct cudaMemcpy3DParms *params, CUDA_MEMCPY3D *copy);

/* A linear copy; synchronous without a stream argument. A whole call. */
cudaError_t vt__copy_linear(enum vt__stream_mode mode, void *to, const void *from, size_t size,
			    enum cudaMemcpyKind kind, bool synchronous, cudaStream_t stream);

/* Sends a description to the driver. A whole call. */
cudaError_t vt__copy_send(enum vt__stream_mode mode, const CUDA_MEMCPY3D *copy, bool synchronous,
			  cudaStream_t stream);

/* Bytes of an element of an array; 0 if there is no such array. Entered. */
size_t vt__array_element(cudaArray_const_t array);

/* An array of a channel description; cudaErrorInvalidChannelDescriptor. */
cudaError_t vt__array_descriptor(const struct cudaChannelFormatDesc *channels,
				 struct cudaExtent extent, unsigned int flags,
				 CUDA_ARRAY3D_DESCRIPTOR *descriptor);

#endif
