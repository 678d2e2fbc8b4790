/*
 * Pairs of allocation and free from one place, 13 frames deep, for what counts instructions.
 *
 * usage: pairs COUNT pool|linear
 */
#include <cuda.h>
#include <stdlib.h>
#include <string.h>

#include "hazard.h"

static const CUstream stream = (CUstream)0x5000; /* of a driver that does nothing */

__attribute__((noinline)) static void pairs(int frames, long count, int is_linear)
{
	CUdeviceptr memory;

	if (frames > 1) {
		pairs(frames - 1, count, is_linear);
		__asm__ volatile("");
		return;
	}
	while (count--) {
		if (is_linear) {
			cuMemAlloc(&memory, 256);
			cuMemFree(memory);
		} else {
			cuMemAllocAsync(&memory, 1 << 20, stream);
			cuMemFreeAsync(memory, stream);
		}
	}
}

int main(int argc, char **argv)
{
	cuInit(0);
	if (argc > 2)
		pairs(13, atol(argv[1]), strcmp(argv[2], "linear") == 0);
	return 0;
}
