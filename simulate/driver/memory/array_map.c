/*
 * Sparse arrays and arrays of deferred mapping: they take nothing of the device, and hold the
 * memory that is mapped to their tiles. The bytes that copies see are the array's own.
 */
#include "config.h"

#include <stdlib.h>

#include "simulate/driver/memory/physical.h"
#include "simulate/driver/stream.h"

#define TILE_BYTES ((size_t)65536)
#define DIMENSIONS 3

/* Elements from first to end of each dimension; a layer counts as the third. */
struct box {
	size_t first[DIMENSIONS], end[DIMENSIONS];
};

struct vt__array_tiles {
	struct vt__array_tiles *next;
	struct box box;
	struct vt__physical *memory; /* held like a mapping */
};

static size_t at_least_one(size_t value)
{
	return value ? value : 1;
}

/* Tiles are as near to a square or cube as powers of two can be, wider rather than higher. */
static void tile_of(const struct CUarray_st *array, size_t *extent)
{
	const unsigned int flags = array->descriptor.Flags;
	unsigned int flat = !array->descriptor.Depth || flags & CUDA_ARRAY3D_LAYERED;
	size_t elements = TILE_BYTES / array->element;

	extent[0] = extent[1] = extent[2] = 1;
	for (unsigned int turn = 0; elements > 1; elements /= 2)
		extent[turn++ % (flat ? 2 : DIMENSIONS)] *= 2;
}

static struct box whole_of(const struct CUarray_st *array)
{
	const CUDA_ARRAY3D_DESCRIPTOR *descriptor = &array->descriptor;
	const struct box whole = {.end = {descriptor->Width, at_least_one(descriptor->Height),
					  at_least_one(descriptor->Depth)}};

	return whole;
}

static struct box box_of(const struct CUarray_st *array, const CUarrayMapInfo *info)
{
	const unsigned int layer = info->subresource.sparseLevel.layer;
	const struct box box = {
		.first = {info->subresource.sparseLevel.offsetX,
			  info->subresource.sparseLevel.offsetY,
			  info->subresource.sparseLevel.offsetZ + (size_t)layer},
		.end = {(size_t)info->subresource.sparseLevel.offsetX +
				info->subresource.sparseLevel.extentWidth,
			(size_t)info->subresource.sparseLevel.offsetY +
				info->subresource.sparseLevel.extentHeight,
			(size_t)info->subresource.sparseLevel.offsetZ + layer +
				info->subresource.sparseLevel.extentDepth},
	};

	return array->descriptor.Flags & CUDA_ARRAY3D_DEFERRED_MAPPING ? whole_of(array) : box;
}

/*
 * Bytes of all of an array of deferred mapping, or of the tiles of a box; 0 unless it
 * is made of whole tiles, but for the array's edges.
 */
static size_t bytes_of(const struct CUarray_st *array, const struct box *box)
{
	struct box whole = whole_of(array);
	size_t tile[DIMENSIONS], bytes = TILE_BYTES, size;

	if (array->descriptor.Flags & CUDA_ARRAY3D_DEFERRED_MAPPING)
		return vt__array_size(&array->descriptor, 1, &size) == CUDA_SUCCESS
			       ? vt__round_up(size, TILE_BYTES)
			       : 0;
	tile_of(array, tile);
	for (unsigned int i = 0; i < DIMENSIONS; i++) {
		if (box->first[i] % tile[i] || box->end[i] <= box->first[i] ||
		    box->end[i] > whole.end[i] ||
		    (box->end[i] % tile[i] && box->end[i] != whole.end[i]))
			return 0;
		bytes *= (box->end[i] - box->first[i] + tile[i] - 1) / tile[i];
	}
	return bytes;
}

static bool contains(const struct box *outer, const struct box *inner)
{
	for (unsigned int i = 0; i < DIMENSIONS; i++) {
		if (inner->first[i] < outer->first[i] || inner->end[i] > outer->end[i])
			return false;
	}
	return true;
}

static void unmap(CUarray array, const struct box *box)
{
	struct vt__array_tiles **link = &array->tiles;

	while (*link) {
		struct vt__array_tiles *tiles = *link;

		if (!contains(box, &tiles->box)) {
			link = &tiles->next;
			continue;
		}
		*link = tiles->next;
		vt__physical_unmapped(tiles->memory);
		free(tiles);
	}
}

void vt__array_unmap_all(CUarray array)
{
	const struct box whole = whole_of(array);

	unmap(array, &whole);
}

/* In place of what was mapped there. */
static CUresult map(CUarray array, const CUarrayMapInfo *info, const struct box *box)
{
	struct vt__physical *memory = vt__physical_of(info->memHandle.memHandle);
	size_t bytes = bytes_of(array, box);
	struct vt__array_tiles *tiles;

	if (!memory || memory->multicast || info->memHandleType != CU_MEM_HANDLE_TYPE_GENERIC ||
	    memory->properties.location.type != CU_MEM_LOCATION_TYPE_DEVICE ||
	    memory->properties.location.id != array->device || info->offset % TILE_BYTES ||
	    info->offset > memory->size || bytes > memory->size - info->offset ||
	    (array->descriptor.Flags & CUDA_ARRAY3D_SPARSE &&
	     !(memory->properties.allocFlags.usage & CU_MEM_CREATE_USAGE_TILE_POOL)))
		return CUDA_ERROR_INVALID_VALUE;
	tiles = malloc(sizeof(*tiles));
	if (!tiles)
		return CUDA_ERROR_OUT_OF_MEMORY;
	memory->mappings++;
	unmap(array, box);
	*tiles = (struct vt__array_tiles){array->tiles, *box, memory};
	array->tiles = tiles;
	return CUDA_SUCCESS;
}

static CUresult change(const CUarrayMapInfo *info)
{
	CUarray array = info->resource.array;
	struct box box;

	if (info->resourceType == CU_RESOURCE_TYPE_MIPMAPPED_ARRAY)
		return CUDA_ERROR_NOT_SUPPORTED;
	if (info->resourceType != CU_RESOURCE_TYPE_ARRAY || !vt__object_live(array, VT_ARRAY))
		return CUDA_ERROR_INVALID_VALUE;
	box = box_of(array, info);
	if (!vt__array_is_mapped_later(&array->descriptor) || !bytes_of(array, &box) ||
	    info->subresource.sparseLevel.level || info->deviceBitMask != 1u << array->device ||
	    info->flags || info->reserved[0] || info->reserved[1])
		return CUDA_ERROR_INVALID_VALUE;
	if (info->memOperationType == CU_MEM_OPERATION_TYPE_MAP)
		return map(array, info, &box);
	if (info->memOperationType != CU_MEM_OPERATION_TYPE_UNMAP || info->memHandle.memHandle)
		return CUDA_ERROR_INVALID_VALUE;
	unmap(array, &box);
	return CUDA_SUCCESS;
}

CUresult cuMemMapArrayAsync(CUarrayMapInfo *mapInfoList, unsigned int count, CUstream hStream)
{
	CUcontext context;
	CUstream stream;
	CUresult result = mapInfoList && count ? vt__enter_context(&context)
					       : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	stream = vt__stream_of(hStream, context);
	if (!stream)
		result = CUDA_ERROR_INVALID_HANDLE;
	else if (stream->capture)
		result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
	for (unsigned int i = 0; i < count && result == CUDA_SUCCESS; i++)
		result = change(&mapInfoList[i]);
	vt__leave();
	return result;
}

/* Enters, with a live array of its own that has the flag. */
static CUresult enter_array(CUarray array, unsigned int flag)
{
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__object_live(array, VT_ARRAY))
		result = CUDA_ERROR_INVALID_HANDLE;
	else if (!(array->descriptor.Flags & flag))
		result = CUDA_ERROR_INVALID_VALUE;
	if (result != CUDA_SUCCESS)
		vt__leave();
	return result;
}

CUresult cuArrayGetSparseProperties(CUDA_ARRAY_SPARSE_PROPERTIES *sparseProperties, CUarray array)
{
	size_t tile[DIMENSIONS];
	CUresult result = sparseProperties ? enter_array(array, CUDA_ARRAY3D_SPARSE)
					   : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	tile_of(array, tile);
	*sparseProperties = (CUDA_ARRAY_SPARSE_PROPERTIES){
		.tileExtent = {(unsigned int)tile[0], (unsigned int)tile[1], (unsigned int)tile[2]},
	};
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuArrayGetMemoryRequirements(CUDA_ARRAY_MEMORY_REQUIREMENTS *memoryRequirements,
				      CUarray array, CUdevice device)
{
	struct box whole;
	CUresult result = memoryRequirements ? enter_array(array, CUDA_ARRAY3D_DEFERRED_MAPPING)
					     : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	whole = whole_of(array);
	if (vt__device(device))
		*memoryRequirements = (CUDA_ARRAY_MEMORY_REQUIREMENTS){
			.size = bytes_of(array, &whole), .alignment = TILE_BYTES};
	else
		result = CUDA_ERROR_INVALID_DEVICE;
	vt__leave();
	return result;
}
