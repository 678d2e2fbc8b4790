/* __device__ and __constant__ variables by their host shadows. */
#include "config.h"

#include "simulate/runtime/copy.h"
#include "simulate/runtime/program.h"

cudaError_t cudaGetSymbolAddress(void **devPtr, const void *symbol)
{
	CUdeviceptr address = 0;
	size_t size;
	cudaError_t error = devPtr ? vt__runtime_enter() : cudaErrorInvalidValue;

	if (error == cudaSuccess)
		error = vt__variable_of(symbol, &address, &size);
	if (error != cudaSuccess)
		return vt__failed(error);
	*devPtr = (void *)(uintptr_t)address;
	return cudaSuccess;
}

cudaError_t cudaGetSymbolSize(size_t *size, const void *symbol)
{
	cudaError_t error = size ? vt__variable_size(symbol, size) : cudaErrorInvalidValue;

	return error == cudaSuccess ? error : vt__failed(error);
}

/* The bytes of a variable that a copy names; checked against its size. */
static cudaError_t part_of(const void *symbol, size_t offset, size_t count, char **address)
{
	CUdeviceptr start = 0;
	size_t size = 0;
	cudaError_t error = vt__runtime_enter();

	if (error == cudaSuccess)
		error = vt__variable_of(symbol, &start, &size);
	if (error == cudaSuccess && (offset > size || count > size - offset))
		error = cudaErrorInvalidValue;
	if (error != cudaSuccess)
		return vt__failed(error);
	*address = (char *)(uintptr_t)start + offset;
	return cudaSuccess;
}

static cudaError_t to_symbol(enum vt__stream_mode mode, const void *symbol, const void *src,
			     size_t count, size_t offset, enum cudaMemcpyKind kind,
			     bool synchronous, cudaStream_t stream)
{
	char *address;
	cudaError_t error = part_of(symbol, offset, count, &address);

	if (error != cudaSuccess)
		return error;
	return vt__copy_linear(mode, address, src, count, kind, synchronous, stream);
}

static cudaError_t from_symbol(enum vt__stream_mode mode, void *dst, const void *symbol,
			       size_t count, size_t offset, enum cudaMemcpyKind kind,
			       bool synchronous, cudaStream_t stream)
{
	char *address;
	cudaError_t error = part_of(symbol, offset, count, &address);

	if (error != cudaSuccess)
		return error;
	return vt__copy_linear(mode, dst, address, count, kind, synchronous, stream);
}

VT_BOTH_MODES(cudaMemcpyToSymbol, cudaMemcpyToSymbol_ptds,
	      (const void *symbol, const void *src, size_t count, size_t offset,
	       enum cudaMemcpyKind kind),
	      to_symbol, symbol, src, count, offset, kind, true, NULL)
VT_BOTH_MODES(cudaMemcpyToSymbolAsync, cudaMemcpyToSymbolAsync_ptsz,
	      (const void *symbol, const void *src, size_t count, size_t offset,
	       enum cudaMemcpyKind kind, cudaStream_t stream),
	      to_symbol, symbol, src, count, offset, kind, false, stream)
VT_BOTH_MODES(cudaMemcpyFromSymbol, cudaMemcpyFromSymbol_ptds,
	      (void *dst, const void *symbol, size_t count, size_t offset,
	       enum cudaMemcpyKind kind),
	      from_symbol, dst, symbol, count, offset, kind, true, NULL)
VT_BOTH_MODES(cudaMemcpyFromSymbolAsync, cudaMemcpyFromSymbolAsync_ptsz,
	      (void *dst, const void *symbol, size_t count, size_t offset, enum cudaMemcpyKind kind,
	       cudaStream_t stream),
	      from_symbol, dst, symbol, count, offset, kind, false, stream)
