/*
 * Whether what a stream is given is done, or recorded.
 */
#ifndef VT_PRELOAD_CAPTURES_H
#define VT_PRELOAD_CAPTURES_H

#include <stdbool.h>

#include "preload/driver/driver.h"

/* Whether calls on `stream` become nodes of a graph. per_thread: NULL is the
 * thread's own default stream. */
bool vt__stream_is_capturing(const struct vt__driver *driver, CUstream stream, bool per_thread);

#endif
