/* Pairs of allocation and free under Python frames, for bench/python_frames.py. */
#include <cuda.h>

void pairs(CUresult (*allocate)(CUdeviceptr *, size_t), CUresult (*release)(CUdeviceptr),
	   unsigned long count);

void pairs(CUresult (*allocate)(CUdeviceptr *, size_t), CUresult (*release)(CUdeviceptr),
	   unsigned long count)
{
	CUdeviceptr memory;

	while (count--) {
		allocate(&memory, 256);
		release(memory);
	}
}
