/*
 * What arrays take of a device. Their elements lie in tiles, so that rows, columns and planes
 * are padded; small arrays share blocks of 2 MiB, but not with linear memory.
 */
#include "config.h"

#include "simulate/driver/memory/memory.h"

#define TILE_WIDTH ((size_t)64) /* bytes */
#define LEAST_ROWS ((size_t)8)  /* of a tile */
#define MOST_ROWS ((size_t)128)
#define MOST_ROWS_OF_VOLUME ((size_t)16)
#define MOST_PLANES ((size_t)8)

/* The least power of two times least that value fits in, but at most most. */
static size_t tile_side(size_t value, size_t least, size_t most)
{
	while (least < value && least < most)
		least *= 2;
	return least;
}

bool vt__array_padded(size_t row, size_t height, size_t depth, bool layered, size_t *padded)
{
	bool volume = depth > 1 && !layered;
	size_t rows = tile_side(height, LEAST_ROWS, volume ? MOST_ROWS_OF_VOLUME : MOST_ROWS);
	size_t planes = volume ? tile_side(depth, 1, MOST_PLANES) : 1;

	row = vt__round_up(row, TILE_WIDTH);
	height = vt__round_up(height, rows);
	depth = vt__round_up(depth, planes);
	return row && height && depth && !__builtin_mul_overflow(row, height, padded) &&
	       !__builtin_mul_overflow(*padded, depth, padded) &&
	       vt__round_up(*padded, VT_SPACE_BLOCK);
}

CUresult vt__array_memory_take(CUcontext context, size_t size, struct vt__array_memory *memory)
{
	struct vt__arena *arena = context->parent ? &context->parent->arrays : &context->arrays;
	bool small = vt__space_is_small(VT_SPACE_ANYWHERE, size, 0);
	struct vt__array_memory taken = {.arena = arena, .size = size, .device = context->device};
	size_t more = small ? (vt__arena_grows(arena, size) ? VT_SPACE_BLOCK : 0)
			    : vt__round_up(size, VT_SPACE_BLOCK);

	if (vt__charge(context->device, more) != CUDA_SUCCESS)
		return CUDA_ERROR_OUT_OF_MEMORY;
	if (vt__space_take(arena, VT_SPACE_ANYWHERE, size, 0, &taken.address)) {
		vt__uncharge(context->device, more);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	taken.charged = small ? 0 : more;
	*memory = taken;
	return CUDA_SUCCESS;
}

void vt__array_memory_give_back(const struct vt__array_memory *memory)
{
	size_t blocks;

	if (!memory->size)
		return;
	blocks = memory->arena->blocks;
	vt__space_give_back(memory->arena, VT_SPACE_ANYWHERE, memory->address, memory->size, 0);
	blocks -= memory->arena->blocks;
	vt__uncharge(memory->device, memory->charged + blocks * VT_SPACE_BLOCK);
}
