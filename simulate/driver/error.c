/* Names and texts of the driver's error codes. */
#include "config.h"

#include "simulate/driver/state.h"
#include "base/cuda_errors.h"

#define BOTH(number, driver_name, runtime_name, text) {number, #driver_name, text},
#define DRIVER(number, name, text) {number, #name, text},
#define RUNTIME(number, name, text)

static const struct error {
	int number;
	const char *name;
	const char *text;
} errors[] = {VT_ERRORS(BOTH, DRIVER, RUNTIME)};

static const struct error *find(CUresult error)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].number == (int)error)
			return &errors[i];
	}
	return NULL;
}

CUresult cuGetErrorName(CUresult error, const char **pStr)
{
	const struct error *found = find(error);

	if (!pStr)
		return CUDA_ERROR_INVALID_VALUE;
	*pStr = found ? found->name : NULL;
	return found ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGetErrorString(CUresult error, const char **pStr)
{
	const struct error *found = find(error);

	if (!pStr)
		return CUDA_ERROR_INVALID_VALUE;
	*pStr = found ? found->text : NULL;
	return found ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}
