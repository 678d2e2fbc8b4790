/*
 * As many distinct stacks as asked for: a way of BITS calls down, left or right by the
 * bits of a number. A pair for each, and every 1000th leaks 1000 bytes.
 *
 *   many_stacks run COUNT     prints its own peak of resident memory in KiB
 */
#include <cuda.h>
#include <sys/resource.h>

#include "hazard.h"

#define BITS 24

static CUdeviceptr get(size_t bytes)
{
	CUdeviceptr address;

	CALL(cuMemAlloc(&address, bytes));
	return address;
}

static FRAME void left(unsigned number, unsigned bits, int leaks);
static FRAME void right(unsigned number, unsigned bits, int leaks);

static inline void down(unsigned number, unsigned bits, int leaks)
{
	if (!bits) {
		if (leaks)
			get(1000);
		CALL(cuMemFree(get(4096)));
	} else if (number & 1u << 31) {
		left(number << 1, bits - 1, leaks);
	} else {
		right(number << 1, bits - 1, leaks);
	}
	__asm__ volatile("");
}

static FRAME void left(unsigned number, unsigned bits, int leaks)
{
	down(number, bits, leaks);
	__asm__ volatile("");
}

static FRAME void right(unsigned number, unsigned bits, int leaks)
{
	down(number, bits, leaks);
	__asm__ volatile("");
}

static int run(char **arguments)
{
	unsigned count = (unsigned)atoi(arguments[0]);
	struct rusage usage;
	CUcontext context;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	for (unsigned i = 0; i < count; i++)
		down(i << (32 - BITS), BITS, i % 1000 == 0);
	MUST(getrusage(RUSAGE_SELF, &usage) == 0);
	printf("%ld\n", usage.ru_maxrss);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct hazard_case cases[] = {{"run", run}};

	return hazard_main(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
