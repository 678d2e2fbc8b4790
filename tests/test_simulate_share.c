/* Pools and physical memory of the simulated driver, passed to another process by descriptor. */
#define _GNU_SOURCE
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/simulate_two.h"

#define PIECE (2 * MIB)
#define BY_FILE CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR

static CUmemoryPool create_pool(CUmemAllocationHandleType handles)
{
	const CUmemPoolProps properties = {
		.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
		.handleTypes = handles,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE},
	};
	CUmemoryPool pool;

	IS(CU(cuMemPoolCreate)(&pool, &properties), CUDA_SUCCESS);
	return pool;
}

static CUdeviceptr allocate_from(CUmemoryPool pool, size_t size)
{
	CUdeviceptr address = 0;

	IS(CU(cuMemAllocFromPoolAsync)(&address, size, pool, NULL), CUDA_SUCCESS);
	fill_with(address, 7, size);
	return address;
}

static void export_pool(int peer, CUmemoryPool pool)
{
	int file = -1;

	IS(CU(cuMemPoolExportToShareableHandle)(&file, pool, BY_FILE, 0), CUDA_SUCCESS);
	send_file(peer, file);
	close(file);
}

static CUmemoryPool import_pool(int peer)
{
	int file = receive_file(peer);
	CUmemoryPool pool;

	IS(CU(cuMemPoolImportFromShareableHandle)(&pool, (void *)(intptr_t)file, BY_FILE, 0),
	   CUDA_SUCCESS);
	close(file);
	return pool;
}

static void export_pointer(int peer, CUdeviceptr address)
{
	CUmemPoolPtrExportData data;

	IS(CU(cuMemPoolExportPointer)(&data, address), CUDA_SUCCESS);
	tell(peer, &data, sizeof(data));
}

static CUdeviceptr import_pointer(int peer, CUmemoryPool pool)
{
	CUmemPoolPtrExportData data;
	CUdeviceptr address = 0;

	hear(peer, &data, sizeof(data));
	IS(CU(cuMemPoolImportPointer)(&address, pool, &data), CUDA_SUCCESS);
	return address;
}

static void shares_a_pool(int peer)
{
	CUdeviceptr large, small;
	CUmemoryPool pool;

	simulate_start();
	pool = create_pool(BY_FILE);
	export_pool(peer, pool);
	large = allocate_from(pool, 3 * MIB);
	small = allocate_from(pool, 100);
	export_pointer(peer, large);
	export_pointer(peer, small);
	wait_turn(peer);
	MUST(byte_at(large + 1) == 9 && byte_at(small + 99) == 8);
	MUST(simulate_used() == 32 * MIB);
	IS(CU(cuMemFreeAsync)(large, NULL), CUDA_SUCCESS);
	IS(CU(cuMemFreeAsync)(small, NULL), CUDA_SUCCESS);
	IS(CU(cuStreamSynchronize)(NULL), CUDA_SUCCESS);
	IS(CU(cuMemPoolDestroy)(pool), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void takes_from_the_pool(int peer)
{
	CUdeviceptr large, small, none;
	CUmemoryPool pool, of_pointer = NULL;

	simulate_start();
	pool = import_pool(peer);
	IS(CU(cuMemAllocFromPoolAsync)(&none, 100, pool, NULL), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuDeviceSetMemPool)(0, pool), CUDA_ERROR_INVALID_VALUE);
	large = import_pointer(peer, pool);
	small = import_pointer(peer, pool);
	MUST(simulate_used() == 0);
	MUST(byte_at(large + 3 * MIB - 1) == 7 && byte_at(small) == 7);
	fill_with(large + 1, 9, 1);
	fill_with(small + 99, 8, 1);
	IS(CU(cuPointerGetAttribute)(&of_pointer, CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE, large),
	   CUDA_SUCCESS);
	MUST(of_pointer == pool);
	IS(CU(cuMemFree_v2)(large + 512), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFree_v2)(large), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(large), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemPoolDestroy)(pool), CUDA_SUCCESS);
	IS(CU(cuMemFreeAsync)(small, NULL), CUDA_SUCCESS);
	IS(CU(cuMemFreeAsync)(small, NULL), CUDA_ERROR_INVALID_VALUE);
	MUST(simulate_used() == 0);
	pass_turn(peer);
}

static void a_pool_and_its_pointers_are_imported(void **state)
{
	(void)state;
	assert_int_equal(in_two_children(NULL, shares_a_pool, takes_from_the_pool), 0);
}

static void shares_two_pools(int peer)
{
	CUmemPoolPtrExportData data;
	CUmemoryPool first, second, own;
	CUdeviceptr address;
	int file = -1;

	simulate_start();
	first = create_pool(BY_FILE);
	second = create_pool(BY_FILE);
	own = create_pool(CU_MEM_HANDLE_TYPE_NONE);
	IS(CU(cuMemPoolExportToShareableHandle)(&file, own, BY_FILE, 0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemPoolExportPointer)(&data, allocate_from(own, 100)), CUDA_ERROR_INVALID_VALUE);
	address = allocate_from(first, MIB);
	IS(CU(cuMemPoolExportPointer)(&data, address + 512), CUDA_ERROR_INVALID_VALUE);
	export_pool(peer, first);
	export_pool(peer, second);
	export_pointer(peer, address);
	wait_turn(peer);
}

static void mixes_them_up(int peer)
{
	CUmemPoolPtrExportData good, data;
	CUmemoryPool first, second, own;
	CUdeviceptr address;
	int memory;

	simulate_start();
	first = import_pool(peer);
	second = import_pool(peer);
	own = create_pool(BY_FILE);
	hear(peer, &good, sizeof(good));
	IS(CU(cuMemPoolImportPointer)(&address, second, &good), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemPoolImportPointer)(&address, own, &good), CUDA_ERROR_INVALID_VALUE);
	for (size_t at = 0; at < 56; at++) {
		data = good;
		data.reserved[at] ^= 0x55;
		if (CU(cuMemPoolImportPointer)(&address, first, &data) == CUDA_SUCCESS)
			IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
		memset(data.reserved + at, 0xff, sizeof(data) - at);
		IS(CU(cuMemPoolImportPointer)(&address, first, &data), CUDA_ERROR_INVALID_VALUE);
	}
	IS(CU(cuMemPoolImportPointer)(&address, first, &good), CUDA_SUCCESS);
	memory = memfd_create("vramtrack-simulated-pool-0", MFD_CLOEXEC);
	MUST(memory >= 0 && ftruncate(memory, 4096) == 0);
	IS(CU(cuMemPoolImportFromShareableHandle)(&own, (void *)(intptr_t)memory, BY_FILE, 0),
	   CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemPoolImportFromShareableHandle)(&own, (void *)(intptr_t)STDIN_FILENO, BY_FILE, 0),
	   CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemPoolImportFromShareableHandle)(&own, (void *)(intptr_t)-1, BY_FILE, 0),
	   CUDA_ERROR_INVALID_VALUE);
	pass_turn(peer);
}

static void what_belongs_to_another_pool_is_refused(void **state)
{
	(void)state;
	assert_int_equal(in_two_children(NULL, shares_two_pools, mixes_them_up), 0);
}

static CUmemGenericAllocationHandle create(CUmemLocationType where, CUdevice device)
{
	const CUmemAllocationProp properties = {
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.requestedHandleTypes = BY_FILE,
		.location = {.type = where, .id = device},
	};
	CUmemGenericAllocationHandle handle;

	IS(CU(cuMemCreate)(&handle, PIECE, &properties, 0), CUDA_SUCCESS);
	return handle;
}

static CUdeviceptr map(CUmemGenericAllocationHandle handle)
{
	const CUmemAccessDesc access = {
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE},
		.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE,
	};
	CUdeviceptr address;

	IS(CU(cuMemAddressReserve)(&address, PIECE, 0, 0, 0), CUDA_SUCCESS);
	IS(CU(cuMemMap)(address, PIECE, 0, handle, 0), CUDA_SUCCESS);
	IS(CU(cuMemSetAccess)(address, PIECE, &access, 1), CUDA_SUCCESS);
	return address;
}

static void export_memory(int peer, CUmemGenericAllocationHandle handle)
{
	int file = -1;

	IS(CU(cuMemExportToShareableHandle)(&file, handle, BY_FILE, 0), CUDA_SUCCESS);
	send_file(peer, file);
	close(file);
}

static void shares_physical_memory(int peer)
{
	CUmemGenericAllocationHandle handle;
	CUdeviceptr address;

	simulate_start();
	handle = create(CU_MEM_LOCATION_TYPE_DEVICE, 0);
	address = map(handle);
	fill_with(address, 7, PIECE);
	export_memory(peer, handle);
	export_memory(peer, create(CU_MEM_LOCATION_TYPE_DEVICE, 1));
	export_memory(peer, create(CU_MEM_LOCATION_TYPE_HOST_NUMA, 0));
	wait_turn(peer);
	MUST(byte_at(address + 1) == 9);
	MUST(simulate_used() == PIECE);
	IS(CU(cuMemRelease)(handle), CUDA_SUCCESS);
	IS(CU(cuMemUnmap)(address, PIECE), CUDA_SUCCESS);
	MUST(simulate_used() == PIECE);
	pass_turn(peer);
	wait_turn(peer);
	MUST(simulate_used() == 0);
}

static CUmemGenericAllocationHandle import_memory(int file)
{
	CUmemGenericAllocationHandle handle;

	IS(CU(cuMemImportFromShareableHandle)(&handle, (void *)(intptr_t)file, BY_FILE),
	   CUDA_SUCCESS);
	return handle;
}

static CUmemLocation location_of(CUmemGenericAllocationHandle handle)
{
	CUmemAllocationProp properties;

	IS(CU(cuMemGetAllocationPropertiesFromHandle)(&properties, handle), CUDA_SUCCESS);
	return properties.location;
}

static void maps_physical_memory(int peer)
{
	CUmemGenericAllocationHandle handle, again, second, host;
	CUdeviceptr address;
	int file;

	simulate_start();
	file = receive_file(peer);
	handle = import_memory(file);
	again = import_memory(file);
	close(file);
	second = import_memory(receive_file(peer));
	host = import_memory(receive_file(peer));
	MUST(location_of(second).id == 1);
	MUST(location_of(host).type == CU_MEM_LOCATION_TYPE_HOST_NUMA);
	address = map(handle);
	MUST(byte_at(address) == 7);
	fill_with(address + 1, 9, 1);
	MUST(simulate_used() == 0);
	IS(CU(cuMemRelease)(handle), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(again), CUDA_SUCCESS);
	IS(CU(cuMemRelease)(handle), CUDA_ERROR_INVALID_VALUE);
	pass_turn(peer);
	wait_turn(peer);
	MUST(byte_at(address) == 7);
	IS(CU(cuMemUnmap)(address, PIECE), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	pass_turn(peer);
}

static void physical_memory_is_imported(void **state)
{
	(void)state;
	assert_int_equal(in_two_children("devices=2", shares_physical_memory, maps_physical_memory),
			 0);
}

/* Whoever maps such a file would fault when it shrinks. */
static void imports_a_file_that_can_shrink(void)
{
	CUmemGenericAllocationHandle handle;
	int memory = memfd_create("vramtrack-simulated-memory-0", MFD_CLOEXEC);

	simulate_start();
	MUST(memory >= 0 && ftruncate(memory, PIECE) == 0);
	IS(CU(cuMemImportFromShareableHandle)(&handle, (void *)(intptr_t)memory, BY_FILE),
	   CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemImportFromShareableHandle)(&handle, (void *)(intptr_t)-1, BY_FILE),
	   CUDA_ERROR_INVALID_VALUE);
}

static void a_file_of_another_origin_is_refused(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, imports_a_file_that_can_shrink, NULL, 0), 0);
}

static void shares_a_pool_by_the_runtime(void)
{
	const struct cudaMemPoolProps properties = {
		.allocType = cudaMemAllocationTypePinned,
		.handleTypes = cudaMemHandleTypePosixFileDescriptor,
		.location = {.type = cudaMemLocationTypeDevice},
	};
	const enum cudaMemAllocationHandleType by_file = cudaMemHandleTypePosixFileDescriptor;
	struct cudaMemPoolPtrExportData data;
	cudaMemPool_t pool, imported;
	void *address, *other;
	int file = -1;

	IS(RT(cudaMemPoolCreate)(&pool, &properties), cudaSuccess);
	IS(RT(cudaMallocFromPoolAsync)(&address, MIB, pool, NULL), cudaSuccess);
	IS(RT(cudaMemPoolExportToShareableHandle)(&file, pool, by_file, 0), cudaSuccess);
	IS(RT(cudaMemPoolImportFromShareableHandle)(&imported, (void *)(intptr_t)file, by_file, 0),
	   cudaSuccess);
	IS(RT(cudaMemPoolExportPointer)(&data, address), cudaSuccess);
	IS(RT(cudaMemPoolImportPointer)(&other, imported, &data), cudaSuccess);
	MUST(address != other);
	IS(RT(cudaMallocFromPoolAsync)(&address, MIB, imported, NULL), cudaErrorInvalidValue);
	IS(RT(cudaFreeAsync)(other, NULL), cudaSuccess);
	IS(RT(cudaMemPoolDestroy)(imported), cudaSuccess);
	close(file);
}

static void the_runtime_shares_pools(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, shares_a_pool_by_the_runtime, NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pool_and_its_pointers_are_imported),
		cmocka_unit_test(what_belongs_to_another_pool_is_refused),
		cmocka_unit_test(the_runtime_shares_pools),
		cmocka_unit_test(physical_memory_is_imported),
		cmocka_unit_test(a_file_of_another_origin_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_share", tests, NULL, NULL);
}
