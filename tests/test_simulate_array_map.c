/* Sparse arrays and arrays of deferred mapping of the simulated driver: who holds what. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/simulate_child.h"

#define PIECE (2 * MIB)
#define TILE ((size_t)65536)

static CUarray create_array(size_t width, size_t height, unsigned int flags)
{
	const CUDA_ARRAY3D_DESCRIPTOR shape = {.Width = width,
					       .Height = height,
					       .Format = CU_AD_FORMAT_UNSIGNED_INT8,
					       .NumChannels = 1,
					       .Flags = flags};
	CUarray array;

	IS(CU(cuArray3DCreate_v2)(&array, &shape), CUDA_SUCCESS);
	return array;
}

static CUmemGenericAllocationHandle create_memory(unsigned short usage)
{
	const CUmemAllocationProp properties = {
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE},
		.allocFlags = {.usage = usage},
	};
	CUmemGenericAllocationHandle handle;

	IS(CU(cuMemCreate)(&handle, PIECE, &properties, 0), CUDA_SUCCESS);
	return handle;
}

/* Columns of 256 by 256 tiles. */
static CUarrayMapInfo columns(CUarray array, CUmemGenericAllocationHandle memory,
			      unsigned int first, unsigned int count)
{
	const CUarrayMapInfo info = {
		.resourceType = CU_RESOURCE_TYPE_ARRAY,
		.resource = {.array = array},
		.subresource = {.sparseLevel = {.offsetX = first * 256,
						.extentWidth = count * 256,
						.extentHeight = 512,
						.extentDepth = 1}},
		.memOperationType = memory ? CU_MEM_OPERATION_TYPE_MAP
					   : CU_MEM_OPERATION_TYPE_UNMAP,
		.memHandle = {.memHandle = memory},
		.deviceBitMask = 1,
	};

	return info;
}

static CUresult change(CUarrayMapInfo info)
{
	return CU(cuMemMapArrayAsync)(&info, 1, NULL);
}

static void maps_tiles(void)
{
	CUDA_ARRAY_SPARSE_PROPERTIES properties;
	CUmemGenericAllocationHandle memory;
	CUarrayMapInfo both[2];
	CUarray array;

	simulate_start();
	array = create_array(1024, 512, CUDA_ARRAY3D_SPARSE);
	MUST(simulate_used() == 0);
	IS(CU(cuArrayGetSparseProperties)(&properties, array), CUDA_SUCCESS);
	MUST(properties.tileExtent.width == 256 && properties.tileExtent.height == 256);
	memory = create_memory(CU_MEM_CREATE_USAGE_TILE_POOL);
	IS(change(columns(array, memory, 0, 2)), CUDA_SUCCESS);
	IS(change(columns(array, memory, 2, 1)), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(memory), CUDA_SUCCESS);
	MUST(simulate_used() == PIECE);
	IS(change(columns(array, 0, 0, 2)), CUDA_SUCCESS);
	MUST(simulate_used() == PIECE);
	IS(change(columns(array, 0, 0, 4)), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	both[0] = columns(array, create_memory(CU_MEM_CREATE_USAGE_TILE_POOL), 0, 1);
	both[1] = columns(array, create_memory(CU_MEM_CREATE_USAGE_TILE_POOL), 0, 1);
	IS(CU(cuMemMapArrayAsync_ptsz)(both, 2, NULL), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(both[0].memHandle.memHandle), CUDA_SUCCESS);
	MUST(simulate_used() == PIECE);
	IS(CU(cuMemRelease)(both[1].memHandle.memHandle), CUDA_SUCCESS);
	IS(CU(cuArrayDestroy)(array), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void a_sparse_array_holds_what_is_mapped_to_it(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, maps_tiles, NULL, 0), 0);
}

static void maps_later(void)
{
	CUDA_ARRAY_MEMORY_REQUIREMENTS needs;
	CUmemGenericAllocationHandle memory;
	CUarray array;

	simulate_start();
	array = create_array(1000, 300, CUDA_ARRAY3D_DEFERRED_MAPPING);
	MUST(simulate_used() == 0);
	IS(CU(cuArrayGetMemoryRequirements)(&needs, array, 0), CUDA_SUCCESS);
	MUST(needs.size == 384 * 1024 && needs.alignment == TILE);
	memory = create_memory(0);
	IS(change(columns(array, memory, 0, 0)), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(memory), CUDA_SUCCESS);
	MUST(simulate_used() == PIECE);
	IS(CU(cuDevicePrimaryCtxReset)(0), CUDA_SUCCESS);
	simulate_start();
	MUST(simulate_used() == 0);
}

static void an_array_of_deferred_mapping_gets_its_memory_later(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, maps_later, NULL, 0), 0);
}

static void maps_badly(void)
{
	CUmemGenericAllocationHandle memory, tiles;
	CUarray array, plain;
	CUarrayMapInfo info;

	simulate_start();
	array = create_array(1024, 512, CUDA_ARRAY3D_SPARSE);
	plain = create_array(1024, 512, 0);
	memory = create_memory(0);
	tiles = create_memory(CU_MEM_CREATE_USAGE_TILE_POOL);
	IS(change(columns(array, memory, 0, 1)), CUDA_ERROR_INVALID_VALUE);
	IS(change(columns(plain, tiles, 0, 1)), CUDA_ERROR_INVALID_VALUE);
	IS(change(columns(array, tiles, 0, 0)), CUDA_ERROR_INVALID_VALUE);
	IS(change(columns(array, tiles, 3, 2)), CUDA_ERROR_INVALID_VALUE);
	info = columns(array, tiles, 0, 1);
	info.subresource.sparseLevel.offsetX = 100;
	IS(change(info), CUDA_ERROR_INVALID_VALUE);
	info = columns(array, tiles, 0, 1);
	info.offset = PIECE - TILE;
	IS(change(info), CUDA_ERROR_INVALID_VALUE);
	info = columns(array, tiles, 0, 1);
	info.deviceBitMask = 3;
	IS(change(info), CUDA_ERROR_INVALID_VALUE);
	info = columns(array, tiles, 0, 1);
	info.memOperationType = CU_MEM_OPERATION_TYPE_UNMAP;
	IS(change(info), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemMapArrayAsync)(&info, 0, NULL), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemRelease)(tiles), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(memory), CUDA_SUCCESS);
	MUST(simulate_used() == 2 * MIB);
}

static void bad_mappings_are_refused(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, maps_badly, NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sparse_array_holds_what_is_mapped_to_it),
		cmocka_unit_test(an_array_of_deferred_mapping_gets_its_memory_later),
		cmocka_unit_test(bad_mappings_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_array_map", tests, NULL, NULL);
}
