/*
 * What the simulated runtime does not simulate says so, and remembers it as the last error.
 * The functions are called with the arguments of their real types, which this calling
 * convention lets them ignore; so no header that declares them is included here.
 */
#include "config.h"

#include "simulate/runtime/unsupported.h"

#define NOT_SUPPORTED 801 /* cudaErrorNotSupported */

/* runtime_error.c, with the error as the number it is. */
int vt__failed(int error);

#define DECLARE(name) int name(void);
VT_RUNTIME_UNSUPPORTED(DECLARE)

#define DEFINE(name)                                                                               \
	int name(void)                                                                             \
	{                                                                                          \
		return vt__failed(NOT_SUPPORTED);                                                  \
	}
VT_RUNTIME_UNSUPPORTED(DEFINE)
