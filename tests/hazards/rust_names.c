/*
 * Frames with names as rustc writes them, in both manglings, and one that is
 * no name of any language.
 */
#include <cuda_runtime_api.h>

#include "hazard.h"

static FRAME void *allocate(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
	return buffer;
}

void *legacy(void) __asm__("_ZN6worker5cache8allocate17h0123456789abcdefE");
void *version0(void) __asm__("_RNvNtCs1234_6worker7weights4load");
void *strange(void) __asm__("_ZN_this_is_no_name");

FRAME void *legacy(void)
{
	return allocate(MIB);
}

FRAME void *version0(void)
{
	return allocate(2 * MIB);
}

FRAME void *strange(void)
{
	return allocate(4 * MIB);
}

int main(void)
{
	MUST(legacy() != NULL && version0() != NULL && strange() != NULL);
	return 0;
}
