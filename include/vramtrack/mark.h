/*
 * Marks: moments that come again and again, as the steps of a training loop or
 * the requests of a server.
 *
 * Under the vramtrack shim a call site whose memory rises from mark to mark is
 * found as growth, also in a program that never ends or that frees all at its
 * end. A few nanoseconds when nothing listens. (The marks of a tracker, which
 * measure a stretch of a program by itself, are in vramtrack/tracker.h.)
 */
#ifndef VRAMTRACK_MARK_H
#define VRAMTRACK_MARK_H

#include <vramtrack/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/* name: copied; NULL is "step". From any thread. Growth follows one name: the
 * shim's option growth=mark:NAME says which, else it is the first. Marks before
 * the first allocation of device memory are not counted. Under the shim the driver
 * is asked how full its devices are: not for functions that CUDA calls on the host. */
VT_API void vt_mark(const char *name);

#ifdef __cplusplus
}
#endif
#endif
