/*
 * Handles of cuBLAS and plans of cuFFT, one each a request: "keep" or "end", of the first argument.
 */
#include <cstdio>
#include <cstring>

#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <cufft.h>
#include <dlfcn.h>
#include <unistd.h>

#define MUST(call)                                                                                 \
	do {                                                                                       \
		int must_result = (int)(call);                                                     \
		if (must_result) {                                                                 \
			printf("%s:%d: %s gave %d\n", __FILE__, __LINE__, #call, must_result);     \
			_exit(99);                                                                 \
		}                                                                                  \
	} while (0)

static __attribute__((noinline)) cublasHandle_t make_blas()
{
	cublasHandle_t handle;

	MUST(cublasCreate(&handle));
	return handle;
}

static __attribute__((noinline)) cufftHandle make_plan()
{
	cufftHandle plan;

	MUST(cufftPlan1d(&plan, 4096, CUFFT_C2C, 4));
	return plan;
}

int main(int argc, char **argv)
{
	const bool keep = argc > 1 && !std::strcmp(argv[1], "keep");
	auto *mark = (void (*)(const char *))dlsym(RTLD_DEFAULT, "vramtrack_preload_mark");
	const int side = 64;
	const float one = 1, zero = 0;
	float *memory;

	MUST(cudaMalloc(&memory, 3 * side * side * sizeof(float)));
	MUST(cudaMemset(memory, 0, 3 * side * side * sizeof(float)));
	for (int i = 0; i < 12; i++) {
		cublasHandle_t handle = make_blas();
		cufftHandle plan = make_plan();

		MUST(cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, side, side, side, &one, memory,
				 side, memory + side * side, side, &zero, memory + 2 * side * side,
				 side));
		MUST(cudaDeviceSynchronize());
		if (!keep) {
			MUST(cublasDestroy(handle));
			MUST(cufftDestroy(plan));
		}
		if (mark)
			mark("request");
	}
	MUST(cudaFree(memory));
	return 0;
}
