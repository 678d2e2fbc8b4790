/* External memory and semaphores of the simulated driver and runtime. */
#define _GNU_SOURCE
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/simulate_two.h"

#define SIZE (3 * MIB)

/* Stands for the memory of a graphics interface. */
static int make_file(size_t size)
{
	int file = memfd_create("graphics", MFD_CLOEXEC);

	MUST(file >= 0 && ftruncate(file, (off_t)size) == 0);
	return file;
}

static bool is_open(int file)
{
	return fcntl(file, F_GETFD) >= 0;
}

static CUDA_EXTERNAL_MEMORY_HANDLE_DESC described(int file, size_t size)
{
	const CUDA_EXTERNAL_MEMORY_HANDLE_DESC desc = {
		.type = CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD,
		.handle = {.fd = file},
		.size = size,
	};

	return desc;
}

static CUexternalMemory import(int file)
{
	const CUDA_EXTERNAL_MEMORY_HANDLE_DESC desc = described(file, SIZE);
	CUexternalMemory memory;

	IS(CU(cuImportExternalMemory)(&memory, &desc), CUDA_SUCCESS);
	return memory;
}

static CUresult map(CUexternalMemory memory, size_t offset, size_t size, CUdeviceptr *address)
{
	const CUDA_EXTERNAL_MEMORY_BUFFER_DESC desc = {.offset = offset, .size = size};

	return CU(cuExternalMemoryGetMappedBuffer)(address, memory, &desc);
}

static void maps_buffers(void)
{
	int file = make_file(SIZE), other = dup(file);
	CUexternalMemory memory;
	CUdeviceptr whole, part;
	unsigned char value = 5;

	simulate_start();
	memory = import(file);
	IS(map(memory, 0, SIZE, &whole), CUDA_SUCCESS);
	IS(map(memory, 1000, 500, &part), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	MUST(pwrite(other, &value, 1, 1001) == 1);
	MUST(byte_at(whole + 1001) == 5 && byte_at(part + 1) == 5);
	fill_with(part, 6, 500);
	MUST(pread(other, &value, 1, 1499) == 1 && value == 6);
	IS(CU(cuMemsetD8_v2)(part, 6, 501), CUDA_ERROR_INVALID_VALUE);
	MUST(is_open(file));
	IS(CU(cuDestroyExternalMemory)(memory), CUDA_SUCCESS);
	MUST(!is_open(file));
	IS(CU(cuDestroyExternalMemory)(memory), CUDA_ERROR_INVALID_HANDLE);
	MUST(byte_at(whole + 1000) == 6);
	IS(CU(cuMemFree_v2)(part + 1), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFree_v2)(part), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(part), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFree_v2)(whole), CUDA_SUCCESS);
}

static void a_buffer_is_the_file_and_outlives_the_import(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, maps_buffers, NULL, 0), 0);
}

static void is_refused(CUDA_EXTERNAL_MEMORY_HANDLE_DESC desc, CUresult wanted)
{
	CUexternalMemory memory;

	IS(CU(cuImportExternalMemory)(&memory, &desc), wanted);
	MUST(desc.handle.fd < 0 || is_open(desc.handle.fd));
}

static void imports_badly(void)
{
	int file = make_file(SIZE), ends[2];
	CUDA_EXTERNAL_MEMORY_HANDLE_DESC desc;
	CUexternalMemory memory;
	CUdeviceptr address;

	simulate_start();
	MUST(!pipe(ends));
	is_refused(described(file, 0), CUDA_ERROR_INVALID_VALUE);
	is_refused(described(file, SIZE + 1), CUDA_ERROR_INVALID_VALUE);
	is_refused(described(-1, SIZE), CUDA_ERROR_INVALID_HANDLE);
	is_refused(described(ends[0], SIZE), CUDA_ERROR_INVALID_VALUE);
	desc = described(file, SIZE);
	desc.flags = 2;
	is_refused(desc, CUDA_ERROR_INVALID_VALUE);
	desc = described(file, SIZE);
	desc.type = CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_WIN32;
	is_refused(desc, CUDA_ERROR_NOT_SUPPORTED);
	desc.type = (CUexternalMemoryHandleType)77;
	is_refused(desc, CUDA_ERROR_INVALID_VALUE);
	memory = import(file);
	IS(map(memory, 1, SIZE, &address), CUDA_ERROR_INVALID_VALUE);
	IS(map(memory, SIZE_MAX, 2, &address), CUDA_ERROR_INVALID_VALUE);
	IS(map(memory, 0, 0, &address), CUDA_ERROR_INVALID_VALUE);
	IS(map((CUexternalMemory)(uintptr_t)&file, 0, 1, &address), CUDA_ERROR_INVALID_HANDLE);
}

static void bad_imports_are_refused_and_leave_the_descriptor(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, imports_badly, NULL, 0), 0);
}

static void maps_a_mipmapped_array(void)
{
	int file = make_file(SIZE), other = dup(file);
	CUexternalMemory memory;
	CUDA_EXTERNAL_MEMORY_MIPMAPPED_ARRAY_DESC desc = {
		.offset = 4096,
		.arrayDesc = {.Width = 64,
			      .Height = 64,
			      .Format = CU_AD_FORMAT_UNSIGNED_INT8,
			      .NumChannels = 1},
		.numLevels = 3,
	};
	unsigned char row[16], value = 0;
	CUDA_MEMCPY2D copy = {.srcMemoryType = CU_MEMORYTYPE_HOST,
			      .srcHost = row,
			      .dstMemoryType = CU_MEMORYTYPE_ARRAY,
			      .WidthInBytes = sizeof(row),
			      .Height = 1};
	CUmipmappedArray mipmap;

	simulate_start();
	memory = import(file);
	IS(CU(cuExternalMemoryGetMappedMipmappedArray)(&mipmap, memory, &desc), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
	IS(CU(cuMipmappedArrayGetLevel)(&copy.dstArray, mipmap, 2), CUDA_SUCCESS);
	memset(row, 3, sizeof(row));
	IS(CU(cuMemcpy2D_v2)(&copy), CUDA_SUCCESS);
	/* Behind the levels of 64 by 64 and of 32 by 32, whose rows are padded. */
	MUST(pread(other, &value, 1, 4096 + 64 * 64 + 64 * 32) == 1 && value == 3);
	IS(CU(cuArrayDestroy)(copy.dstArray), CUDA_SUCCESS);
	IS(CU(cuDestroyExternalMemory)(memory), CUDA_SUCCESS);
	IS(CU(cuMemcpy2D_v2)(&copy), CUDA_SUCCESS);
	IS(CU(cuMipmappedArrayDestroy)(mipmap), CUDA_SUCCESS);
	IS(CU(cuMipmappedArrayDestroy)(mipmap), CUDA_ERROR_INVALID_HANDLE);
	MUST(simulate_used() == 0);
	memory = import(other);
	desc.offset = SIZE - 64 * 64;
	IS(CU(cuExternalMemoryGetMappedMipmappedArray)(&mipmap, memory, &desc),
	   CUDA_ERROR_INVALID_VALUE);
	desc.offset = SIZE + 1;
	IS(CU(cuExternalMemoryGetMappedMipmappedArray)(&mipmap, memory, &desc),
	   CUDA_ERROR_INVALID_VALUE);
}

static void a_mipmapped_array_is_the_file(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, maps_a_mipmapped_array, NULL, 0), 0);
}

static void imports_semaphores(void)
{
	CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC desc = {
		.type = CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD,
		.handle = {.fd = -1},
	};
	CUexternalSemaphore semaphore;

	simulate_start();
	IS(CU(cuImportExternalSemaphore)(&semaphore, &desc), CUDA_ERROR_INVALID_HANDLE);
	desc.handle.fd = eventfd(0, EFD_CLOEXEC);
	desc.type = CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_D3D12_FENCE;
	IS(CU(cuImportExternalSemaphore)(&semaphore, &desc), CUDA_ERROR_NOT_SUPPORTED);
	desc.type = CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_TIMELINE_SEMAPHORE_FD;
	IS(CU(cuImportExternalSemaphore)(&semaphore, &desc), CUDA_SUCCESS);
	IS(CU(cuDestroyExternalMemory)((CUexternalMemory)semaphore), CUDA_ERROR_INVALID_HANDLE);
	MUST(is_open(desc.handle.fd));
	IS(CU(cuDestroyExternalSemaphore)(semaphore), CUDA_SUCCESS);
	MUST(!is_open(desc.handle.fd));
	IS(CU(cuDestroyExternalSemaphore)(semaphore), CUDA_ERROR_INVALID_HANDLE);
}

static void a_semaphore_owns_its_descriptor(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, imports_semaphores, NULL, 0), 0);
}

static void resets(void)
{
	CUcontext context = simulate_start();
	int file = make_file(SIZE);
	CUexternalMemory memory = import(file);
	CUdeviceptr address;

	IS(map(memory, 0, SIZE, &address), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxReset)(0), CUDA_SUCCESS);
	MUST(!is_open(file));
	IS(CU(cuDevicePrimaryCtxRetain)(&context, 0), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuDestroyExternalMemory)(memory), CUDA_ERROR_INVALID_HANDLE);
}

static void a_reset_takes_imports_and_mappings(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, resets, NULL, 0), 0);
}

static void imports_by_the_runtime(void)
{
	struct cudaExternalMemoryHandleDesc desc = {.type = cudaExternalMemoryHandleTypeOpaqueFd,
						    .size = SIZE};
	const struct cudaExternalMemoryBufferDesc part = {.offset = 512, .size = 100};
	const struct cudaExternalMemoryMipmappedArrayDesc levels = {
		.formatDesc = {8, 0, 0, 0, cudaChannelFormatKindUnsigned},
		.extent = {64, 64, 0},
		.numLevels = 2,
	};
	struct cudaExternalSemaphoreHandleDesc signal = {
		.type = cudaExternalSemaphoreHandleTypeOpaqueFd};
	cudaExternalSemaphore_t semaphore;
	cudaExternalMemory_t memory;
	cudaMipmappedArray_t mipmap;
	void *address;

	desc.handle.fd = make_file(SIZE);
	signal.handle.fd = eventfd(0, EFD_CLOEXEC);
	IS(RT(cudaImportExternalMemory)(&memory, &desc), cudaSuccess);
	IS(RT(cudaExternalMemoryGetMappedBuffer)(&address, memory, &part), cudaSuccess);
	IS(RT(cudaMemset)(address, 1, 100), cudaSuccess);
	IS(RT(cudaExternalMemoryGetMappedMipmappedArray)(&mipmap, memory, &levels), cudaSuccess);
	IS(RT(cudaDestroyExternalMemory)(memory), cudaSuccess);
	IS(RT(cudaFree)(address), cudaSuccess);
	IS(RT(cudaFree)(address), cudaErrorInvalidValue);
	IS(RT(cudaFreeMipmappedArray)(mipmap), cudaSuccess);
	IS(RT(cudaImportExternalSemaphore)(&semaphore, &signal), cudaSuccess);
	IS(RT(cudaDestroyExternalSemaphore)(semaphore), cudaSuccess);
	MUST(!is_open(desc.handle.fd) && !is_open(signal.handle.fd));
}

static void the_runtime_imports_too(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, imports_by_the_runtime, NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_is_the_file_and_outlives_the_import),
		cmocka_unit_test(bad_imports_are_refused_and_leave_the_descriptor),
		cmocka_unit_test(a_mipmapped_array_is_the_file),
		cmocka_unit_test(a_semaphore_owns_its_descriptor),
		cmocka_unit_test(a_reset_takes_imports_and_mappings),
		cmocka_unit_test(the_runtime_imports_too),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_external", tests, NULL, NULL);
}
