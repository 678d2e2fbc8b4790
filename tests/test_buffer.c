/* The life of buffers, their facts, alignment, and what bad input comes to. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

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
	vt_buffer *to = make(1000, NULL), *from = make(2000, NULL);
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

/* ---- Bad input ------------------------------------------------------------------------ */

static vt_buffer *const sentinel = (vt_buffer *)(uintptr_t)0x5e;

static void assert_refused(size_t bytes, const vt_buffer_options *options, vt_status status,
			   const char *words)
{
	vt_buffer *out = sentinel;

	assert_int_equal(vt_buffer_create(&out, bytes, options), status);
	assert_ptr_equal(out, sentinel);
	assert_detail(status, words);
	assert_no_cuda_error();
}

static void test_bad_sizes_are_refused(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *out = sentinel;

	(void)state;
	assert_refused(0, NULL, VT_ERROR_INVALID_ARGUMENT, "0 bytes");
	assert_int_equal(vt_buffer_create(NULL, 1, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "out is NULL");
	assert_refused(SIZE_MAX, NULL, VT_ERROR_OUT_OF_MEMORY, "no device has");
	assert_refused(SIZE_MAX - 99, NULL, VT_ERROR_OUT_OF_MEMORY, "no device has");
	assert_refused(SIZE_MAX / 2, NULL, VT_ERROR_OUT_OF_MEMORY, "cudaMalloc");
	for (unsigned shift = 0; shift < 64; shift++) {
		options.alignment = (size_t)1 << shift;
		assert_refused(SIZE_MAX - 99, &options, VT_ERROR_OUT_OF_MEMORY, "requested");
		assert_refused(SIZE_MAX / 2, &options, VT_ERROR_OUT_OF_MEMORY, "requested");
	}
	options.alignment = 0;
	options.capacity = SIZE_MAX;
	assert_refused(1, &options, VT_ERROR_OUT_OF_MEMORY, "no device has");
	assert_int_equal(vt_buffer_create_array(&out, SIZE_MAX / 2, 3, NULL),
			 VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_create_array(&out, 0, 3, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_create_array(&out, 3, 0, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_ptr_equal(out, sentinel);
	assert_int_equal(vt_buffer_create_array(&out, 10, 12, NULL), VT_OK);
	assert_int_equal(vt_buffer_size(out), 120);
	vt_buffer_destroy(out);
}

static void test_bad_options_are_refused(void **state)
{
	const vt_buffer_options defaults = VT_BUFFER_OPTIONS_INIT;
	vt_buffer_options options = defaults;

	(void)state;
	options.alignment = 48;
	assert_refused(1, &options, VT_ERROR_INVALID_ARGUMENT, "alignment 48");
	options = defaults;
	options.device = 99;
	assert_refused(1, &options, VT_ERROR_NO_DEVICE, "99");
	options.device = -2;
	assert_refused(1, &options, VT_ERROR_NO_DEVICE, "-2");
	options = defaults;
	options.purpose = (vt_purpose)4;
	assert_refused(1, &options, VT_ERROR_INVALID_ARGUMENT, "vt_purpose");
	options = defaults;
	options.flags = VT_BUFFER_ZEROED | 0x40;
	assert_refused(1, &options, VT_ERROR_INVALID_ARGUMENT, "0x40");
	options = defaults;
	options.reserved = 1;
	assert_refused(1, &options, VT_ERROR_INVALID_ARGUMENT, "reserved");
}

static void test_a_struct_of_another_size(void **state)
{
	struct {
		vt_buffer_options known;
		uint64_t newer[2];
	} options = {.known = VT_BUFFER_OPTIONS_INIT};
	vt_buffer *buffer;

	(void)state;
	options.known.flags = 0x80; /* not seen by an older struct */
	options.known.alignment = 4096;
	options.known.struct_size = offsetof(vt_buffer_options, capacity);
	buffer = make(10, &options.known);
	assert_int_equal(vt_buffer_alignment(buffer), 4096);
	assert_int_equal(vt_buffer_device(buffer), 0);
	vt_buffer_destroy(buffer);
	options.known.flags = 0;
	options.known.struct_size = sizeof(options);
	vt_buffer_destroy(make(10, &options.known));
	options.newer[1] = 1;
	assert_refused(10, &options.known, VT_ERROR_STRUCT_SIZE, "knows only");
	options.known.struct_size = 0;
	assert_refused(10, &options.known, VT_ERROR_STRUCT_SIZE, "struct_size is 0");
	options.known.struct_size = 12;
	assert_refused(10, &options.known, VT_ERROR_STRUCT_SIZE, "within a member");
	options.known.struct_size = SIZE_MAX;
	assert_refused(10, &options.known, VT_ERROR_STRUCT_SIZE, "struct_size");
}

static void test_bad_adoptions_are_refused(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *out = sentinel;
	void *base = NULL;
	char host[256];

	(void)state;
	assert_int_equal(cudaMalloc(&base, 4096), cudaSuccess);
	assert_int_equal(vt_buffer_adopt(NULL, base, 4096, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_adopt(&out, NULL, 4096, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_adopt(&out, base, 0, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_adopt(&out, host, 256, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "not memory that cudaMalloc gave");
	options.device = 1;
	assert_int_equal(vt_buffer_adopt(&out, base, 4096, &options), VT_ERROR_INVALID_ARGUMENT);
	options.device = -1;
	options.alignment = (size_t)1 << 60;
	assert_int_equal(vt_buffer_adopt(&out, base, 4096, &options), VT_ERROR_INVALID_ARGUMENT);
	options.alignment = 0;
	options.capacity = 5000;
	assert_int_equal(vt_buffer_adopt(&out, base, 4096, &options), VT_ERROR_INVALID_ARGUMENT);
	options.capacity = 0;
	assert_int_equal(vt_source_create_growable(&options.source, NULL), VT_OK);
	assert_int_equal(vt_buffer_adopt(&out, base, 4096, &options), VT_ERROR_NOT_SUPPORTED);
	vt_source_release(options.source);
	assert_ptr_equal(out, sentinel);
	assert_no_cuda_error();
	assert_int_equal(cudaFree(base), cudaSuccess);
}

static void test_an_empty_buffer_is_told_apart(void **state)
{
	vt_buffer *buffer = make(100, NULL), *out = sentinel;
	void *base = NULL;
	char host[4];

	(void)state;
	assert_int_equal(vt_buffer_release(buffer, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_release(buffer, &base), VT_OK);
	assert_int_equal(vt_buffer_copy_from_host(buffer, 0, host, 4), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_copy_to_host(buffer, 0, host, 4), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_fill(buffer, 0, 0, 4), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_resize(buffer, 4, NULL), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_reserve(buffer, 4, NULL), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_shrink_to_fit(buffer, NULL), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_set_stream(buffer, NULL), VT_ERROR_NOT_ALLOCATED);
	assert_int_equal(vt_buffer_duplicate(&out, buffer, NULL), VT_ERROR_NOT_ALLOCATED);
	assert_detail(VT_ERROR_NOT_ALLOCATED, "vt_buffer_duplicate: the buffer is empty");
	assert_int_equal(vt_buffer_zero(buffer), VT_OK);
	assert_ptr_equal(out, sentinel);
	assert_int_equal(cudaFree(base), cudaSuccess);
	vt_buffer_destroy(buffer);
}

static void test_null_is_refused_everywhere(void **state)
{
	vt_buffer *buffer = make(100, NULL), *out = sentinel;
	char host[4];
	void *base;

	(void)state;
	assert_int_equal(vt_buffer_move(NULL, buffer), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_move(buffer, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_swap(NULL, buffer), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_release(NULL, &base), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_duplicate(&out, NULL, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_duplicate(NULL, buffer, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_zero(NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_fill(NULL, 0, 0, 1), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_copy_from_host(NULL, 0, host, 4), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_copy(buffer, 0, NULL, 0, 4), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_resize(NULL, 1, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_resize(buffer, 0, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_set_stream(NULL, NULL), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_size(buffer), 100);
	vt_buffer_destroy(buffer);
}

static void test_memory_of_a_source_stays_with_it(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_buffer *buffer;
	void *base = &base;

	(void)state;
	assert_int_equal(vt_source_create_growable(&options.source, NULL), VT_OK);
	buffer = make(100, &options);
	vt_source_release(options.source);
	assert_int_equal(vt_buffer_release(buffer, &base), VT_ERROR_NOT_SUPPORTED);
	assert_ptr_equal(base, &base);
	assert_true(vt_buffer_is_allocated(buffer));
	vt_buffer_destroy(buffer);
}

#ifndef NDEBUG
static void test_a_destroyed_handle_is_known(void **state)
{
	vt_buffer *buffer = make(100, NULL), *other = make(100, NULL);
	char host[4];

	(void)state;
	vt_buffer_destroy(buffer);
	vt_clear_last_error();
	vt_buffer_destroy(buffer);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "destroyed before");
	assert_int_equal(vt_buffer_copy_to_host(buffer, 0, host, 4), VT_ERROR_INVALID_ARGUMENT);
	assert_int_equal(vt_buffer_move(other, buffer), VT_ERROR_INVALID_ARGUMENT);
	assert_null(vt_buffer_get(buffer));
	assert_int_equal(vt_buffer_size(buffer), 0);
	vt_buffer_destroy(other);
}
#endif

/* ---- The end of the device ---------------------------------------------------------------- */

static unsigned failures;

static void count_failures(const vt_event *event, void *closure)
{
	(void)closure;
	failures += event->kind == VT_EVENT_FAILED;
}

static void test_a_free_after_a_reset_is_told(void **state)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	vt_tracker *tracker;
	vt_buffer *buffer;

	(void)state;
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	options.tracker = tracker;
	buffer = make(4096, &options);
	assert_int_equal(cudaDeviceReset(), cudaSuccess);
	vt_clear_last_error();
	failures = 0;
	vt_set_narrator(count_failures, NULL);
	vt_buffer_destroy(buffer);
	vt_set_narrator(NULL, NULL);
	assert_int_equal(failures, 1);
	assert_detail(VT_ERROR_INVALID_ARGUMENT, "cudaFree");
	assert_no_cuda_error();
	assert_int_equal(vt_tracker_total(tracker), 0);
	vt_tracker_destroy(tracker);
	assert_int_equal(cudaFree(NULL), cudaSuccess);
	baseline = used_bytes();
}

static int shutting_down(const char *call, void *closure)
{
	(void)call;
	(void)closure;
	return cudaErrorCudartUnloading;
}

static void test_a_free_while_the_driver_goes_is_quiet(void **state)
{
	vt_buffer *buffer = make(4096, NULL), *out = sentinel;
	void *address = vt_buffer_get(buffer);

	(void)state;
	failures = 0;
	vt_set_narrator(count_failures, NULL);
	vt__cuda_fault = shutting_down;
	vt_buffer_destroy(buffer);
	assert_int_equal(vt_last_error()->status, VT_ERROR_SHUTTING_DOWN);
	assert_int_equal(failures, 0);
	assert_int_equal(vt_buffer_create(&out, 4096, NULL), VT_ERROR_SHUTTING_DOWN);
	assert_ptr_equal(out, sentinel);
	vt__cuda_fault = NULL;
	vt_set_narrator(NULL, NULL);
	assert_no_cuda_error();
	assert_int_equal(cudaFree(address), cudaSuccess);
}

static vt_buffer *late;

static void destroy_late(void)
{
	vt_buffer_destroy(late);
}

/* In a process of its own: the handler runs after those of the runtime, which end it. */
static void test_a_buffer_may_end_with_the_process(void **state)
{
	int status = -1;
	pid_t child = fork();

	(void)state;
	if (!child) {
		atexit(destroy_late);
		if (vt_buffer_create(&late, 4096, NULL) != VT_OK)
			_exit(3);
		exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
#define CHECKED(test) cmocka_unit_test_setup_teardown(test, before_each, after_each)
	const struct CMUnitTest tests[] = {
		/* Forks, so it comes before the device is used here. */
		cmocka_unit_test(test_a_buffer_may_end_with_the_process),
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
		CHECKED(test_bad_sizes_are_refused),
		CHECKED(test_bad_options_are_refused),
		CHECKED(test_a_struct_of_another_size),
		CHECKED(test_bad_adoptions_are_refused),
		CHECKED(test_an_empty_buffer_is_told_apart),
		CHECKED(test_null_is_refused_everywhere),
		CHECKED(test_memory_of_a_source_stays_with_it),
#ifndef NDEBUG
		CHECKED(test_a_destroyed_handle_is_known),
#endif
		CHECKED(test_a_free_after_a_reset_is_told),
		CHECKED(test_a_free_while_the_driver_goes_is_quiet),
	};

	simulated_device("memory=1G:devices=2");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
