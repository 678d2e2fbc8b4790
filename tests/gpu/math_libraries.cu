/*
 * cuBLAS allocates through a runtime of its own, linked into it statically.
 * The handle is never destroyed, so what it allocated is live at the end.
 */
#include <cstdio>
#include <cstdlib>

#include <cublas_v2.h>
#include <cuda_runtime_api.h>

int main()
{
	const int side = 512;
	const float one = 1, zero = 0;
	const size_t bytes = (size_t)side * side * sizeof(float);
	cublasHandle_t handle;
	float *a, *b, *c, corner = 0;

	if (cublasCreate(&handle) || cudaMalloc((void **)&a, bytes) ||
	    cudaMalloc((void **)&b, bytes) || cudaMalloc((void **)&c, bytes))
		return 99;
	if (cudaMemset(a, 0, bytes) || cudaMemset(b, 0, bytes) ||
	    cublasSgemm(handle, CUBLAS_OP_N, CUBLAS_OP_N, side, side, side, &one, a, side, b, side,
			&zero, c, side))
		return 99;
	if (cudaMemcpy(&corner, c, sizeof(corner), cudaMemcpyDeviceToHost))
		return 99;
	printf("corner %g\n", corner);
	return cudaFree(a) || cudaFree(b) || cudaFree(c) ? 99 : 0;
}
