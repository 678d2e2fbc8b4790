/* Multicast objects of the simulated driver: the team, what is bound, who holds what. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/simulate_two.h"

#define PIECE (2 * MIB)
#define BY_FILE CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR

static CUmemGenericAllocationHandle create_object(unsigned int devices, size_t size,
						  unsigned long long handles)
{
	const CUmulticastObjectProp properties = {
		.numDevices = devices, .size = size, .handleTypes = handles};
	CUmemGenericAllocationHandle object;

	IS(CU(cuMulticastCreate)(&object, &properties), CUDA_SUCCESS);
	return object;
}

static CUmemGenericAllocationHandle create(CUdevice device, size_t size,
					   CUmemAllocationHandleType handles)
{
	const CUmemAllocationProp properties = {
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.requestedHandleTypes = handles,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = device},
	};
	CUmemGenericAllocationHandle handle;

	IS(CU(cuMemCreate)(&handle, size, &properties, 0), CUDA_SUCCESS);
	return handle;
}

static CUdeviceptr reserve(size_t size)
{
	CUdeviceptr address;

	IS(CU(cuMemAddressReserve)(&address, size, 0, 0, 0), CUDA_SUCCESS);
	return address;
}

/* An object of one device with memory bound to the first half of it, all but released. */
static CUmemGenericAllocationHandle bound_object(void)
{
	CUmemGenericAllocationHandle object = create_object(1, 2 * PIECE, 0);
	CUmemGenericAllocationHandle memory = create(0, PIECE, CU_MEM_HANDLE_TYPE_NONE);

	IS(CU(cuMulticastAddDevice)(object, 0), CUDA_SUCCESS);
	IS(CU(cuMulticastBindMem)(object, 0, memory, 0, PIECE, 0), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(memory), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(memory), CUDA_ERROR_INVALID_VALUE);
	MUST(simulate_used() == PIECE);
	return object;
}

static void is_held_by_the_object(void)
{
	CUmemGenericAllocationHandle object;
	CUdeviceptr address;

	simulate_start();
	object = bound_object();
	IS(CU(cuMulticastUnbind)(object, 0, PIECE, PIECE), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastUnbind)(object, 1, 0, PIECE), CUDA_ERROR_INVALID_DEVICE);
	IS(CU(cuMulticastUnbind)(object, 0, 0, PIECE), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	IS(CU(cuMulticastUnbind)(object, 0, 0, PIECE), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemRelease)(object), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(object), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemRelease)(bound_object()), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	object = bound_object();
	address = reserve(2 * PIECE);
	IS(CU(cuMemMap)(address, 2 * PIECE, 0, object, 0), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(object), CUDA_SUCCESS);
	MUST(simulate_used() == PIECE);
	IS(CU(cuMemUnmap)(address, 2 * PIECE), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void bound_memory_is_held_by_the_object(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, is_held_by_the_object, NULL, 0), 0);
}

static void gathers_a_team(void)
{
	CUmemGenericAllocationHandle object, memory, third;
	CUmulticastObjectProp properties = {.numDevices = 2, .size = PIECE};
	CUdeviceptr address;
	size_t granularity = 0;
	int supported = 0;

	simulate_start();
	IS(CU(cuDeviceGetAttribute)(&supported, CU_DEVICE_ATTRIBUTE_MULTICAST_SUPPORTED, 0),
	   CUDA_SUCCESS);
	IS(CU(cuMulticastGetGranularity)(&granularity, &properties,
					 CU_MULTICAST_GRANULARITY_RECOMMENDED),
	   CUDA_SUCCESS);
	MUST(supported == 1 && granularity == PIECE);
	properties.size = PIECE + 1;
	IS(CU(cuMulticastCreate)(&object, &properties), CUDA_ERROR_INVALID_VALUE);
	properties = (CUmulticastObjectProp){.size = PIECE};
	IS(CU(cuMulticastCreate)(&object, &properties), CUDA_ERROR_INVALID_VALUE);
	object = create_object(2, PIECE, 0);
	memory = create(0, PIECE, CU_MEM_HANDLE_TYPE_NONE);
	third = create(2, PIECE, CU_MEM_HANDLE_TYPE_NONE);
	address = reserve(PIECE);
	IS(CU(cuMulticastAddDevice)(object, 0), CUDA_SUCCESS);
	IS(CU(cuMulticastAddDevice)(object, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastAddDevice)(object, 3), CUDA_ERROR_INVALID_DEVICE);
	IS(CU(cuMulticastAddDevice)(memory, 1), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastBindMem)(object, 0, memory, 0, PIECE, 0), CUDA_ERROR_SYSTEM_NOT_READY);
	IS(CU(cuMemMap)(address, PIECE, 0, object, 0), CUDA_ERROR_SYSTEM_NOT_READY);
	IS(CU(cuMulticastAddDevice)(object, 1), CUDA_SUCCESS);
	IS(CU(cuMulticastAddDevice)(object, 2), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastBindMem)(object, 0, third, 0, PIECE, 0), CUDA_ERROR_INVALID_DEVICE);
	IS(CU(cuMulticastBindMem)(object, 0, memory, 0, PIECE, 0), CUDA_SUCCESS);
	IS(CU(cuMemMap)(address, PIECE, 0, object, 0), CUDA_SUCCESS);
}

static void all_devices_join_before_anything_is_bound(void **state)
{
	(void)state;
	assert_int_equal(in_child("devices=3", gathers_a_team, NULL, 0), 0);
}

static void binds_badly(void)
{
	CUmemGenericAllocationHandle object, memory, shared;
	CUmemAllocationProp properties;
	CUdeviceptr linear;
	int file;

	simulate_start();
	object = create_object(1, 2 * PIECE, 0);
	shared = create_object(1, PIECE, BY_FILE);
	memory = create(0, PIECE, CU_MEM_HANDLE_TYPE_NONE);
	IS(CU(cuMulticastAddDevice)(object, 0), CUDA_SUCCESS);
	IS(CU(cuMulticastAddDevice)(shared, 0), CUDA_SUCCESS);
	IS(CU(cuMulticastBindMem)(object, 1, memory, 0, PIECE, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastBindMem)(object, 0, memory, 0, PIECE / 2, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastBindMem)(object, 0, memory, 0, 2 * PIECE, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastBindMem)(object, 2 * PIECE, memory, 0, PIECE, 0),
	   CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastBindMem)(object, 0, memory, 0, PIECE, 1), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastBindMem)(memory, 0, memory, 0, PIECE, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastBindMem)(object, 0, shared, 0, PIECE, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastBindMem)(shared, 0, memory, 0, PIECE, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastBindMem)(object, PIECE, memory, 0, PIECE, 0), CUDA_SUCCESS);
	IS(CU(cuMulticastBindMem)(object, PIECE, memory, 0, PIECE, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemAlloc_v2)(&linear, PIECE), CUDA_SUCCESS);
	IS(CU(cuMulticastBindAddr)(object, 0, linear, PIECE, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemExportToShareableHandle)(&file, object, BY_FILE, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemGetAllocationPropertiesFromHandle)(&properties, object),
	   CUDA_ERROR_INVALID_VALUE);
}

static void bad_binds_are_refused(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, binds_badly, NULL, 0), 0);
}

static void binds_an_address(void)
{
	CUmemGenericAllocationHandle object, memory;
	CUdeviceptr address;

	simulate_start();
	object = create_object(1, PIECE, 0);
	memory = create(0, 2 * PIECE, CU_MEM_HANDLE_TYPE_NONE);
	address = reserve(2 * PIECE);
	IS(CU(cuMemMap)(address, 2 * PIECE, 0, memory, 0), CUDA_SUCCESS);
	IS(CU(cuMulticastAddDevice)(object, 0), CUDA_SUCCESS);
	IS(CU(cuMulticastBindAddr)(object, 0, address + PIECE, 2 * PIECE, 0),
	   CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastBindAddr)(object, 0, address + PIECE, PIECE, 0), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(memory), CUDA_SUCCESS);
	IS(CU(cuMemUnmap)(address, 2 * PIECE), CUDA_SUCCESS);
	MUST(simulate_used() == 2 * PIECE);
	IS(CU(cuMemRelease)(object), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void memory_is_bound_by_its_address(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, binds_an_address, NULL, 0), 0);
}

static void leads_a_team(int peer)
{
	CUmemGenericAllocationHandle object, memory;
	int file = -1;

	simulate_start();
	object = create_object(2, PIECE, BY_FILE);
	memory = create(0, PIECE, BY_FILE);
	IS(CU(cuMemExportToShareableHandle)(&file, object, BY_FILE, 0), CUDA_SUCCESS);
	send_file(peer, file);
	close(file);
	IS(CU(cuMulticastAddDevice)(object, 0), CUDA_SUCCESS);
	wait_turn(peer);
	IS(CU(cuMulticastAddDevice)(object, 1), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMulticastBindMem)(object, 0, memory, 0, PIECE, 0), CUDA_SUCCESS);
	pass_turn(peer);
}

static void joins_a_team(int peer)
{
	CUmemGenericAllocationHandle object, memory;
	int file;

	simulate_start();
	file = receive_file(peer);
	IS(CU(cuMemImportFromShareableHandle)(&object, (void *)(intptr_t)file, BY_FILE),
	   CUDA_SUCCESS);
	close(file);
	memory = create(1, PIECE, BY_FILE);
	IS(CU(cuMulticastAddDevice)(object, 1), CUDA_SUCCESS);
	pass_turn(peer);
	wait_turn(peer);
	IS(CU(cuMulticastBindMem)(object, 0, memory, 0, PIECE, 0), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(memory), CUDA_SUCCESS);
	IS(CU(cuMemMap)(reserve(PIECE), PIECE, 0, object, 0), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	IS(CU(cuMemRelease)(object), CUDA_SUCCESS);
}

static void devices_of_two_processes_make_a_team(void **state)
{
	(void)state;
	assert_int_equal(in_two_children("devices=2", leads_a_team, joins_a_team), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bound_memory_is_held_by_the_object),
		cmocka_unit_test(all_devices_join_before_anything_is_bound),
		cmocka_unit_test(bad_binds_are_refused),
		cmocka_unit_test(memory_is_bound_by_its_address),
		cmocka_unit_test(devices_of_two_processes_make_a_team),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_multicast", tests, NULL, NULL);
}
