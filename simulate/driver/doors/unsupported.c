/*
 * What the simulated driver does not simulate says so: every function that no other file
 * defines. The functions are called with the arguments of their real types, which this calling
 * convention lets them ignore; so no header that declares them is included here.
 */
#include "config.h"

#include "simulate/common/traced_names.h"

#define NOT_SUPPORTED 801 /* CUDA_ERROR_NOT_SUPPORTED */

#define FUNCTION(name, ...)                                                                        \
	int __attribute__((weak)) name(void);                                                      \
	int name(void)                                                                             \
	{                                                                                          \
		return NOT_SUPPORTED;                                                              \
	}
#define PLAIN FUNCTION
#define NUMBER(name, number)
#include "toolkit/include/vt_driver_functions.h"

/* Without a door: no header has the struct of its arguments. */
FUNCTION(cuProfilerInitialize)
