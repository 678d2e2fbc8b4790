/* What the tests of memory sources share: the simulated device's use, and calls made to fail. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include <cuda_runtime_api.h>

#include "tests/source_fixture.h"

#define MOST_CALLS 4096

static struct {
	unsigned nth, seen;
	int has_failed;
	unsigned made_count;
	const char *made[MOST_CALLS];
} calls;

void simulated_device(const char *options)
{
	setenv("VRAMTRACK_SIMULATE", options, 1);
}

size_t used_bytes(void)
{
	size_t free_bytes, total;

	assert_int_equal(cudaMemGetInfo(&free_bytes, &total), cudaSuccess);
	return total - free_bytes;
}

void assert_no_cuda_error(void)
{
	assert_int_equal(cudaPeekAtLastError(), cudaSuccess);
}

void assert_detail(vt_status status, const char *words)
{
	const vt_error_detail *detail = vt_last_error();

	if (detail->status != status || !strstr(detail->text, words))
		fail_msg("the detail is %d \"%s\", wanted %d with \"%s\"", detail->status,
			 detail->text, status, words);
}

void assert_round_trip(vt_source *source, vt_memory_kind kind, int type, bool is_charged)
{
	const vt_source_request request = {.bytes = 3 * MIB + 5};
	const size_t before = used_bytes();
	struct cudaPointerAttributes attributes;
	vt_source_block block;

	assert_int_equal(vt_source_kind(source), kind);
	assert_true(source->frees_bare_pointers);
	assert_int_equal(vt__source_allocate(source, &request, &block), VT_OK);
	assert_int_equal(block.bytes, request.bytes);
	assert_int_equal(block.capacity, request.bytes);
	assert_int_equal(cudaPointerGetAttributes(&attributes, block.base), cudaSuccess);
	assert_int_equal(attributes.type, type);
	assert_int_equal(used_bytes() > before, is_charged);
	assert_int_equal(vt__source_grow(source, &block, 0, 4 * MIB), VT_ERROR_NOT_SUPPORTED);
	assert_int_equal(vt__source_shrink(source, &block, 0, MIB), VT_ERROR_NOT_SUPPORTED);
	assert_int_equal(cudaMemset(block.base, 1, block.bytes), cudaSuccess);
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_OK);
	/* A device keeps chunks ready for managed memory that it used. */
	if (kind != VT_MEMORY_MANAGED)
		assert_int_equal(used_bytes(), before);
	assert_no_cuda_error();
}

static int fault(const char *call, void *closure)
{
	(void)closure;
	if (++calls.seen == calls.nth) {
		calls.has_failed = 1;
		return cudaErrorUnknown;
	}
	if (calls.made_count < MOST_CALLS)
		calls.made[calls.made_count++] = call;
	return 0;
}

void fail_call(unsigned nth)
{
	memset(&calls, 0, sizeof(calls));
	calls.nth = nth;
	vt__cuda_fault = fault;
}

int call_failed(void)
{
	vt__cuda_fault = NULL;
	return calls.has_failed;
}

unsigned calls_made(const char *part)
{
	unsigned count = 0;

	for (unsigned i = 0; i < calls.made_count; i++)
		count += strstr(calls.made[i], part) != NULL;
	return count;
}
