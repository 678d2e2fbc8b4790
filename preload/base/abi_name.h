/*
 * What the name of a driver function says of its ABI: "cuMemAllocAsync_v2_ptsz" is
 * the version 2 of cuMemAllocAsync, for the per-thread default stream.
 */
#ifndef VT_PRELOAD_ABI_NAME_H
#define VT_PRELOAD_ABI_NAME_H

#include <stdbool.h>

/* Whether the two are ABIs of one function. */
bool vt__abi_same_base(const char *one, const char *other);

#endif
