/*
 * The program around a library without symbols: its own function is named, the
 * library's frame is a module and an offset. Built twice: STRIPPED_LIBRARY is
 * the library.
 */
#include <cuda_runtime_api.h>

#include "hazard.h"

void *stripped_allocates(void *(*allocate)(size_t));

#ifdef STRIPPED_LIBRARY
static FRAME void *no_name(void *(*allocate)(size_t))
{
	return allocate(MIB);
}

void *stripped_allocates(void *(*allocate)(size_t))
{
	return no_name(allocate);
}
#else
static FRAME void *called_back(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
	return buffer;
}

int main(void)
{
	return stripped_allocates(called_back) == NULL;
}
#endif
