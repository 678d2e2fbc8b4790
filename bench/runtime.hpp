/* Errors of the CUDA runtime, in the benchmark programs that call it. */
#ifndef VT_BENCH_RUNTIME_HPP
#define VT_BENCH_RUNTIME_HPP

#include <cstdio>
#include <cstdlib>

#include <cuda_runtime_api.h>

inline void check(cudaError_t result, const char *what)
{
	if (result == cudaSuccess)
		return;
	std::fprintf(stderr, "bench: %s: %s\n", what, cudaGetErrorString(result));
	std::exit(1);
}

#endif
