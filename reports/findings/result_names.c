/* The names of the numbers that CUDA's driver returns. */
#include "config.h"

#include "reports/findings/result_names.h"

#include "base/cuda_errors.h"

const char *vt__result_name(int result)
{
	switch (result) {
#define DRIVER(number, name, text)                                                                 \
	case number:                                                                               \
		return #name;
#define BOTH(number, name, runtime_name, text) DRIVER(number, name, text)
#define RUNTIME(number, name, text)
		VT_ERRORS(BOTH, DRIVER, RUNTIME)
	default:
		return "unknown";
	}
}
