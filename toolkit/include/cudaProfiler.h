/* The part of the driver that has this name in a toolkit. */
#include <cuda.h>
