/* The simulated driver in a process: options, threads, fork, the end of the process. */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/simulate_child.h"

static char said[8192];

static void fills_a_device_of_64_mib(void)
{
	CUdeviceptr address, last = 0;
	int count = 0;
	size_t free, total;

	simulate_start();
	IS(CU(cuMemAlloc_v2)(&address, (size_t)1 << 45), CUDA_ERROR_OUT_OF_MEMORY);
	IS(CU(cuMemAlloc_v2)(&address, SIZE_MAX - 5), CUDA_ERROR_OUT_OF_MEMORY);
	while (CU(cuMemAlloc_v2)(&address, 10 * MIB) == CUDA_SUCCESS) {
		last = address;
		count++;
	}
	MUST(count == 6);
	IS(CU(cuMemGetInfo_v2)(&free, &total), CUDA_SUCCESS);
	MUST(total == 64 * MIB && free == 4 * MIB);
	IS(CU(cuMemFree_v2)(last), CUDA_SUCCESS);
	IS(CU(cuMemAlloc_v2)(&address, 14 * MIB), CUDA_SUCCESS);
	MUST(simulate_used() == 64 * MIB);
}

static void the_device_has_the_size_of_the_option(void **state)
{
	(void)state;
	assert_int_equal(in_child("memory=64M", fills_a_device_of_64_mib, said, sizeof(said)), 0);
	assert_string_equal(said, "");
}

static void makes_room_by_trimming_pools(void)
{
	CUdeviceptr address;

	simulate_start();
	IS(CU(cuMemAllocAsync)(&address, 60 * MIB, NULL), CUDA_SUCCESS);
	IS(CU(cuMemFreeAsync)(address, NULL), CUDA_SUCCESS);
	MUST(simulate_used() == 64 * MIB);
	IS(CU(cuMemAlloc_v2)(&address, 32 * MIB), CUDA_SUCCESS);
	MUST(simulate_used() == 32 * MIB);
	IS(CU(cuMemAllocAsync)(&address, 33 * MIB, NULL), CUDA_ERROR_OUT_OF_MEMORY);
	IS(CU(cuMemAllocAsync)(&address, 13 * MIB, NULL), CUDA_SUCCESS);
	MUST(simulate_used() == 64 * MIB);
}

static void a_full_device_takes_back_what_pools_hold(void **state)
{
	(void)state;
	assert_int_equal(in_child("memory=64M", makes_room_by_trimming_pools, NULL, 0), 0);
}

static void fails_at_the_third(void)
{
	CUdeviceptr address;
	void *host;

	simulate_start();
	IS(CU(cuMemAlloc_v2)(&address, 1), CUDA_SUCCESS);
	IS(CU(cuMemAllocAsync)(&address, 1, NULL), CUDA_SUCCESS);
	IS(CU(cuMemHostAlloc)(&host, 1, 0), CUDA_ERROR_OUT_OF_MEMORY);
	IS(CU(cuMemHostAlloc)(&host, 1, 0), CUDA_SUCCESS);
}

static void the_nth_allocation_is_refused(void **state)
{
	(void)state;
	assert_int_equal(in_child("fail_allocation=3", fails_at_the_third, NULL, 0), 0);
}

static void is_reset_after_the_second(void)
{
	CUdeviceptr first, second, pooled;
	CUcontext context = simulate_start();

	IS(CU(cuMemAlloc_v2)(&first, 1), CUDA_SUCCESS);
	IS(CU(cuMemAllocAsync)(&pooled, 1, NULL), CUDA_SUCCESS);
	IS(CU(cuMemAlloc_v2)(&second, 1), CUDA_ERROR_CONTEXT_IS_DESTROYED);
	IS(CU(cuDevicePrimaryCtxRetain)(&context, 0), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(first), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFree_v2)(pooled), CUDA_SUCCESS);
}

static void another_component_resets_after_the_nth(void **state)
{
	(void)state;
	assert_int_equal(in_child("reset_at=2", is_reset_after_the_second, NULL, 0), 0);
}

static void has_three_devices(void)
{
	char name[64];
	CUuuid first, last;
	int count, access;

	simulate_start();
	IS(CU(cuDeviceGetCount)(&count), CUDA_SUCCESS);
	MUST(count == 3);
	IS(CU(cuDeviceGetName)(name, sizeof(name), 2), CUDA_SUCCESS);
	MUST(!strcmp(name, "vramtrack simulated device"));
	IS(CU(cuDeviceGetUuid_v2)(&first, 0), CUDA_SUCCESS);
	IS(CU(cuDeviceGetUuid_v2)(&last, 2), CUDA_SUCCESS);
	MUST(memcmp(&first, &last, sizeof(first)) != 0);
	IS(CU(cuDeviceCanAccessPeer)(&access, 0, 2), CUDA_SUCCESS);
	MUST(access == 1);
	IS(CU(cuDeviceGetName)(name, sizeof(name), 3), CUDA_ERROR_INVALID_DEVICE);
}

static void options_shape_the_device(void **state)
{
	(void)state;
	assert_int_equal(in_child("devices=3", has_three_devices, NULL, 0), 0);
}

static void does_not_start(void)
{
	simulate_open("libcuda.so.1");
	IS(CU(cuInit)(0), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuInit)(0), CUDA_ERROR_INVALID_VALUE);
}

static void with_bad_options_the_device_does_not_start(void **state)
{
	(void)state;
	assert_int_equal(in_child("colour=red:devices=3:memory=lots:fail_allocation",
				  does_not_start, said, sizeof(said)),
			 0);
	assert_non_null(strstr(said, "VRAMTRACK_SIMULATE has no key 'colour'; there are "));
	assert_non_null(strstr(said, "lots"));
	assert_non_null(strstr(said, "fail_allocation"));
	assert_non_null(strstr(said, "cuInit gives 1"));
}

static void *allocates_and_frees(void *argument)
{
	CUcontext context = argument;
	CUdeviceptr linear, pooled;
	CUstream stream;

	IS(CU(cuCtxSetCurrent)(context), CUDA_SUCCESS);
	IS(CU(cuStreamCreate)(&stream, CU_STREAM_NON_BLOCKING), CUDA_SUCCESS);
	for (size_t i = 1; i < 500; i++) {
		IS(CU(cuMemAlloc_v2)(&linear, i * 600), CUDA_SUCCESS);
		IS(CU(cuMemAllocAsync_ptsz)(&pooled, i * 600, NULL), CUDA_SUCCESS);
		IS(CU(cuMemcpyDtoDAsync_v2)(linear, pooled, i * 600, stream), CUDA_SUCCESS);
		IS(CU(cuMemFreeAsync)(pooled, stream), CUDA_SUCCESS);
		IS(CU(cuMemFree_v2)(linear), CUDA_SUCCESS);
	}
	IS(CU(cuStreamSynchronize)(stream), CUDA_SUCCESS);
	IS(CU(cuStreamDestroy_v2)(stream), CUDA_SUCCESS);
	return NULL;
}

static void runs_eight_threads(void)
{
	CUcontext context = simulate_start();
	pthread_t threads[8];

	for (int i = 0; i < 8; i++)
		MUST(!pthread_create(&threads[i], NULL, allocates_and_frees, context));
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	IS(CU(cuCtxSynchronize)(), CUDA_SUCCESS);
	MUST(simulate_used() == 0);
}

static void threads_share_a_device(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, runs_eight_threads, NULL, 0), 0);
}

static void forks_after_the_start(void)
{
	CUdeviceptr address;
	int status;
	pid_t pid;

	simulate_start();
	IS(CU(cuMemAlloc_v2)(&address, 1), CUDA_SUCCESS);
	pid = fork();
	if (pid == 0) {
		IS(CU(cuMemFree_v2)(address), CUDA_ERROR_NOT_INITIALIZED);
		IS(CU(cuInit)(0), CUDA_ERROR_NOT_INITIALIZED);
		_exit(0);
	}
	MUST(waitpid(pid, &status, 0) == pid && status == 0);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
}

static void a_forked_child_cannot_use_its_parents_driver(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, forks_after_the_start, NULL, 0), 0);
}

static CUdeviceptr late;

/* Registered before the driver started, and so run after it has shut down. */
static void frees_too_late(void)
{
	IS(CU(cuMemFree_v2)(late), CUDA_ERROR_DEINITIALIZED);
	IS(CU(cuInit)(0), CUDA_ERROR_DEINITIALIZED);
}

/* Registered after it. */
static void frees_in_time(void)
{
	CUdeviceptr address = late;

	IS(CU(cuMemAlloc_v2)(&late, 1), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
}

static void frees_at_exit(void)
{
	MUST(!atexit(frees_too_late));
	simulate_start();
	IS(CU(cuMemAlloc_v2)(&late, 1), CUDA_SUCCESS);
	MUST(!atexit(frees_in_time));
}

static void the_driver_shuts_down_at_exit(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, frees_at_exit, NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_device_has_the_size_of_the_option),
		cmocka_unit_test(a_full_device_takes_back_what_pools_hold),
		cmocka_unit_test(the_nth_allocation_is_refused),
		cmocka_unit_test(another_component_resets_after_the_nth),
		cmocka_unit_test(options_shape_the_device),
		cmocka_unit_test(with_bad_options_the_device_does_not_start),
		cmocka_unit_test(threads_share_a_device),
		cmocka_unit_test(a_forked_child_cannot_use_its_parents_driver),
		cmocka_unit_test(the_driver_shuts_down_at_exit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_process", tests, NULL, NULL);
}
