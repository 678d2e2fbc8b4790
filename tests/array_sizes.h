/*
 * What a device was measured to take for arrays: the rows of tests/array_sizes.tsv.
 */
#ifndef VT_TESTS_ARRAY_SIZES_H
#define VT_TESTS_ARRAY_SIZES_H

#include <stdbool.h>
#include <stdint.h>

#include <cuda.h>

struct array_size {
	CUDA_ARRAY3D_DESCRIPTOR shape;
	unsigned levels; /* 0: no mipmapped array */
	unsigned count;
	uint64_t bytes;
	bool is_taken; /* else asked: of one, in steps of 65536 */
	char line[128];
};

#define ARRAY_SIZE_STEP ((uint64_t)65536)

/* Calls it for each row; returns how many there are, -1 if the file cannot be read. */
int array_sizes_each(void (*each)(const struct array_size *row));

#endif
