/* The last error of each thread; names and texts of the codes. */
#include "config.h"

#include "base/cuda_errors.h"
#include "simulate/runtime/runtime.h"

static __thread cudaError_t last_error = cudaSuccess;

cudaError_t vt__failed(cudaError_t error)
{
	/* Not being ready is an answer, not a failure. */
	if (error != cudaErrorNotReady)
		last_error = error;
	return error;
}

/* Both halves use one numbering. */
cudaError_t vt__result(CUresult result)
{
	return result == CUDA_SUCCESS ? cudaSuccess : vt__failed((cudaError_t)result);
}

cudaError_t cudaGetLastError(void)
{
	cudaError_t error = last_error;

	last_error = cudaSuccess;
	return error;
}

cudaError_t cudaPeekAtLastError(void)
{
	return last_error;
}

#define BOTH(number, driver_name, runtime_name, text) {number, #runtime_name, text},
#define DRIVER(number, name, text)
#define RUNTIME(number, name, text) {number, #name, text},

static const struct error {
	int number;
	const char *name;
	const char *text;
} errors[] = {VT_ERRORS(BOTH, DRIVER, RUNTIME)};

static const struct error *find(cudaError_t error)
{
	static const struct error unknown = {-1, "unrecognized error code",
					     "unrecognized error code"};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].number == (int)error)
			return &errors[i];
	}
	return &unknown;
}

const char *cudaGetErrorName(cudaError_t error)
{
	return find(error)->name;
}

const char *cudaGetErrorString(cudaError_t error)
{
	return find(error)->text;
}
