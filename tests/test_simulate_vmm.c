/* The simulated driver's virtual memory: who holds physical memory, and what maps where. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/simulate_child.h"

#define PIECE (2 * MIB)

static CUmemAllocationProp on_device(CUmemAllocationHandleType handles)
{
	const CUmemAllocationProp properties = {
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.requestedHandleTypes = handles,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE},
	};

	return properties;
}

static CUmemGenericAllocationHandle create(size_t size)
{
	const CUmemAllocationProp properties = on_device(CU_MEM_HANDLE_TYPE_NONE);
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

static void allow(CUdeviceptr address, size_t size)
{
	const CUmemAccessDesc access = {
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE},
		.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE,
	};

	IS(CU(cuMemSetAccess)(address, size, &access, 1), CUDA_SUCCESS);
}

static void released_and_unmapped_memory_is_freed(void)
{
	CUmemGenericAllocationHandle handle, again;
	CUdeviceptr address;

	simulate_start();
	address = reserve(2 * PIECE);
	handle = create(PIECE);
	MUST(simulate_used() == PIECE);
	IS(CU(cuMemMap)(address, PIECE, 0, handle, 0), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(handle), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(handle), CUDA_ERROR_INVALID_VALUE);
	MUST(simulate_used() == PIECE);
	IS(CU(cuMemRetainAllocationHandle)(&again, (void *)(uintptr_t)(address + 5)), CUDA_SUCCESS);
	IS(CU(cuMemUnmap)(address, PIECE), CUDA_SUCCESS);
	IS(CU(cuMemUnmap)(address, PIECE), CUDA_SUCCESS);
	MUST(simulate_used() == PIECE);
	IS(CU(cuMemRelease)(again), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	IS(CU(cuMemAddressFree)(address, 2 * PIECE), CUDA_SUCCESS);
	IS(CU(cuMemAddressFree)(address, 2 * PIECE), CUDA_ERROR_INVALID_VALUE);
}

static void a_reset_leaves_physical_memory(void)
{
	CUmemGenericAllocationHandle handle;
	CUcontext context = simulate_start();

	handle = create(PIECE);
	IS(CU(cuDevicePrimaryCtxReset)(0), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxRetain)(&context, 0), CUDA_SUCCESS);
	MUST(simulate_used() == PIECE);
	IS(CU(cuMemRelease)(handle), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void one_unmap_takes_many_mappings(void)
{
	CUmemGenericAllocationHandle first, second;
	CUdeviceptr address;

	simulate_start();
	address = reserve(4 * PIECE);
	first = create(PIECE);
	second = create(2 * PIECE);
	IS(CU(cuMemMap)(address, PIECE, 0, first, 0), CUDA_SUCCESS);
	IS(CU(cuMemMap)(address + PIECE, 2 * PIECE, 0, second, 0), CUDA_SUCCESS);
	IS(CU(cuMemMap)(address + PIECE, PIECE, 0, first, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemMap)(address + 3 * PIECE, 2 * PIECE, 0, second, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemMap)(address + 4 * PIECE, PIECE, 0, first, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemRelease)(first), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(second), CUDA_SUCCESS);
	IS(CU(cuMemAddressFree)(address, 4 * PIECE), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemUnmap)(address, 2 * PIECE), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemUnmap)(address, 5 * PIECE), CUDA_ERROR_INVALID_VALUE);
	MUST(simulate_used() == 3 * PIECE);
	IS(CU(cuMemUnmap)(address, 4 * PIECE), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	IS(CU(cuMemAddressFree)(address, 4 * PIECE), CUDA_SUCCESS);
}

static void one_piece_shows_at_every_mapping(void)
{
	CUmemGenericAllocationHandle handle;
	CUdeviceptr address;
	unsigned int value = 0;

	simulate_start();
	address = reserve(2 * PIECE);
	handle = create(PIECE);
	IS(CU(cuMemMap)(address, PIECE, 0, handle, 0), CUDA_SUCCESS);
	IS(CU(cuMemMap)(address + PIECE, PIECE, 0, handle, 0), CUDA_SUCCESS);
	IS(CU(cuMemsetD32_v2)(address, 77, 4), CUDA_ERROR_INVALID_VALUE);
	allow(address, 2 * PIECE);
	IS(CU(cuMemsetD32_v2)(address + 8, 77, 1), CUDA_SUCCESS);
	IS(CU(cuMemcpyDtoH_v2)(&value, address + PIECE + 8, sizeof(value)), CUDA_SUCCESS);
	MUST(value == 77);
	/* A fill may cross from one mapping to its neighbour, but not out of the last. */
	IS(CU(cuMemsetD8_v2)(address + PIECE - 2, 1, 4), CUDA_SUCCESS);
	IS(CU(cuMemsetD8_v2)(address + 2 * PIECE - 2, 1, 4), CUDA_ERROR_INVALID_VALUE);
}

static void a_descriptor_names_the_same_memory(void)
{
	const CUmemAllocationProp properties = on_device(CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR);
	CUmemGenericAllocationHandle handle, imported;
	int file = -1;

	simulate_start();
	IS(CU(cuMemCreate)(&handle, PIECE, &properties, 0), CUDA_SUCCESS);
	IS(CU(cuMemExportToShareableHandle)(&file, handle, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
					    0),
	   CUDA_SUCCESS);
	IS(CU(cuMemImportFromShareableHandle)(&imported, (void *)(intptr_t)file,
					      CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR),
	   CUDA_SUCCESS);
	close(file);
	MUST(simulate_used() == PIECE);
	IS(CU(cuMemRelease)(handle), CUDA_SUCCESS);
	MUST(simulate_used() == PIECE);
	IS(CU(cuMemRelease)(imported), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	IS(CU(cuMemImportFromShareableHandle)(&imported, (void *)(intptr_t)STDIN_FILENO,
					      CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR),
	   CUDA_ERROR_INVALID_VALUE);
}

static void host_memory_is_not_charged_to_the_device(void)
{
	CUmemAllocationProp properties = on_device(CU_MEM_HANDLE_TYPE_NONE), answered;
	CUmemGenericAllocationHandle handle;
	size_t granularity;

	simulate_start();
	properties.location.type = CU_MEM_LOCATION_TYPE_HOST_NUMA;
	IS(CU(cuMemGetAllocationGranularity)(&granularity, &properties,
					     CU_MEM_ALLOC_GRANULARITY_MINIMUM),
	   CUDA_SUCCESS);
	MUST(granularity == PIECE);
	IS(CU(cuMemCreate)(&handle, granularity - 1, &properties, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemCreate)(&handle, granularity, &properties, 0), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	IS(CU(cuMemGetAllocationPropertiesFromHandle)(&answered, handle), CUDA_SUCCESS);
	MUST(answered.location.type == CU_MEM_LOCATION_TYPE_HOST_NUMA);
	IS(CU(cuMemRelease)(handle), CUDA_SUCCESS);
}

#define IN_CHILD(body)                                                                             \
	static void test_##body(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		assert_int_equal(in_child(NULL, body, NULL, 0), 0);                                \
	}

#define EVERY(TEST)                                                                                \
	TEST(released_and_unmapped_memory_is_freed)                                                \
	TEST(a_reset_leaves_physical_memory)                                                       \
	TEST(one_unmap_takes_many_mappings)                                                        \
	TEST(one_piece_shows_at_every_mapping)                                                     \
	TEST(a_descriptor_names_the_same_memory)                                                   \
	TEST(host_memory_is_not_charged_to_the_device)

EVERY(IN_CHILD)

#define ROW(body) {#body, test_##body, NULL, NULL, NULL},

int main(void)
{
	const struct CMUnitTest tests[] = {EVERY(ROW)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_vmm", tests, NULL, NULL);
}
