/*
 * The size of a CUDA array, which no driver call gives: that of its elements, and what a device
 * takes for it.
 */
#ifndef VT_PRELOAD_ARRAY_BYTES_H
#define VT_PRELOAD_ARRAY_BYTES_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

#include "preload/driver/cuda_abi.h"

/* Bytes of an array; a height or depth of 0 is one row or one slice. Arrays
 * that get their memory later (sparse, deferred mapping) have 0 bytes. */
uint64_t vt__array_bytes(CUarray_format format, unsigned channels, size_t width, size_t height,
			 size_t depth, unsigned flags);

/* All levels of a mipmapped array; of an array one. */
uint64_t vt__mipmap_bytes(const CUDA_ARRAY3D_DESCRIPTOR *shape, unsigned levels);

/* What a device takes for it, padded to tiles (base/array_tiles.h); VT__ARRAY_UNKNOWN: of arrays
 * of that kind it is not known. */
#define VT__ARRAY_UNKNOWN UINT64_MAX
uint64_t vt__array_on_device(const CUDA_ARRAY3D_DESCRIPTOR *shape, unsigned levels);

#endif
