/*
 * How many bytes of a device an array takes: what a driver was measured to take, which the shim
 * computes with and the simulated device charges by.
 *
 * Elements lie in tiles of 64 bytes by 8 rows; tiles lie in blocks, which are as high as the array
 * needs, up to 16 tiles, or, of an array with a depth, one tile high and as deep as it needs, up
 * to 16. Width, height and depth are padded to whole blocks. Levels follow each other; layers too,
 * each with all its levels, and each begins where a block of the first level could.
 *
 * Exact for each of 8815 arrays of one, two and three dimensions, layered, cubemaps, mipmapped and
 * block-compressed that a driver was asked about (H200, driver 580.159.04, CUDA 13.0).
 */
#ifndef VT_BASE_ARRAY_TILES_H
#define VT_BASE_ARRAY_TILES_H

#include <stdbool.h>
#include <stdint.h>

struct vt__array_shape {
	uint64_t width, height; /* elements; a height of 0 is one row */
	uint64_t depth;         /* 0: the array has none; or layers, faces of cubes among them */
	bool is_layered;
	uint32_t levels; /* as asked for; a driver makes no more than halve the largest extent to 1
			  */
	uint32_t element_bytes; /* of a compressed format: of a square of elements */
	uint32_t side;          /* of that, elements; else 1 */
};

/* Memory in which arrays of half of that and less share. */
#define VT__ARRAY_GRANULE ((uint64_t)2 << 20)

/* Each is false where the number would pass 64 bits. */
static inline bool vt__array_times(uint64_t a, uint64_t b, uint64_t *product)
{
	return !__builtin_mul_overflow(a, b, product);
}

static inline bool vt__array_up(uint64_t value, uint64_t unit, uint64_t *rounded)
{
	const uint64_t last = value % unit;

	*rounded = value;
	return !last || !__builtin_add_overflow(value, unit - last, rounded);
}

/* The least power of two times least that value fits in, but at most most. */
static inline uint64_t vt__array_side(uint64_t value, uint64_t least, uint64_t most)
{
	while (least < value && least < most)
		least *= 2;
	return least;
}

static inline uint64_t vt__array_halved(uint64_t extent, uint32_t times)
{
	const uint64_t less = times < 64 ? extent >> times : 0;

	return less ? less : 1;
}

/* A level, of one layer; and the block that it is padded to. */
static inline bool vt__array_level(const struct vt__array_shape *shape, uint32_t level,
				   uint64_t *bytes, uint64_t *block)
{
	const bool is_deep = shape->depth && !shape->is_layered;
	uint64_t columns = vt__array_halved(shape->width, level), row, all;
	uint64_t rows = vt__array_halved(shape->height, level);
	uint64_t planes = is_deep ? vt__array_halved(shape->depth, level) : 1;
	uint64_t high, deep;

	columns = columns / shape->side + (columns % shape->side != 0);
	rows = rows / shape->side + (rows % shape->side != 0);
	high = is_deep ? 8 : vt__array_side(rows, 8, 128);
	deep = is_deep ? vt__array_side(planes, 1, 16) : 1;
	*block = 64 * high * deep;
	return vt__array_times(columns, shape->element_bytes, &row) &&
	       vt__array_up(row, 64, &row) && vt__array_up(rows, high, &rows) &&
	       vt__array_up(planes, deep, &planes) && vt__array_times(row, rows, &all) &&
	       vt__array_times(all, planes, bytes);
}

/* Levels that there are. */
static inline uint32_t vt__array_levels(const struct vt__array_shape *shape)
{
	uint64_t extents = shape->width | shape->height | (shape->is_layered ? 0 : shape->depth);
	uint32_t most = 1;

	while (extents >>= 1)
		most++;
	return !shape->levels ? 1 : shape->levels < most ? shape->levels : most;
}

static inline bool vt__array_tiled(const struct vt__array_shape *shape, uint64_t *bytes)
{
	const uint64_t layers = shape->is_layered && shape->depth ? shape->depth : 1;
	const uint32_t levels = vt__array_levels(shape);
	uint64_t sum = 0, first = 1, more, block;

	*bytes = 0;
	for (uint32_t level = 0; level < levels; level++) {
		if (!vt__array_level(shape, level, &more, &block) ||
		    __builtin_add_overflow(sum, more, &sum))
			return false;
		first = level ? first : block;
	}
	return (!shape->is_layered || vt__array_up(sum, first, &sum)) &&
	       vt__array_times(sum, layers, bytes);
}

#endif
