/*
 * Whether kernels of an image use malloc or new, which hand out memory inside of the device heap:
 * what leaks there is not seen, so that is noted with the image's file.
 *
 * Only marks of an image are read, within bounds and by system calls, which fail where there is no
 * memory. Images that are compressed, that the system does not let us read,
 * or that there is no time for, are noted so. Thread-safe; leaves errno alone.
 */
#ifndef VT_PRELOAD_DEVICE_HEAP_H
#define VT_PRELOAD_DEVICE_HEAP_H

#include "preload/rules/call.h"

/* The call loaded an image that lies in memory; or from a file. */
void vt__heap_look_at(const struct vt__call *call, const void *image);
void vt__heap_look_at_file(const struct vt__call *call, const char *path);

#endif
