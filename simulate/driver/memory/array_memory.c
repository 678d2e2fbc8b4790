/*
 * What arrays take of a device. They are padded to tiles (base/array_tiles.h); small arrays share
 * blocks of 2 MiB, but not with linear memory.
 */
#include "config.h"

#include "simulate/driver/memory/memory.h"

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
