/*
 * Pairs of allocation and free from one place, 13 frames deep, for what counts instructions.
 *
 * usage: pairs COUNT pool|linear [where]
 *
 * where: prints the addresses at which the object lies whose function each pair calls first, and
 * that function.
 */
#include <cuda.h>
#include <dlfcn.h>
#include <stdio.h>
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

static void tell_where(int is_linear)
{
	const uintptr_t function = is_linear ? (uintptr_t)cuMemAlloc : (uintptr_t)cuMemAllocAsync;
	Dl_info object;

	if (dladdr((void *)function, &object))
		printf("%lx %lx\n", (unsigned long)object.dli_fbase, (unsigned long)function);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	cuInit(0);
	if (argc > 3)
		tell_where(strcmp(argv[2], "linear") == 0);
	if (argc > 2)
		pairs(13, atol(argv[1]), strcmp(argv[2], "linear") == 0);
	return 0;
}
