/* Legacy IPC of the simulated driver: memory and events of another process. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/simulate_two.h"

#define LARGE (4 * MIB + 4096)
#define SMALL ((size_t)1000)
#define LAZY CU_IPC_MEM_LAZY_ENABLE_PEER_ACCESS

static CUdeviceptr allocate(size_t size)
{
	CUdeviceptr address = 0;

	IS(CU(cuMemAlloc_v2)(&address, size), CUDA_SUCCESS);
	return address;
}

static CUipcMemHandle handle_of(CUdeviceptr address)
{
	CUipcMemHandle handle;

	IS(CU(cuIpcGetMemHandle)(&handle, address), CUDA_SUCCESS);
	return handle;
}

static CUdeviceptr open_handle(CUipcMemHandle handle)
{
	CUdeviceptr address = 0;

	IS(CU(cuIpcOpenMemHandle_v2)(&address, handle, LAZY), CUDA_SUCCESS);
	return address;
}

static CUipcMemHandle hear_handle(int peer)
{
	CUipcMemHandle handle;

	hear(peer, &handle, sizeof(handle));
	return handle;
}

/* Shares one allocation of a size, filled with 7, until the other side is done. */
static CUdeviceptr share(int peer, size_t size)
{
	CUdeviceptr address = allocate(size);
	CUipcMemHandle handle;

	fill_with(address, 7, size);
	handle = handle_of(address);
	tell(peer, &handle, sizeof(handle));
	return address;
}

static void shares_large_and_small(int peer)
{
	CUdeviceptr neighbour, large, small;

	simulate_start();
	neighbour = allocate(SMALL);
	fill_with(neighbour, 3, SMALL);
	large = share(peer, LARGE);
	small = share(peer, SMALL);
	wait_turn(peer);
	MUST(byte_at(large + LARGE - 1) == 9 && byte_at(small + SMALL - 1) == 8);
	MUST(byte_at(large) == 7 && byte_at(neighbour) == 3 && byte_at(neighbour + SMALL - 1) == 3);
	MUST(simulate_used() == 8 * MIB);
	fill_with(small, 5, 1);
	pass_turn(peer);
	wait_turn(peer);
}

static void sees_large_and_small(int peer)
{
	CUdeviceptr large, small, base;
	size_t size;

	simulate_start();
	large = open_handle(hear_handle(peer));
	small = open_handle(hear_handle(peer));
	MUST(simulate_used() == 0);
	MUST(byte_at(large) == 7 && byte_at(large + LARGE - 1) == 7 && byte_at(small) == 7);
	IS(CU(cuMemGetAddressRange_v2)(&base, &size, small + 5), CUDA_SUCCESS);
	MUST(base == small && size == SMALL);
	IS(CU(cuMemsetD8_v2)(small, 1, SMALL + 1), CUDA_ERROR_INVALID_VALUE);
	fill_with(large + LARGE - 1, 9, 1);
	fill_with(small + SMALL - 1, 8, 1);
	pass_turn(peer);
	wait_turn(peer);
	MUST(byte_at(small) == 5);
	pass_turn(peer);
}

static void an_opened_handle_shows_the_exporters_bytes(void **state)
{
	(void)state;
	assert_int_equal(in_two_children(NULL, shares_large_and_small, sees_large_and_small), 0);
}

static void shares_one(int peer)
{
	simulate_start();
	share(peer, LARGE);
	wait_turn(peer);
}

static void opens_twice(int peer)
{
	CUipcMemHandle handle = hear_handle(peer);
	CUdeviceptr first, second;

	simulate_start();
	first = open_handle(handle);
	IS(CU(cuIpcOpenMemHandle)(&second, handle, LAZY), CUDA_SUCCESS);
	MUST(first == second);
	IS(CU(cuMemFree_v2)(first), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFreeAsync)(first, NULL), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuIpcCloseMemHandle)(first + 512), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuIpcCloseMemHandle)(first), CUDA_SUCCESS);
	MUST(byte_at(first) == 7);
	IS(CU(cuIpcCloseMemHandle)(first), CUDA_SUCCESS);
	IS(CU(cuIpcCloseMemHandle)(first), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemsetD8_v2)(first, 1, 1), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuIpcOpenMemHandle_v2)(&first, handle, 0), CUDA_ERROR_INVALID_VALUE);
	open_handle(handle);
	pass_turn(peer);
}

static void a_handle_opened_twice_is_closed_twice(void **state)
{
	(void)state;
	assert_int_equal(in_two_children(NULL, shares_one, opens_twice), 0);
}

static void frees_what_is_open(int peer)
{
	CUdeviceptr address;
	size_t before;

	simulate_start();
	address = share(peer, LARGE);
	wait_turn(peer);
	before = simulate_used();
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(address), CUDA_ERROR_INVALID_VALUE);
	MUST(before > 0 && simulate_used() == before);
	pass_turn(peer);
	wait_turn(peer);
	MUST(simulate_used() == 0);
	pass_turn(peer);
}

static void outlives_the_exporters_free(int peer)
{
	CUipcMemHandle handle = hear_handle(peer);
	CUdeviceptr address, again;

	simulate_start();
	address = open_handle(handle);
	pass_turn(peer);
	wait_turn(peer);
	MUST(byte_at(address + LARGE - 1) == 7);
	IS(CU(cuIpcCloseMemHandle)(address), CUDA_SUCCESS);
	IS(CU(cuIpcOpenMemHandle_v2)(&again, handle, LAZY), CUDA_ERROR_INVALID_VALUE);
	pass_turn(peer);
	wait_turn(peer);
	IS(CU(cuIpcOpenMemHandle_v2)(&again, handle, LAZY), CUDA_ERROR_INVALID_VALUE);
}

static void memory_freed_by_its_owner_stays_where_it_is_open(void **state)
{
	(void)state;
	assert_int_equal(in_two_children(NULL, frees_what_is_open, outlives_the_exporters_free), 0);
}

static void ends_with_it_open(int peer)
{
	CUipcMemHandle handle = hear_handle(peer);

	simulate_start();
	open_handle(handle);
	pass_turn(peer);
	wait_turn(peer);
}

static void is_told_of_the_end(int peer)
{
	CUdeviceptr address;
	char end;

	simulate_start();
	address = share(peer, LARGE);
	wait_turn(peer);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	MUST(simulate_used() > 0);
	pass_turn(peer);
	/* The socket closes with the other process. */
	MUST(recv(peer, &end, 1, 0) <= 0);
	for (int i = 0; i < 500 && simulate_used(); i++)
		usleep(10000);
	MUST(simulate_used() == 0);
}

static void the_end_of_a_process_closes_what_it_opened(void **state)
{
	(void)state;
	assert_int_equal(in_two_children(NULL, is_told_of_the_end, ends_with_it_open), 0);
}

static void is_reset_while_open(int peer)
{
	CUcontext context = simulate_start();
	CUdeviceptr address = open_handle(hear_handle(peer));

	IS(CU(cuDevicePrimaryCtxReset)(0), CUDA_SUCCESS);
	IS(CU(cuDevicePrimaryCtxRetain)(&context, 0), CUDA_SUCCESS);
	IS(CU(cuIpcCloseMemHandle)(address), CUDA_ERROR_INVALID_VALUE);
	MUST(simulate_used() == 0);
	pass_turn(peer);
}

static void a_reset_closes_what_is_open(void **state)
{
	(void)state;
	assert_int_equal(in_two_children(NULL, shares_one, is_reset_while_open), 0);
}

static void exports_what_it_may(void)
{
	CUipcMemHandle handle, same, other;
	CUdeviceptr address, managed, pooled, own;
	int capable = 0;
	void *host;

	simulate_start();
	address = allocate(LARGE);
	handle = handle_of(address);
	same = handle_of(address);
	MUST(!memcmp(&handle, &same, sizeof(handle)));
	IS(CU(cuIpcOpenMemHandle_v2)(&own, handle, LAZY), CUDA_ERROR_INVALID_CONTEXT);
	IS(CU(cuPointerGetAttribute)(&capable, CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE,
				     address),
	   CUDA_SUCCESS);
	MUST(capable == 1);
	IS(CU(cuIpcGetMemHandle)(&other, address + 512), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	IS(CU(cuIpcGetMemHandle)(&other, address), CUDA_ERROR_INVALID_VALUE);
	other = handle_of(allocate(LARGE));
	MUST(memcmp(&handle, &other, sizeof(handle)) != 0);
	IS(CU(cuMemAllocManaged)(&managed, MIB, CU_MEM_ATTACH_GLOBAL), CUDA_SUCCESS);
	IS(CU(cuIpcGetMemHandle)(&other, managed), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemAllocAsync)(&pooled, MIB, NULL), CUDA_SUCCESS);
	IS(CU(cuIpcGetMemHandle)(&other, pooled), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuMemHostAlloc)(&host, MIB, 0), CUDA_SUCCESS);
	IS(CU(cuIpcGetMemHandle)(&other, (uintptr_t)host), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuIpcGetMemHandle)(NULL, address), CUDA_ERROR_INVALID_VALUE);
}

static void only_linear_memory_is_exported_and_not_to_oneself(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, exports_what_it_may, NULL, 0), 0);
}

/* Opens some bytes; what can be opened is memory of its whole size. */
static bool try(CUipcMemHandle handle)
{
	CUdeviceptr address, base;
	size_t size;
	CUresult result = CU(cuIpcOpenMemHandle_v2)(&address, handle, LAZY);

	if (result == CUDA_ERROR_INVALID_VALUE)
		return false;
	IS(result, CUDA_SUCCESS);
	IS(CU(cuMemGetAddressRange_v2)(&base, &size, address), CUDA_SUCCESS);
	fill_with(address, 1, size);
	IS(CU(cuIpcCloseMemHandle)(address), CUDA_SUCCESS);
	return true;
}

static void tries_every_bit(int peer)
{
	CUipcMemHandle good = hear_handle(peer), handle;
	unsigned int opened = 0;

	simulate_start();
	for (unsigned int bit = 0; bit < 8 * sizeof(good); bit++) {
		handle = good;
		handle.reserved[bit / 8] ^= (char)(1 << bit % 8);
		opened += try(handle);
	}
	/* What names the process, the file and the piece must all be right. */
	MUST(opened < 8 * 24);
	for (int value = -128; value < 128; value++) {
		memset(&handle, value, sizeof(handle));
		MUST(!try(handle));
		handle = good;
		memset(handle.reserved + 8, value, sizeof(handle) - 8);
		MUST(!try(handle));
	}
	MUST(try(good));
	pass_turn(peer);
}

static void hostile_handles_are_refused(void **state)
{
	(void)state;
	assert_int_equal(in_two_children(NULL, shares_one, tries_every_bit), 0);
}

static void shares_an_event(int peer)
{
	CUipcEventHandle handle;
	CUevent event, plain;

	simulate_start();
	IS(CU(cuEventCreate)(&event, CU_EVENT_INTERPROCESS), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuEventCreate)(&plain, CU_EVENT_DISABLE_TIMING), CUDA_SUCCESS);
	IS(CU(cuIpcGetEventHandle)(&handle, plain), CUDA_ERROR_INVALID_HANDLE);
	IS(CU(cuEventCreate)(&event, CU_EVENT_INTERPROCESS | CU_EVENT_DISABLE_TIMING),
	   CUDA_SUCCESS);
	IS(CU(cuIpcGetEventHandle)(&handle, event), CUDA_SUCCESS);
	IS(CU(cuIpcOpenEventHandle)(&plain, handle), CUDA_ERROR_INVALID_CONTEXT);
	tell(peer, &handle, sizeof(handle));
	wait_turn(peer);
	IS(CU(cuEventDestroy_v2)(event), CUDA_SUCCESS);
	pass_turn(peer);
	wait_turn(peer);
}

static void opens_an_event(int peer)
{
	CUipcEventHandle handle;
	CUipcMemHandle as_memory;
	CUdeviceptr address;
	CUevent event, none;

	simulate_start();
	hear(peer, &handle, sizeof(handle));
	memcpy(&as_memory, &handle, sizeof(as_memory));
	IS(CU(cuIpcOpenMemHandle_v2)(&address, as_memory, LAZY), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuIpcOpenEventHandle)(&event, handle), CUDA_SUCCESS);
	IS(CU(cuEventRecord)(event, NULL), CUDA_SUCCESS);
	IS(CU(cuEventSynchronize)(event), CUDA_SUCCESS);
	IS(CU(cuStreamWaitEvent)(NULL, event, 0), CUDA_SUCCESS);
	pass_turn(peer);
	wait_turn(peer);
	IS(CU(cuIpcOpenEventHandle)(&none, handle), CUDA_ERROR_INVALID_VALUE);
	memset(&handle, 0, sizeof(handle));
	IS(CU(cuIpcOpenEventHandle)(&none, handle), CUDA_ERROR_INVALID_VALUE);
	IS(CU(cuEventDestroy_v2)(event), CUDA_SUCCESS);
	IS(CU(cuEventDestroy_v2)(event), CUDA_ERROR_INVALID_HANDLE);
	pass_turn(peer);
}

static void an_event_is_opened_in_another_process(void **state)
{
	(void)state;
	assert_int_equal(in_two_children(NULL, shares_an_event, opens_an_event), 0);
}

static void shares_by_the_runtime(int peer)
{
	cudaIpcEventHandle_t event_handle;
	cudaIpcMemHandle_t handle;
	cudaEvent_t event;
	void *address;

	IS(RT(cudaMalloc)(&address, LARGE), cudaSuccess);
	IS(RT(cudaMemset)(address, 7, LARGE), cudaSuccess);
	IS(RT(cudaIpcGetMemHandle)(&handle, address), cudaSuccess);
	IS(RT(cudaEventCreateWithFlags)(&event, cudaEventInterprocess | cudaEventDisableTiming),
	   cudaSuccess);
	IS(RT(cudaIpcGetEventHandle)(&event_handle, event), cudaSuccess);
	tell(peer, &handle, sizeof(handle));
	tell(peer, &event_handle, sizeof(event_handle));
	wait_turn(peer);
}

static void opens_by_the_runtime(int peer)
{
	cudaIpcEventHandle_t event_handle;
	cudaIpcMemHandle_t handle;
	unsigned char value = 0;
	cudaEvent_t event;
	void *address;

	hear(peer, &handle, sizeof(handle));
	hear(peer, &event_handle, sizeof(event_handle));
	IS(RT(cudaIpcOpenMemHandle)(&address, handle, cudaIpcMemLazyEnablePeerAccess), cudaSuccess);
	IS(RT(cudaMemcpy)(&value, address, 1, cudaMemcpyDeviceToHost), cudaSuccess);
	MUST(value == 7);
	IS(RT(cudaFree)(address), cudaErrorInvalidValue);
	IS(RT(cudaIpcCloseMemHandle)(address), cudaSuccess);
	IS(RT(cudaIpcCloseMemHandle)(address), cudaErrorInvalidValue);
	IS(RT(cudaIpcOpenEventHandle)(&event, event_handle), cudaSuccess);
	IS(RT(cudaEventDestroy)(event), cudaSuccess);
	pass_turn(peer);
}

static void the_runtime_shares_memory_and_events(void **state)
{
	(void)state;
	assert_int_equal(in_two_children(NULL, shares_by_the_runtime, opens_by_the_runtime), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_opened_handle_shows_the_exporters_bytes),
		cmocka_unit_test(a_handle_opened_twice_is_closed_twice),
		cmocka_unit_test(memory_freed_by_its_owner_stays_where_it_is_open),
		cmocka_unit_test(a_reset_closes_what_is_open),
		cmocka_unit_test(the_end_of_a_process_closes_what_it_opened),
		cmocka_unit_test(only_linear_memory_is_exported_and_not_to_oneself),
		cmocka_unit_test(hostile_handles_are_refused),
		cmocka_unit_test(an_event_is_opened_in_another_process),
		cmocka_unit_test(the_runtime_shares_memory_and_events),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_ipc", tests, NULL, NULL);
}
