/* The question a test asks before and after: is what I took given back? */
#ifndef VT_PRELOAD_LIVE_QUERY_H
#define VT_PRELOAD_LIVE_QUERY_H

#include <stdint.h>

#include "preload/base/attributes.h"

/*
 * For the program: bytes of device memory that it holds now, on the device with
 * this ordinal, or on all of them for a negative number. Managed and host memory
 * and what other processes own are not in it. 0 before the first allocation. Any
 * thread; not inside of a signal handler. Found by its name:
 * dlsym(RTLD_DEFAULT, "vramtrack_preload_live").
 */
VT__EXPORT uint64_t vramtrack_preload_live(int device);

#endif
