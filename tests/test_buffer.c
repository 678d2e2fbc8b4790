/* The life of buffers, their facts, and alignment. */
#include "config.h"

#include <cuda_runtime_api.h>

#include "tests/source_fixture.h"

#include <vramtrack/vramtrack.h>

static vt_buffer *make(size_t bytes, const vt_buffer_options *options)
{
	vt_buffer *buffer = NULL;

	assert_int_equal(vt_buffer_create(&buffer, bytes, options), VT_OK);
	assert_non_null(buffer);
	return buffer;
}

static size_t baseline;

static int before_each(void **state)
{
	(void)state;
	/* The context's own memory is taken with the first call. */
	if (cudaFree(NULL) != cudaSuccess)
		return -1;
	baseline = used_bytes();
	return 0;
}

static int after_each(void **state)
{
	(void)state;
	vt__cuda_fault = NULL;
	return used_bytes() == baseline && cudaPeekAtLastError() == cudaSuccess &&
			       !vt_report_leaks()
		       ? 0
		       : -1;
}

/* ---- Life ------------------------------------------------------------------------ */

static void test_a_plain_buffer_is_what_cudaMalloc_gave(void **state)
{
	vt_buffer *buffer = make(1000, NULL);

	(void)state;
	assert_non_null(vt_buffer_get(buffer));
	assert_int_equal(vt_buffer_size(buffer), 1000);
	assert_int_equal(vt_buffer_capacity(buffer), 1000);
	assert_int_equal(vt_buffer_alignment(buffer), 256);
	assert_int_equal((uintptr_t)vt_buffer_get(buffer) % 256, 0);
	assert_true(vt_buffer_is_allocated(buffer));
	assert_int_equal(vt_buffer_device(buffer), 0);
	assert_int_equal(vt_buffer_purpose(buffer), VT_PURPOSE_UNKNOWN);
	assert_string_equal(vt_buffer_label(buffer), "");
	assert_null(vt_buffer_stream(buffer));
	assert_int_equal(VT_BUFFER_COUNT(float, buffer), 250);
	assert_ptr_equal(VT_BUFFER_AS(float, buffer), vt_buffer_get(buffer));
	vt_buffer_destroy(buffer);
	vt_buffer_destroy(NULL);
}

static void test_facts_of_nothing(void **state)
{
	(void)state;
	assert_null(vt_buffer_get(NULL));
	assert_int_equal(vt_buffer_size(NULL), 0);
	assert_int_equal(vt_buffer_capacity(NULL), 0);
	assert_int_equal(vt_buffer_alignment(NULL), 0);
	assert_false(vt_buffer_is_allocated(NULL));
	assert_int_equal(vt_buffer_device(NULL), -1);
	assert_int_equal(vt_buffer_purpose(NULL), VT_PURPOSE_UNKNOWN);
	assert_string_equal(vt_buffer_label(NULL), "");
	assert_null(vt_buffer_stream(NULL));
}

static void test_options_are_kept(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	char label[200];
	cudaStream_t stream;
	vt_buffer *buffer;

	(void)state;
	assert_int_equal(cudaStreamCreate(&stream), cudaSuccess);
	memset(label, 'l', sizeof(label) - 1);
	label[sizeof(label) - 1] = '\0';
	label[126] = (char)0xc3; /* a character of two bytes that does not fit */
	label[127] = (char)0xa4;
	options.label = label;
	options.purpose = VT_PURPOSE_MODEL_WEIGHTS;
	options.stream = stream;
	options.device = 0;
	options.capacity = 9000;
	buffer = make(100, &options);
	label[0] = 'x';
	assert_int_equal(strlen(vt_buffer_label(buffer)), 126);
	assert_int_equal(vt_buffer_label(buffer)[0], 'l');
	assert_int_equal(vt_buffer_purpose(buffer), VT_PURPOSE_MODEL_WEIGHTS);
	assert_ptr_equal(vt_buffer_stream(buffer), stream);
	assert_int_equal(vt_buffer_device(buffer), 0);
	assert_int_equal(vt_buffer_capacity(buffer), 9000);
	assert_int_equal(vt_buffer_size(buffer), 100);
	vt_buffer_destroy(buffer);
	assert_int_equal(cudaStreamDestroy(stream), cudaSuccess);
}

static void test_a_scope_gives_what_the_options_do_not(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *inside, *own;

	(void)state;
	options.purpose = VT_PURPOSE_KV_CACHE;
	options.label = "own";
	{
		VT_SCOPE(VT_PURPOSE_MODEL_WEIGHTS, "layer 3");
		inside = make(256, NULL);
		own = make(256, &options);
		assert_string_equal(vt_scope_label(), "layer 3");
	}
	assert_null(vt_scope_label());
	assert_int_equal(vt_buffer_purpose(inside), VT_PURPOSE_MODEL_WEIGHTS);
	assert_string_equal(vt_buffer_label(inside), "layer 3");
	assert_int_equal(vt_buffer_purpose(own), VT_PURPOSE_KV_CACHE);
	assert_string_equal(vt_buffer_label(own), "own");
	vt_buffer_destroy(inside);
	vt_buffer_destroy(own);
}

static void test_the_thread_keeps_its_device(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	struct cudaPointerAttributes attributes;
	vt_buffer *buffer, *here;
	int device = -1;

	(void)state;
	options.device = 1;
	options.flags = VT_BUFFER_ZEROED;
	buffer = make(4096, &options);
	assert_int_equal(cudaGetDevice(&device), cudaSuccess);
	assert_int_equal(device, 0);
	assert_int_equal(cudaPointerGetAttributes(&attributes, vt_buffer_get(buffer)), cudaSuccess);
	assert_int_equal(attributes.device, 1);
	assert_int_equal(vt_buffer_resize(buffer, 100000, NULL), VT_OK);
	assert_int_equal(cudaPointerGetAttributes(&attributes, vt_buffer_get(buffer)), cudaSuccess);
	assert_int_equal(attributes.device, 1);
	here = make(100000, NULL);
	assert_int_equal(vt_buffer_copy(here, 0, buffer, 0, 100000), VT_OK);
	vt_buffer_destroy(buffer);
	vt_buffer_destroy(here);
	assert_int_equal(cudaGetDevice(&device), cudaSuccess);
	assert_int_equal(device, 0);
}

static void test_a_move_hands_over(void **state)
{
	vt_buffer *to = make(4 * MIB, NULL), *from = make(2000, NULL);
	void *address = vt_buffer_get(from);
	size_t used = used_bytes();

	(void)state;
	assert_int_equal(vt_buffer_move(to, from), VT_OK);
	assert_true(used_bytes() < used);
	assert_ptr_equal(vt_buffer_get(to), address);
	assert_int_equal(vt_buffer_size(to), 2000);
	assert_false(vt_buffer_is_allocated(from));
	assert_int_equal(vt_buffer_size(from), 0);
	assert_null(vt_buffer_get(from));
	assert_int_equal(vt_buffer_move(to, to), VT_OK);
	assert_ptr_equal(vt_buffer_get(to), address);
	/* An empty buffer can be filled again by a move, and emptied by one. */
	assert_int_equal(vt_buffer_move(from, to), VT_OK);
	assert_ptr_equal(vt_buffer_get(from), address);
	assert_int_equal(vt_buffer_move(from, to), VT_OK);
	assert_false(vt_buffer_is_allocated(from));
	vt_buffer_destroy(to);
	vt_buffer_destroy(from);
}

static void test_a_swap_exchanges(void **state)
{
	vt_buffer *a = make(1000, NULL), *b = make(2000, NULL);
	void *of_a = vt_buffer_get(a), *of_b = vt_buffer_get(b);

	(void)state;
	assert_int_equal(vt_buffer_swap(a, b), VT_OK);
	assert_ptr_equal(vt_buffer_get(a), of_b);
	assert_ptr_equal(vt_buffer_get(b), of_a);
	assert_int_equal(vt_buffer_size(a), 2000);
	assert_int_equal(vt_buffer_swap(a, a), VT_OK);
	assert_ptr_equal(vt_buffer_get(a), of_b);
	vt_buffer_destroy(a);
	vt_buffer_destroy(b);
}

static void test_release_and_adopt_pass_memory_on(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffer, *adopted = NULL;
	vt_tracker *tracker;
	void *base = NULL;

	(void)state;
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	options.tracker = tracker;
	buffer = make(5000, &options);
	assert_int_equal(vt_tracker_total(tracker), 5000);
	assert_int_equal(vt_buffer_release(buffer, &base), VT_OK);
	assert_int_equal(vt_tracker_total(tracker), 0);
	assert_false(vt_buffer_is_allocated(buffer));
	assert_int_equal(vt_buffer_release(buffer, &base), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_adopt(&adopted, base, 5000, &options), VT_OK);
	assert_ptr_equal(vt_buffer_get(adopted), base);
	assert_int_equal(vt_tracker_total(tracker), 5000);
	assert_int_equal(vt_buffer_release(adopted, &base), VT_OK);
	assert_int_equal(cudaFree(base), cudaSuccess);
	vt_buffer_destroy(adopted);
	vt_buffer_destroy(buffer);
	vt_tracker_destroy(tracker);
}

static void test_an_aligned_buffer_releases_its_base(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffer;
	void *base = NULL;

	(void)state;
	options.alignment = 2 * MIB;
	buffer = make(100, &options);
	assert_int_equal((uintptr_t)vt_buffer_get(buffer) % (2 * MIB), 0);
	assert_int_equal(vt_buffer_size(buffer), 100);
	assert_int_equal(vt_buffer_release(buffer, &base), VT_OK);
	assert_int_equal(cudaFree(base), cudaSuccess);
	vt_buffer_destroy(buffer);
}

static void test_a_duplicate_stands_alone(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	unsigned char bytes[700];
	vt_buffer *buffer, *copy = NULL;
	vt_tracker *tracker;

	(void)state;
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	options.tracker = tracker;
	options.label = "original";
	options.purpose = VT_PURPOSE_KV_CACHE;
	options.alignment = 4096;
	options.capacity = 1000;
	buffer = make(700, &options);
	assert_int_equal(vt_buffer_fill(buffer, 0, 7, 700), VT_OK);
	assert_int_equal(vt_buffer_duplicate(&copy, buffer, NULL), VT_OK);
	assert_int_equal(vt_tracker_total(tracker), 2000);
	assert_int_equal(vt_buffer_size(copy), 700);
	assert_int_equal(vt_buffer_capacity(copy), 1000);
	assert_int_equal(vt_buffer_alignment(copy), 4096);
	assert_string_equal(vt_buffer_label(copy), "original");
	assert_int_equal(vt_buffer_purpose(copy), VT_PURPOSE_KV_CACHE);
	vt_buffer_destroy(buffer);
	assert_int_equal(vt_buffer_copy_to_host(copy, 0, bytes, 700), VT_OK);
	for (size_t i = 0; i < 700; i++)
		assert_int_equal(bytes[i], 7);
	vt_buffer_destroy(copy);
	vt_tracker_destroy(tracker);
}

static void test_a_cleanup_variable_frees(void **state)
{
	(void)state;
	{
		VT_BUFFER_AUTO(buffer);
		assert_int_equal(vt_buffer_create(&buffer, 4 * MIB, NULL), VT_OK);
		assert_true(used_bytes() > baseline);
	}
	assert_int_equal(used_bytes(), baseline);
}

static void test_a_tracker_may_die_first(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_tracker *tracker;
	vt_buffer *buffer;

	(void)state;
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	options.tracker = tracker;
	buffer = make(1000, &options);
	vt_tracker_destroy(tracker);
	assert_int_equal(vt_buffer_resize(buffer, 5000, NULL), VT_OK);
	vt_buffer_destroy(buffer);
}

/* ---- Alignment -------------------------------------------------------------------- */

static void test_every_alignment_is_made(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffers[22];

	(void)state;
	for (unsigned i = 0; i < 22; i++) {
		options.alignment = (size_t)1 << i;
		buffers[i] = make(777, &options);
		assert_int_equal((uintptr_t)vt_buffer_get(buffers[i]) % options.alignment, 0);
		assert_int_equal(vt_buffer_alignment(buffers[i]), options.alignment);
		assert_int_equal(vt_buffer_size(buffers[i]), 777);
		assert_int_equal(vt_buffer_capacity(buffers[i]), 777);
		assert_int_equal(vt_buffer_fill(buffers[i], 0, 1, 777), VT_OK);
	}
	for (unsigned i = 0; i < 22; i++)
		vt_buffer_destroy(buffers[i]);
}

/* A source that aligns to 8 and no more, with live blocks counted. */
static int blocks;

static vt_status crooked_allocate(void *state, const vt_source_request *request,
				  vt_source_block *out)
{
	void *base;

	(void)state;
	if (cudaMalloc(&base, request->bytes + 8) != cudaSuccess)
		return VT_ERROR_OUT_OF_MEMORY;
	blocks++;
	out->handle = base;
	out->base = (char *)base + 8;
	out->bytes = request->bytes;
	return VT_OK;
}

static vt_status crooked_free(void *state, const vt_source_block *block, int device,
			      vt_stream stream)
{
	(void)state;
	(void)device;
	(void)stream;
	blocks--;
	return cudaFree(block->handle) == cudaSuccess ? VT_OK : VT_ERROR_CUDA;
}

static void test_a_source_that_aligns_less_is_made_to(void **state)
{
	static const vt_source_functions functions = {
		.struct_size = sizeof(functions),
		.name = "crooked",
		.allocate = crooked_allocate,
		.free = crooked_free,
	};
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;

	(void)state;
	assert_int_equal(vt_source_create(&options.source, &functions, NULL), VT_OK);
	for (size_t alignment = 1; alignment <= MIB; alignment *= 2) {
		vt_buffer *buffer;

		options.alignment = alignment;
		buffer = make(1000, &options);
		assert_int_equal((uintptr_t)vt_buffer_get(buffer) % alignment, 0);
		assert_int_equal(blocks, 1);
		assert_int_equal(vt_buffer_fill(buffer, 0, 3, 1000), VT_OK);
		vt_buffer_destroy(buffer);
		assert_int_equal(blocks, 0);
	}
	vt_source_release(options.source);
}

int main(void)
{
#define CHECKED(test) cmocka_unit_test_setup_teardown(test, before_each, after_each)
	const struct CMUnitTest tests[] = {
		CHECKED(test_a_plain_buffer_is_what_cudaMalloc_gave),
		CHECKED(test_facts_of_nothing),
		CHECKED(test_options_are_kept),
		CHECKED(test_a_scope_gives_what_the_options_do_not),
		CHECKED(test_the_thread_keeps_its_device),
		CHECKED(test_a_move_hands_over),
		CHECKED(test_a_swap_exchanges),
		CHECKED(test_release_and_adopt_pass_memory_on),
		CHECKED(test_an_aligned_buffer_releases_its_base),
		CHECKED(test_a_duplicate_stands_alone),
		CHECKED(test_a_cleanup_variable_frees),
		CHECKED(test_a_tracker_may_die_first),
		CHECKED(test_every_alignment_is_made),
		CHECKED(test_a_source_that_aligns_less_is_made_to),
	};

	simulated_device("memory=1G:devices=2");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
