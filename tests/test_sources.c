/* Memory sources: counting, structs of other versions, what each plain source gives and frees. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <cuda_runtime_api.h>

#include "tests/source_fixture.h"

/* ---- A source of the caller's own ------------------------------------------ */

struct own {
	char memory[64];
	size_t gives; /* bytes told of a block; 0: those asked for */
	vt_status status;
	unsigned allocations, frees, destroyed;
};

static vt_status own_allocate(void *state, const vt_source_request *request, vt_source_block *out)
{
	struct own *own = state;

	if (own->status != VT_OK)
		return own->status;
	own->allocations++;
	out->base = own->memory;
	out->bytes = own->gives ? own->gives : request->bytes;
	return VT_OK;
}

static vt_status own_free(void *state, const vt_source_block *block, int device, vt_stream stream)
{
	struct own *own = state;

	(void)device;
	(void)stream;
	assert_ptr_equal(block->base, own->memory);
	own->frees++;
	return own->status;
}

static vt_status own_grow(void *state, vt_source_block *block, int device, size_t bytes)
{
	(void)state;
	(void)block;
	(void)device;
	(void)bytes;
	return VT_ERROR_OUT_OF_MEMORY;
}

static void own_destroy(void *state)
{
	((struct own *)state)->destroyed++;
}

#define OWN_FUNCTIONS                                                                              \
	{                                                                                          \
		.struct_size = sizeof(vt_source_functions), .name = "own",                         \
		.kind = VT_MEMORY_DEVICE, .allocate = own_allocate, .free = own_free,              \
		.destroy = own_destroy                                                             \
	}

static vt_source *own_source(struct own *own)
{
	const vt_source_functions functions = OWN_FUNCTIONS;
	vt_source *source;

	assert_int_equal(vt_source_create(&source, &functions, own), VT_OK);
	return source;
}

static const vt_source_request sixteen = {.bytes = 16};

static void test_state_is_destroyed_with_the_last_reference(void **state)
{
	struct own own = {0};
	vt_source *source = own_source(&own);

	(void)state;
	assert_string_equal(vt_source_name(source), "own");
	assert_ptr_equal(vt_source_retain(source), source);
	vt_source_release(source);
	assert_int_equal(own.destroyed, 0);
	vt_source_release(source);
	assert_int_equal(own.destroyed, 1);
	vt_source_release(NULL);
	assert_null(vt_source_retain(NULL));
	assert_string_equal(vt_source_name(NULL), "");
}

static void test_a_source_of_an_older_caller_lacks_what_it_does_not_know(void **state)
{
	vt_source_functions functions = OWN_FUNCTIONS;
	struct own own = {0};
	vt_source_block block;
	vt_source *source;

	(void)state;
	functions.struct_size = offsetof(vt_source_functions, grow);
	functions.grow = own_grow;
	assert_int_equal(vt_source_create(&source, &functions, &own), VT_OK);
	assert_int_equal(vt__source_allocate(source, &sixteen, &block), VT_OK);
	block.capacity = 64;
	assert_int_equal(vt__source_grow(source, &block, 0, 32), VT_ERROR_NOT_SUPPORTED);
	vt_source_release(source);
	assert_int_equal(own.destroyed, 0);
}

static void test_a_source_of_a_newer_caller_is_refused_if_it_sets_more(void **state)
{
	struct {
		vt_source_functions functions;
		void *later[2];
	} newer = {OWN_FUNCTIONS, {NULL, NULL}};
	vt_source *const none = (vt_source *)&newer;
	vt_source *source = none;
	struct own own = {0};

	(void)state;
	newer.functions.struct_size = sizeof(newer);
	assert_int_equal(vt_source_create(&source, &newer.functions, &own), VT_OK);
	vt_source_release(source);
	source = none;
	newer.later[1] = &own;
	assert_int_equal(vt_source_create(&source, &newer.functions, &own), VT_ERROR_STRUCT_SIZE);
	assert_detail(VT_ERROR_STRUCT_SIZE, "vt_source_functions sets byte");
	newer.functions.struct_size = 0;
	assert_int_equal(vt_source_create(&source, &newer.functions, &own), VT_ERROR_STRUCT_SIZE);
	newer.functions.struct_size = offsetof(vt_source_functions, grow) - 1;
	assert_int_equal(vt_source_create(&source, &newer.functions, &own), VT_ERROR_STRUCT_SIZE);
	newer.functions.struct_size = SIZE_MAX;
	assert_int_equal(vt_source_create(&source, &newer.functions, &own), VT_ERROR_STRUCT_SIZE);
	assert_ptr_equal(source, none);
}

static void test_an_incomplete_source_is_refused(void **state)
{
	const vt_source_functions whole = OWN_FUNCTIONS;
	vt_source_functions part;
	vt_source *source;

	(void)state;
	assert_int_equal(vt_source_create(NULL, &whole, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_source_create(&source, NULL, NULL), VT_ERROR_INVALID_ARGUMENT);
	part = whole;
	part.allocate = NULL;
	assert_int_equal(vt_source_create(&source, &part, NULL), VT_ERROR_INVALID_ARGUMENT);
	part = whole;
	part.free = NULL;
	assert_int_equal(vt_source_create(&source, &part, NULL), VT_ERROR_INVALID_ARGUMENT);
	part = whole;
	part.name = NULL;
	assert_int_equal(vt_source_create(&source, &part, NULL), VT_ERROR_INVALID_ARGUMENT);
	part = whole;
	part.kind = (vt_memory_kind)3;
	assert_int_equal(vt_source_create(&source, &part, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "3 is no vt_memory_kind");
}

static void test_failures_of_a_source_of_ones_own_have_words(void **state)
{
	struct own own = {.status = VT_ERROR_OUT_OF_MEMORY};
	vt_source *source = own_source(&own);
	vt_source_block block = {0};

	(void)state;
	vt_clear_last_error();
	assert_int_equal(vt__source_allocate(source, &sixteen, &block), VT_ERROR_OUT_OF_MEMORY);
	assert_detail(VT_ERROR_OUT_OF_MEMORY, "memory source 'own' failed to allocate 16 bytes");
	assert_null(block.base);
	block.base = own.memory;
	block.bytes = 16;
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_ERROR_OUT_OF_MEMORY);
	assert_detail(VT_ERROR_OUT_OF_MEMORY, "failed to free 16 bytes");
	source->functions.grow = own_grow;
	block.capacity = 64;
	assert_int_equal(vt__source_grow(source, &block, 0, 64), VT_ERROR_OUT_OF_MEMORY);
	assert_detail(VT_ERROR_OUT_OF_MEMORY, "failed to grow to 64 bytes");
	vt_source_release(source);
}

static void test_a_source_that_gives_too_little_gets_it_back(void **state)
{
	struct own own = {.gives = 15};
	vt_source *source = own_source(&own);
	vt_source_block block = {0};

	(void)state;
	assert_int_equal(vt__source_allocate(source, &sixteen, &block), VT_ERROR_NOT_SUPPORTED);
	assert_detail(VT_ERROR_NOT_SUPPORTED, "asked for 16 bytes, it gave 15");
	assert_null(block.base);
	assert_int_equal(own.allocations, 1);
	assert_int_equal(own.frees, 1);
	own.gives = 20;
	assert_int_equal(vt__source_allocate(source, &sixteen, &block), VT_OK);
	assert_int_equal(block.capacity, 20);
	vt_source_release(source);
}

static void test_what_a_source_is_asked_is_checked(void **state)
{
	const vt_source_request nothing = {0};
	vt_source *source = vt_source_default();
	vt_source_block block = {0};

	(void)state;
	assert_int_equal(vt__source_allocate(NULL, &sixteen, &block), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt__source_allocate(source, NULL, &block), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt__source_allocate(source, &sixteen, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt__source_allocate(source, &nothing, &block), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt__source_free(NULL, &block, 0, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt__source_free(source, NULL, 0, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_OK);
	assert_int_equal(vt__source_grow(source, &block, 0, 1), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt__source_shrink(source, &block, 0, 1), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_source_create_managed(NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_source_create_pinned(NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_source_create_pool(NULL, NULL), VT_ERROR_INVALID_ARGUMENT);
}

/* ---- Those of the library --------------------------------------------------- */

static void test_the_default_source_is_cudaMalloc_for_ever(void **state)
{
	(void)state;
	assert_ptr_equal(vt_source_default(), vt_source_default());
	for (int i = 0; i < 3; i++)
		vt_source_release(vt_source_default());
	vt_source_release(vt_source_retain(vt_source_default()));
	assert_string_equal(vt_source_name(vt_source_default()), "cudaMalloc");
	assert_round_trip(vt_source_default(), VT_MEMORY_DEVICE, cudaMemoryTypeDevice, true);
}

static void test_managed_memory_is_managed(void **state)
{
	vt_source *source;

	(void)state;
	assert_int_equal(vt_source_create_managed(&source), VT_OK);
	assert_round_trip(source, VT_MEMORY_MANAGED, cudaMemoryTypeManaged, false);
	vt_source_release(source);
}

static void test_pinned_memory_is_host_memory(void **state)
{
	vt_source *source;

	(void)state;
	assert_int_equal(vt_source_create_pinned(&source), VT_OK);
	assert_round_trip(source, VT_MEMORY_PINNED_HOST, cudaMemoryTypeHost, false);
	vt_source_release(source);
}

/* Memory that cannot be freed in stream order is freed even where the wait fails. */
static void test_a_wait_that_fails_frees_nevertheless(void **state)
{
	struct cudaPointerAttributes attributes;
	vt_source_block block;
	vt_source *source;

	(void)state;
	assert_int_equal(vt_source_create_managed(&source), VT_OK);
	assert_int_equal(vt__source_allocate(source, &sixteen, &block), VT_OK);
	fail_call(1);
	assert_int_equal(vt__source_free(source, &block, 0, NULL), VT_ERROR_CUDA);
	assert_true(call_failed());
	assert_int_equal(cudaPointerGetAttributes(&attributes, block.base), cudaSuccess);
	assert_int_equal(attributes.type, cudaMemoryTypeUnregistered);
	assert_no_cuda_error();
	vt_source_release(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_state_is_destroyed_with_the_last_reference),
		cmocka_unit_test(test_a_source_of_an_older_caller_lacks_what_it_does_not_know),
		cmocka_unit_test(test_a_source_of_a_newer_caller_is_refused_if_it_sets_more),
		cmocka_unit_test(test_an_incomplete_source_is_refused),
		cmocka_unit_test(test_failures_of_a_source_of_ones_own_have_words),
		cmocka_unit_test(test_a_source_that_gives_too_little_gets_it_back),
		cmocka_unit_test(test_what_a_source_is_asked_is_checked),
		cmocka_unit_test(test_the_default_source_is_cudaMalloc_for_ever),
		cmocka_unit_test(test_managed_memory_is_managed),
		cmocka_unit_test(test_pinned_memory_is_host_memory),
		cmocka_unit_test(test_a_wait_that_fails_frees_nevertheless),
	};

	simulated_device("memory=1G");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("sources", tests, NULL, NULL);
}
