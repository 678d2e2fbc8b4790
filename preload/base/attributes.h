/* What the compiler is told about the shim's own names and variables. */
#ifndef VT_PRELOAD_ATTRIBUTES_H
#define VT_PRELOAD_ATTRIBUTES_H

#include "base/attributes.h"

#define VT__EXPORT __attribute__((visibility("default")))
#define VT__THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))

/* Of a function that has the name of one of the driver's. */
#define VT__WRAPPER VT__EXPORT CUresult CUDAAPI

#endif
