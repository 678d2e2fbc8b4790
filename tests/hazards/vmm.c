/*
 * Physical memory that is created, mapped and released by hand (VMM): the
 * orders of release that real allocators use, and those that leak.
 */
#include <cuda.h>

#include "hazard.h"

#define CHUNK (2 * MIB) /* the granularity of every device so far */

static CUmemAllocationProp properties = {.type = CU_MEM_ALLOCATION_TYPE_PINNED,
					 .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};

static void start(void)
{
	CUcontext context;
	size_t granularity;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuMemGetAllocationGranularity(&granularity, &properties,
					   CU_MEM_ALLOC_GRANULARITY_MINIMUM));
	MUST(CHUNK % granularity == 0);
}

static CUmemGenericAllocationHandle create(void)
{
	CUmemGenericAllocationHandle handle;

	CALL(cuMemCreate(&handle, CHUNK, &properties, 0));
	return handle;
}

static CUdeviceptr reserve(size_t bytes)
{
	CUdeviceptr range;

	CALL(cuMemAddressReserve(&range, bytes, 0, 0, 0));
	return range;
}

static int never_released(char **arguments)
{
	(void)arguments;
	start();
	create();
	CALL(cuMemRelease(create()));
	return 0;
}

/* Release while mapped is the normal order: the memory goes with the unmap. */
static int release_while_mapped(char **arguments)
{
	CUmemGenericAllocationHandle handle;
	CUdeviceptr range;

	(void)arguments;
	start();
	handle = create();
	range = reserve(CHUNK);
	CALL(cuMemMap(range, CHUNK, 0, handle, 0));
	CALL(cuMemRelease(handle));
	CALL(cuMemUnmap(range, CHUNK));
	CALL(cuMemAddressFree(range, CHUNK));
	return 0;
}

static int released_but_mapped(char **arguments)
{
	CUmemGenericAllocationHandle handle;
	CUdeviceptr range;

	(void)arguments;
	start();
	handle = create();
	range = reserve(CHUNK);
	CALL(cuMemMap(range, CHUNK, 0, handle, 0));
	CALL(cuMemRelease(handle));
	return 0;
}

static int one_unmap_for_all(char **arguments)
{
	CUdeviceptr range;

	(void)arguments;
	start();
	range = reserve(4 * CHUNK);
	for (int i = 0; i < 4; i++) {
		CUmemGenericAllocationHandle handle = create();

		CALL(cuMemMap(range + (size_t)i * CHUNK, CHUNK, 0, handle, 0));
		CALL(cuMemRelease(handle));
	}
	CALL(cuMemUnmap(range, 4 * CHUNK));
	CALL(cuMemAddressFree(range, 4 * CHUNK));
	return 0;
}

static void map_and_retain(CUdeviceptr range, CUmemGenericAllocationHandle *retained)
{
	CUmemGenericAllocationHandle handle = create();

	CALL(cuMemMap(range, CHUNK, 0, handle, 0));
	CALL(cuMemRelease(handle));
	CALL(cuMemRetainAllocationHandle(retained, (void *)(uintptr_t)range));
}

/* A reference taken through the address keeps the memory alive. */
static int retained(char **arguments)
{
	CUmemGenericAllocationHandle handle;
	CUdeviceptr range;

	(void)arguments;
	start();
	range = reserve(CHUNK);
	map_and_retain(range, &handle);
	CALL(cuMemUnmap(range, CHUNK));
	return 0;
}

static int retained_and_released(char **arguments)
{
	CUmemGenericAllocationHandle handle;
	CUdeviceptr range;

	(void)arguments;
	start();
	range = reserve(CHUNK);
	map_and_retain(range, &handle);
	CALL(cuMemUnmap(range, CHUNK));
	CALL(cuMemRelease(handle));
	CALL(cuMemAddressFree(range, CHUNK));
	return 0;
}

static FRAME void map_at(CUdeviceptr address, CUmemGenericAllocationHandle handle)
{
	CALL(cuMemMap(address, CHUNK, 0, handle, 0));
}

/* Taken down in the wrong order: the addresses first. Then half of it is unmapped. */
static int addresses_first(char **arguments)
{
	CUmemGenericAllocationHandle handle;
	CUdeviceptr range;

	(void)arguments;
	start();
	range = reserve(2 * CHUNK);
	handle = create();
	map_at(range + CHUNK, handle);
	printf("%d\n", (int)cuMemAddressFree(range, 2 * CHUNK));
	CALL(cuMemRelease(handle));
	printf("%d\n", (int)cuMemUnmap(range + CHUNK, CHUNK / 2));
	return 0;
}

/* Nothing is mapped there any more: not the reason. */
static int addresses_twice(char **arguments)
{
	CUmemGenericAllocationHandle handle;
	CUdeviceptr range;

	(void)arguments;
	start();
	range = reserve(CHUNK);
	handle = create();
	map_at(range, handle);
	CALL(cuMemUnmap(range, CHUNK));
	CALL(cuMemRelease(handle));
	CALL(cuMemAddressFree(range, CHUNK));
	printf("%d\n", (int)cuMemAddressFree(range, CHUNK));
	return 0;
}

static const struct hazard_case cases[] = {
	{"never_released", never_released},
	{"release_while_mapped", release_while_mapped},
	{"released_but_mapped", released_but_mapped},
	{"one_unmap_for_all", one_unmap_for_all},
	{"addresses_first", addresses_first},
	{"addresses_twice", addresses_twice},
	{"retained", retained},
	{"retained_and_released", retained_and_released},
};

HAZARD_MAIN(cases)
