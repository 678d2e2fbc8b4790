/* The driver's functions declared, each under its own exported name. Included by cuda.h, and by the
 * test that compares it with a toolkit, which has included the toolkit's before. */
#include "vt_arguments.h"

#define FUNCTION(name, number, ...) CUresult CUDAAPI name(VT_ARGUMENTS(__VA_ARGS__));
#define PLAIN(name, number) CUresult CUDAAPI name(void);
#define NUMBER(name, number)
#include "vt_driver_functions.h"
#undef FUNCTION
#undef PLAIN
#undef NUMBER
