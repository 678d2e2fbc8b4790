/* The part of the runtime that has this name in a toolkit. */
#include <cuda_runtime_api.h>
