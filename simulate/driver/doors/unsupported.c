/*
 * What the simulated driver does not simulate says so. The functions are called with the
 * arguments of their real types, which this calling convention lets them ignore; so no
 * header that declares them is included here.
 */
#include "config.h"

#include "simulate/driver/doors/unsupported.h"
#include "simulate/common/traced_names.h"

#define NOT_SUPPORTED 801 /* CUDA_ERROR_NOT_SUPPORTED */

#define DECLARE(name) int name(void);
VT_DRIVER_UNSUPPORTED(DECLARE)

#define DEFINE(name)                                                                               \
	int name(void)                                                                             \
	{                                                                                          \
		return NOT_SUPPORTED;                                                              \
	}
VT_DRIVER_UNSUPPORTED(DEFINE)
