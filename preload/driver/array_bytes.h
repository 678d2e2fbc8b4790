/*
 * The size of a CUDA array, which no driver call gives: elements times their
 * size. Padding that the driver adds is not known and not counted.
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

/* All levels of a mipmapped array. */
uint64_t vt__mipmap_bytes(const CUDA_ARRAY3D_DESCRIPTOR *shape, unsigned levels);

#endif
