/* The part of CUPTI that has this name in a toolkit. */
#include <cupti.h>
