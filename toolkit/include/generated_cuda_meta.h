/* The arguments of each of the driver's functions as a struct, as CUPTI's callbacks give them. */
#ifndef VT_TOOLKIT_GENERATED_CUDA_META_H
#define VT_TOOLKIT_GENERATED_CUDA_META_H

#include <cuda.h>

#include "vt_arguments.h"

#define FUNCTION(name, number, ...)                                                                \
	typedef struct name##_params_st {                                                          \
		VT_FIELDS(__VA_ARGS__)                                                             \
	} name##_params;
#define PLAIN(name, number)
#define NUMBER(name, number)
#include "vt_driver_functions.h"
#undef FUNCTION
#undef PLAIN
#undef NUMBER

#endif
