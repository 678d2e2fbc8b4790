/* Adaptors: a limit to the byte, room made on demand, and allocations made to fail. */
#include "config.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <cuda_runtime_api.h>

#include "tests/source_fixture.h"

static vt_status take(vt_source *source, size_t bytes, vt_source_block *out)
{
	const vt_source_request request = {.bytes = bytes};

	return vt__source_allocate(source, &request, out);
}

static void give(vt_source *source, const vt_source_block *block)
{
	assert_int_equal(vt__source_free(source, block, 0, NULL), VT_OK);
}

/* ---- Limit -------------------------------------------------------------------- */

static void test_the_limit_holds_to_the_byte(void **state)
{
	vt_source_block first, second;
	vt_source *limit;

	(void)state;
	assert_int_equal(vt_source_create_limit(&limit, NULL, 1000), VT_OK);
	assert_false(limit->frees_bare_pointers);
	assert_int_equal(vt_source_limit_used(limit), 0);
	assert_int_equal(take(limit, 1001, &first), VT_ERROR_BUDGET);
	assert_int_equal(take(limit, 600, &first), VT_OK);
	assert_int_equal(take(limit, 401, &second), VT_ERROR_BUDGET);
	assert_detail(VT_ERROR_BUDGET, "'cudaMalloc' is 1000 bytes: 600 are in use, 401 requested");
	assert_int_equal(take(limit, SIZE_MAX, &second), VT_ERROR_BUDGET);
	assert_int_equal(take(limit, 400, &second), VT_OK);
	assert_int_equal(vt_source_limit_used(limit), 1000);
	give(limit, &first);
	assert_int_equal(vt_source_limit_used(limit), 400);
	give(limit, &second);
	assert_int_equal(vt_source_limit_used(limit), 0);
	vt_source_release(limit);
	assert_int_equal(vt_source_limit_used(NULL), 0);
	assert_int_equal(vt_source_limit_used(vt_source_default()), 0);
}

static void test_what_the_source_below_refuses_does_not_count(void **state)
{
	vt_source_block block;
	vt_source *limit;

	(void)state;
	assert_int_equal(vt_source_create_limit(&limit, NULL, SIZE_MAX), VT_OK);
	assert_int_equal(take(limit, (size_t)1 << 40, &block), VT_ERROR_OUT_OF_MEMORY);
	assert_int_equal(vt_source_limit_used(limit), 0);
	assert_no_cuda_error();
	vt_source_release(limit);
}

static void test_a_limit_on_growable_memory_counts_what_is_committed(void **state)
{
	vt_source_block block = {0};
	vt_source *growable, *limit;

	(void)state;
	assert_int_equal(vt_source_create_growable(&growable, NULL), VT_OK);
	assert_int_equal(vt_source_create_limit(&limit, growable, 9 * MIB), VT_OK);
	vt_source_release(growable);
	/* 8 MiB + 1 need 10 MiB: as a first allocation and as growth. */
	assert_int_equal(take(limit, 8 * MIB + 1, &block), VT_ERROR_BUDGET);
	assert_null(block.base);
	assert_int_equal(used_bytes(), 0);
	assert_int_equal(take(limit, 1, &block), VT_OK);
	assert_int_equal(vt_source_limit_used(limit), 2 * MIB);
	assert_int_equal(vt__source_grow(limit, &block, 0, 8 * MIB + 1), VT_ERROR_BUDGET);
	assert_int_equal(vt_source_limit_used(limit), 2 * MIB);
	assert_int_equal(block.bytes, 2 * MIB);
	assert_int_equal(used_bytes(), 2 * MIB);
	assert_int_equal(vt__source_grow(limit, &block, 0, 10 * MIB), VT_ERROR_BUDGET);
	assert_int_equal(vt__source_grow(limit, &block, 0, 8 * MIB - 1), VT_OK);
	assert_int_equal(vt_source_limit_used(limit), 8 * MIB);
	assert_int_equal(vt__source_shrink(limit, &block, 0, 5), VT_OK);
	assert_int_equal(vt_source_limit_used(limit), 2 * MIB);
	assert_int_equal(vt__source_grow(limit, &block, 0, (size_t)1 << 40),
			 VT_ERROR_NOT_SUPPORTED);
	fail_call(1);
	assert_int_equal(vt__source_grow(limit, &block, 0, 4 * MIB), VT_ERROR_CUDA);
	assert_true(call_failed());
	assert_int_equal(vt_source_limit_used(limit), 2 * MIB);
	give(limit, &block);
	assert_int_equal(vt_source_limit_used(limit), 0);
	assert_int_equal(used_bytes(), 0);
	vt_source_release(limit);
}

#define THREADS 8
#define ROUNDS 400
#define PIECE ((size_t)512)
#define PIECES 5 /* that fit: fewer than threads */

struct contest {
	vt_source *limit;
	unsigned held, most_held, taken, refused; /* atomic */
};

static void *contend(void *argument)
{
	struct contest *contest = argument;

	for (int i = 0; i < ROUNDS; i++) {
		vt_source_block block;
		vt_status status = take(contest->limit, PIECE, &block);
		unsigned held, most;

		if (status != VT_OK) {
			__atomic_add_fetch(&contest->refused, status == VT_ERROR_BUDGET,
					   __ATOMIC_RELAXED);
			continue;
		}
		held = __atomic_add_fetch(&contest->held, 1, __ATOMIC_ACQ_REL);
		most = __atomic_load_n(&contest->most_held, __ATOMIC_ACQUIRE);
		while (held > most &&
		       !__atomic_compare_exchange_n(&contest->most_held, &most, held, true,
						    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			continue;
		__atomic_add_fetch(&contest->taken, 1, __ATOMIC_RELAXED);
		__atomic_sub_fetch(&contest->held, 1, __ATOMIC_ACQ_REL);
		vt__source_free(contest->limit, &block, 0, NULL);
	}
	return NULL;
}

static void test_the_limit_holds_under_eight_threads(void **state)
{
	struct contest contest = {0};
	pthread_t threads[THREADS];
	vt_source_block blocks[PIECES];

	(void)state;
	assert_int_equal(vt_source_create_limit(&contest.limit, NULL, PIECES * PIECE + PIECE - 1),
			 VT_OK);
	/* All but two pieces are held here, so that the threads meet the limit. */
	for (int i = 2; i < PIECES; i++)
		assert_int_equal(take(contest.limit, PIECE, &blocks[i]), VT_OK);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, contend, &contest), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(contest.taken + contest.refused, THREADS * ROUNDS);
	assert_true(contest.most_held >= 1 && contest.most_held <= 2);
	assert_int_equal(vt_source_limit_used(contest.limit), (PIECES - 2) * PIECE);
	for (int i = 0; i < 2; i++)
		assert_int_equal(take(contest.limit, PIECE, &blocks[i]), VT_OK);
	assert_int_equal(take(contest.limit, PIECE, &(vt_source_block){0}), VT_ERROR_BUDGET);
	for (int i = 0; i < PIECES; i++)
		give(contest.limit, &blocks[i]);
	assert_int_equal(vt_source_limit_used(contest.limit), 0);
	vt_source_release(contest.limit);
}

static void *hold_and_drop(void *argument)
{
	vt_source *source = argument;

	for (int i = 0; i < 1000; i++)
		vt_source_release(vt_source_retain(source));
	vt_source_release(source);
	return NULL;
}

static void test_references_are_counted_by_many_threads(void **state)
{
	pthread_t threads[THREADS];
	vt_source *below, *limit;

	(void)state;
	assert_int_equal(vt_source_create_managed(&below), VT_OK);
	assert_int_equal(vt_source_create_limit(&limit, below, 1), VT_OK);
	assert_int_equal(vt_source_kind(limit), VT_MEMORY_MANAGED);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, hold_and_drop, vt_source_retain(limit)),
			0);
	vt_source_release(limit);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	/* The adaptor went with its last reference, and gave back the one it held. */
	assert_int_equal(below->references, 1);
	vt_source_release(below);
}

/* ---- Retry -------------------------------------------------------------------- */

struct room {
	vt_source *source; /* of the hoard */
	vt_source_block hoard[8];
	unsigned hoarded; /* each call frees one of these; none left: gives up */
	unsigned calls, last_attempt;
	size_t bytes;
	int device;
	bool lies; /* claims to have made room, and did not */
};

static int make_room(void *closure, size_t bytes, int device, unsigned attempt)
{
	struct room *room = closure;

	assert_int_equal(attempt, ++room->last_attempt);
	room->calls++;
	room->bytes = bytes;
	room->device = device;
	/* What a callback does to the thread must not show: device, detail. */
	assert_int_equal(cudaSetDevice(1), cudaSuccess);
	assert_int_equal(vt__source_allocate(NULL, NULL, NULL), VT_ERROR_INVALID_ARGUMENT);
	if (room->lies)
		return 1;
	if (!room->hoarded)
		return 0;
	return vt__source_free(room->source, &room->hoard[--room->hoarded], 0, NULL) == VT_OK;
}

/* Fills the device of 64 MiB with pieces of 16. */
static void fill(struct room *room, vt_source *source)
{
	room->source = source;
	while (take(source, 16 * MIB, &room->hoard[room->hoarded]) == VT_OK)
		room->hoarded++;
	assert_int_equal(room->hoarded, 4);
}

static void drain(struct room *room)
{
	while (room->hoarded)
		give(room->source, &room->hoard[--room->hoarded]);
}

static void test_room_is_made_until_it_suffices(void **state)
{
	struct room room = {0};
	vt_source_block block;
	vt_source *retry;
	int device = -1;

	(void)state;
	assert_int_equal(vt_source_create_retry(&retry, NULL, make_room, &room, 10), VT_OK);
	assert_true(retry->frees_bare_pointers);
	assert_int_equal(take(retry, MIB, &block), VT_OK);
	assert_int_equal(room.calls, 0);
	give(retry, &block);
	fill(&room, vt_source_default());
	assert_int_equal(take(retry, 40 * MIB, &block), VT_OK);
	assert_int_equal(room.calls, 3);
	assert_int_equal(room.bytes, 40 * MIB);
	assert_int_equal(room.device, 0);
	assert_int_equal(cudaGetDevice(&device), cudaSuccess);
	assert_int_equal(device, 0);
	give(retry, &block);
	drain(&room);
	assert_int_equal(used_bytes(), 0);
	assert_no_cuda_error();
	vt_source_release(retry);
}

static void test_giving_up_returns_the_first_failure(void **state)
{
	struct room room = {0};
	vt_source_block block = {0};
	vt_source *retry;

	(void)state;
	assert_int_equal(vt_source_create_retry(&retry, NULL, make_room, &room, 10), VT_OK);
	fill(&room, vt_source_default());
	assert_int_equal(take(retry, 80 * MIB, &block), VT_ERROR_OUT_OF_MEMORY);
	assert_int_equal(room.calls, 5);
	assert_detail(VT_ERROR_OUT_OF_MEMORY, "");
	assert_null(block.base);
	assert_int_equal(used_bytes(), 0);
	assert_no_cuda_error();
	vt_source_release(retry);
}

static void test_it_is_tried_again_so_many_times_at_most(void **state)
{
	struct room room = {.lies = true};
	vt_source_block block;
	vt_source *retry;

	(void)state;
	for (unsigned most = 0; most < 4; most++) {
		room.calls = room.last_attempt = 0;
		assert_int_equal(vt_source_create_retry(&retry, NULL, make_room, &room, most),
				 VT_OK);
		assert_int_equal(take(retry, 80 * MIB, &block), VT_ERROR_OUT_OF_MEMORY);
		assert_int_equal(room.calls, most);
		vt_source_release(retry);
	}
}

static void test_other_failures_are_not_tried_again(void **state)
{
	struct room room = {.lies = true};
	vt_source_block block;
	vt_source *failing, *retry;

	(void)state;
	assert_int_equal(vt_source_create_failing(&failing, NULL, 1, 1, VT_ERROR_DEVICE_FAULT),
			 VT_OK);
	assert_int_equal(vt_source_create_retry(&retry, failing, make_room, &room, 5), VT_OK);
	vt_source_release(failing);
	assert_int_equal(take(retry, MIB, &block), VT_ERROR_DEVICE_FAULT);
	assert_int_equal(room.calls, 0);
	vt_source_release(retry);
}

static void test_room_is_made_under_a_limit_and_for_growth(void **state)
{
	struct room room = {0};
	vt_source_block block;
	vt_source *growable, *limit, *retry;

	(void)state;
	assert_int_equal(vt_source_create_growable(&growable, NULL), VT_OK);
	assert_int_equal(vt_source_create_limit(&limit, growable, 8 * MIB), VT_OK);
	assert_int_equal(vt_source_create_retry(&retry, limit, make_room, &room, 5), VT_OK);
	vt_source_release(growable);
	room.source = limit;
	assert_int_equal(take(limit, 2 * MIB, &room.hoard[0]), VT_OK);
	assert_int_equal(take(limit, 2 * MIB, &room.hoard[1]), VT_OK);
	assert_int_equal(take(limit, 2 * MIB, &room.hoard[2]), VT_OK);
	room.hoarded = 3;
	assert_int_equal(take(retry, 2 * MIB, &block), VT_OK);
	assert_int_equal(room.calls, 0);
	assert_int_equal(vt__source_grow(retry, &block, 0, 6 * MIB), VT_OK);
	assert_int_equal(room.calls, 2);
	assert_int_equal(room.bytes, 4 * MIB);
	assert_int_equal(vt__source_shrink(retry, &block, 0, 1), VT_OK);
	assert_int_equal(block.bytes, 2 * MIB);
	give(retry, &block);
	drain(&room);
	assert_int_equal(vt_source_limit_used(limit), 0);
	vt_source_release(limit);
	vt_source_release(retry);
	assert_int_equal(used_bytes(), 0);
}

/* ---- Failing ------------------------------------------------------------------ */

static void test_the_nth_and_so_many_after_it_fail(void **state)
{
	static const bool fails[] = {false, false, true, true, false, false};
	vt_source_block block;
	vt_source *failing;

	(void)state;
	assert_int_equal(vt_source_create_failing(&failing, NULL, 3, 2, VT_ERROR_OUT_OF_MEMORY),
			 VT_OK);
	for (size_t i = 0; i < sizeof(fails) / sizeof(*fails); i++) {
		vt_status status = take(failing, 16, &block);

		assert_int_equal(status, fails[i] ? VT_ERROR_OUT_OF_MEMORY : VT_OK);
		if (status == VT_OK)
			give(failing, &block);
	}
	assert_detail(VT_ERROR_OUT_OF_MEMORY, "allocation 4 was made to fail");
	vt_source_release(failing);
	assert_int_equal(vt_source_create_failing(&failing, NULL, 2, UINT64_MAX, VT_ERROR_CUDA),
			 VT_OK);
	assert_int_equal(take(failing, 16, &block), VT_OK);
	give(failing, &block);
	for (int i = 0; i < 5; i++)
		assert_int_equal(take(failing, 16, &block), VT_ERROR_CUDA);
	vt_source_release(failing);
	assert_int_equal(used_bytes(), 0);
}

static void test_growing_counts_as_an_allocation(void **state)
{
	vt_source_block block;
	vt_source *growable, *failing;

	(void)state;
	assert_int_equal(vt_source_create_growable(&growable, NULL), VT_OK);
	assert_int_equal(vt_source_create_failing(&failing, growable, 2, 1, VT_ERROR_OUT_OF_MEMORY),
			 VT_OK);
	vt_source_release(growable);
	assert_int_equal(take(failing, MIB, &block), VT_OK);
	assert_int_equal(vt__source_grow(failing, &block, 0, 4 * MIB), VT_ERROR_OUT_OF_MEMORY);
	assert_int_equal(block.bytes, 2 * MIB);
	assert_int_equal(vt__source_grow(failing, &block, 0, 4 * MIB), VT_OK);
	assert_int_equal(vt__source_shrink(failing, &block, 0, 1), VT_OK);
	assert_int_equal(block.bytes, 2 * MIB);
	give(failing, &block);
	vt_source_release(failing);
}

static void test_wrong_arguments_are_refused(void **state)
{
	vt_source *out = NULL;

	(void)state;
	assert_int_equal(vt_source_create_limit(NULL, NULL, 1), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_source_create_retry(NULL, NULL, make_room, NULL, 1),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_source_create_retry(&out, NULL, NULL, NULL, 1),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "make_room is NULL");
	assert_int_equal(vt_source_create_failing(NULL, NULL, 1, 1, VT_ERROR_CUDA),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_source_create_failing(&out, NULL, 0, 1, VT_ERROR_CUDA),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_source_create_failing(&out, NULL, 1, 0, VT_ERROR_CUDA),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_source_create_failing(&out, NULL, 1, 1, VT_OK),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_source_create_failing(&out, NULL, 1, 1, (vt_status)99),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "99 is no status of a failure");
	assert_null(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_limit_holds_to_the_byte),
		cmocka_unit_test(test_what_the_source_below_refuses_does_not_count),
		cmocka_unit_test(test_a_limit_on_growable_memory_counts_what_is_committed),
		cmocka_unit_test(test_the_limit_holds_under_eight_threads),
		cmocka_unit_test(test_references_are_counted_by_many_threads),
		cmocka_unit_test(test_room_is_made_until_it_suffices),
		cmocka_unit_test(test_giving_up_returns_the_first_failure),
		cmocka_unit_test(test_it_is_tried_again_so_many_times_at_most),
		cmocka_unit_test(test_other_failures_are_not_tried_again),
		cmocka_unit_test(test_room_is_made_under_a_limit_and_for_growth),
		cmocka_unit_test(test_the_nth_and_so_many_after_it_fail),
		cmocka_unit_test(test_growing_counts_as_an_allocation),
		cmocka_unit_test(test_wrong_arguments_are_refused),
	};

	simulated_device("memory=64M:devices=2");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("source_adaptors", tests, NULL, NULL);
}
