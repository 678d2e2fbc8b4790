/* The work of streams and graphs, done: copies and fills of host memory. */
#include "config.h"

#include <string.h>

#include "simulate/driver/fault.h"
#include "simulate/driver/graphs/graph.h"
#include "simulate/driver/host_function.h"
#include "simulate/driver/memory/memory_api.h"
#include "simulate/driver/memory/resident.h"

/* Bytes from the first to the last that a box touches; false if that overflows. */
static bool extent_of(size_t width, size_t height, size_t depth, size_t pitch, size_t slice,
		      size_t *extent)
{
	size_t rows, planes;

	return !__builtin_mul_overflow(height - 1, pitch, &rows) &&
	       !__builtin_mul_overflow(depth - 1, slice, &planes) &&
	       !__builtin_add_overflow(width, rows, extent) &&
	       !__builtin_add_overflow(*extent, planes, extent);
}

static bool side_fits(const struct vt__side *side, const struct vt__copy *copy, bool writing)
{
	size_t extent;

	if (copy->height > 1 && side->pitch < copy->width)
		return false;
	if (!extent_of(copy->width, copy->height, copy->depth, side->pitch, side->slice, &extent))
		return false;
	return side->plain || vt__range_accessible(side->address, extent, writing);
}

CUresult vt__copy_run(const struct vt__copy *copy)
{
	if (!copy->width || !copy->height || !copy->depth)
		return CUDA_SUCCESS;
	if (!side_fits(&copy->from, copy, false) || !side_fits(&copy->to, copy, true))
		return CUDA_ERROR_INVALID_VALUE;
	for (size_t z = 0; z < copy->depth; z++) {
		for (size_t y = 0; y < copy->height; y++) {
			uintptr_t from = copy->from.address + z * copy->from.slice +
					 y * copy->from.pitch;
			uintptr_t to = copy->to.address + z * copy->to.slice + y * copy->to.pitch;

			memmove((void *)to, (const void *)from, copy->width);
		}
	}
	return CUDA_SUCCESS;
}

static void fill_row(const struct vt__fill *fill, unsigned char *row)
{
	if (fill->element == 1) {
		memset(row, (int)(fill->value & 0xff), fill->width);
		return;
	}
	for (size_t x = 0; x < fill->width; x++)
		memcpy(row + x * fill->element, &fill->value, fill->element);
}

/* A fill is the device's doing. */
static void use_managed(uintptr_t address, size_t size)
{
	struct vt__region *region = vt__region_at(address);
	CUcontext context = vt__context_current();

	if (region && region->kind == VT_REGION_MANAGED && context)
		vt__resident_use(region, address, size, context->device);
}

/* The low bytes of the value are what is stored: little-endian machines only, as CUDA's. */
CUresult vt__fill_run(const struct vt__fill *fill)
{
	size_t width, extent;

	if (!fill->width || !fill->height || !fill->depth)
		return CUDA_SUCCESS;
	if (__builtin_mul_overflow(fill->width, fill->element, &width) ||
	    (fill->height > 1 && fill->pitch < width) || fill->address % fill->element ||
	    !extent_of(width, fill->height * fill->depth, 1, fill->pitch, 0, &extent) ||
	    !vt__range_accessible(fill->address, extent, true))
		return CUDA_ERROR_INVALID_VALUE;
	use_managed(fill->address, extent);
	for (size_t y = 0; y < fill->height * fill->depth; y++)
		fill_row(fill, (unsigned char *)(fill->address + y * fill->pitch));
	return CUDA_SUCCESS;
}

static CUresult free_address(CUdeviceptr address)
{
	struct vt__region *region = vt__freeable(address);

	if (!region)
		return address ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
	vt__region_destroy(region);
	return CUDA_SUCCESS;
}

CUresult vt__work_run(const struct vt__work *work)
{
	switch (work->type) {
	case CU_GRAPH_NODE_TYPE_MEMCPY:
		return vt__copy_run(&work->as.copy);
	case CU_GRAPH_NODE_TYPE_MEMSET:
		return vt__fill_run(&work->as.fill);
	case CU_GRAPH_NODE_TYPE_MEM_ALLOC:
		return vt__graph_memory_begin(work->as.allocation);
	case CU_GRAPH_NODE_TYPE_MEM_FREE:
		return free_address(work->as.freed);
	case CU_GRAPH_NODE_TYPE_HOST:
		/* Others may use the driver meanwhile. */
		vt__leave();
		vt__host_function_call(work->as.host.function, work->as.host.argument);
		vt__reenter();
		return CUDA_SUCCESS;
	case CU_GRAPH_NODE_TYPE_KERNEL:
		vt__fault_kernel_ran();
		return CUDA_SUCCESS;
	default:
		return CUDA_SUCCESS;
	}
}
