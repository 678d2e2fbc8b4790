/* The numbers by which CUPTI's callbacks name the driver's functions. */
#ifndef VT_TOOLKIT_CUPTI_DRIVER_CBID_H
#define VT_TOOLKIT_CUPTI_DRIVER_CBID_H

typedef enum {
#define FUNCTION(name, number, ...) CUPTI_DRIVER_TRACE_CBID_##name = number,
#define PLAIN(name, number) CUPTI_DRIVER_TRACE_CBID_##name = number,
#define NUMBER(name, number) CUPTI_DRIVER_TRACE_CBID_##name = number,
#include "vt_driver_functions.h"
#undef FUNCTION
#undef PLAIN
#undef NUMBER
} CUpti_driver_api_trace_cbid;

#endif
