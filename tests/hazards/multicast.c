/*
 * Multicast objects: they hold the memory that is bound to them, and go with
 * their last handle or mapping.
 */
#include <cuda.h>

#include "hazard.h"

#define CHUNK (2 * MIB) /* the granularity of every device so far */

static CUmemGenericAllocationHandle team;

static void start(int devices)
{
	CUmulticastObjectProp properties = {.numDevices = (unsigned)devices, .size = 4 * CHUNK};
	CUcontext context;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuMulticastCreate(&team, &properties));
	for (int i = 0; i < devices; i++)
		CALL(cuMulticastAddDevice(team, i));
}

static FRAME CUmemGenericAllocationHandle bound_memory(int device, size_t offset)
{
	CUmemAllocationProp properties = {
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device}};
	CUmemGenericAllocationHandle handle;

	CALL(cuMemCreate(&handle, CHUNK, &properties, 0));
	CALL(cuMulticastBindMem(team, offset, handle, 0, CHUNK, 0));
	return handle;
}

/* Released while bound is the normal order: the memory goes with the unbind. */
static int unbound(char **arguments)
{
	(void)arguments;
	start(1);
	CALL(cuMemRelease(bound_memory(0, 0)));
	CALL(cuMulticastUnbind(team, 0, 0, CHUNK));
	CALL(cuMemRelease(team));
	return 0;
}

static int still_bound(char **arguments)
{
	(void)arguments;
	start(1);
	CALL(cuMemRelease(bound_memory(0, 0)));
	return 0;
}

static int one_unbind_for_all(char **arguments)
{
	(void)arguments;
	start(1);
	for (size_t i = 0; i < 4; i++)
		CALL(cuMemRelease(bound_memory(0, i * CHUNK)));
	CALL(cuMulticastUnbind(team, 0, 0, 4 * CHUNK));
	CALL(cuMemRelease(team));
	return 0;
}

/* Each device's memory is unbound for itself. */
static int two_devices(char **arguments)
{
	(void)arguments;
	start(2);
	CALL(cuMemRelease(bound_memory(0, 0)));
	CALL(cuMemRelease(bound_memory(1, 0)));
	CALL(cuMulticastUnbind(team, 0, 0, CHUNK));
	return 0;
}

/* The end of the object ends its bindings. */
static int object_released(char **arguments)
{
	(void)arguments;
	start(1);
	CALL(cuMemRelease(bound_memory(0, 0)));
	CALL(cuMemRelease(bound_memory(0, CHUNK)));
	CALL(cuMemRelease(team));
	return 0;
}

/* The object lives on while it is mapped, and with it what it holds. */
static int object_mapped(char **arguments)
{
	CUdeviceptr range;

	start(1);
	CALL(cuMemRelease(bound_memory(0, 0)));
	CALL(cuMemAddressReserve(&range, 4 * CHUNK, 0, 0, 0));
	CALL(cuMemMap(range, 4 * CHUNK, 0, team, 0));
	CALL(cuMemRelease(team));
	if (arguments[0]) {
		CALL(cuMemUnmap(range, 4 * CHUNK));
		CALL(cuMemAddressFree(range, 4 * CHUNK));
	}
	return 0;
}

/* Memory that is bound by its address, unmapped and released. */
static int bound_by_address(char **arguments)
{
	CUmemAllocationProp properties = {.type = CU_MEM_ALLOCATION_TYPE_PINNED,
					  .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUmemGenericAllocationHandle handle;
	CUdeviceptr range;

	start(1);
	CALL(cuMemCreate(&handle, CHUNK, &properties, 0));
	CALL(cuMemAddressReserve(&range, CHUNK, 0, 0, 0));
	CALL(cuMemMap(range, CHUNK, 0, handle, 0));
	CALL(cuMulticastBindAddr(team, 0, range, CHUNK, 0));
	CALL(cuMemUnmap(range, CHUNK));
	CALL(cuMemRelease(handle));
	CALL(cuMemAddressFree(range, CHUNK));
	if (arguments[0])
		CALL(cuMulticastUnbind(team, 0, 0, CHUNK));
	return 0;
}

/* Refused binds and unbinds change nothing. */
static int refused(char **arguments)
{
	CUmemGenericAllocationHandle handle;

	(void)arguments;
	start(1);
	handle = bound_memory(0, 0);
	MUST(cuMulticastBindMem(team, 0, handle, 0, CHUNK, 0) != CUDA_SUCCESS);
	CALL(cuMemRelease(handle));
	MUST(cuMulticastUnbind(team, 7, 0, CHUNK) != CUDA_SUCCESS);
	MUST(cuMulticastUnbind(team, 0, 2 * CHUNK, CHUNK) != CUDA_SUCCESS);
	return 0;
}

static const struct hazard_case cases[] = {
	{"unbound", unbound},
	{"still_bound", still_bound},
	{"one_unbind_for_all", one_unbind_for_all},
	{"two_devices", two_devices},
	{"object_released", object_released},
	{"object_mapped", object_mapped},
	{"bound_by_address", bound_by_address},
	{"refused", refused},
};

HAZARD_MAIN(cases)
