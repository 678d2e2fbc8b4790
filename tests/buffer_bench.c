/* A set of buffers, and every operation on them that can reach CUDA. */
#include "config.h"

#include "tests/buffer_bench.h"

static vt_buffer_options options_of(const struct bench *bench)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;

	options.tracker = bench->tracker;
	options.source = bench->source;
	options.stream = bench->stream;
	options.flags = bench->flags;
	options.label = "on trial";
	options.device = 1;
	return options;
}

/* ---- Operations ------------------------------------------------------------------- */

static vt_status create(struct bench *bench)
{
	const vt_buffer_options options = options_of(bench);

	return vt_buffer_create(&bench->made, BENCH_SIZE, &options);
}

static vt_status create_aligned(struct bench *bench)
{
	vt_buffer_options options = options_of(bench);

	options.alignment = MIB;
	options.flags = VT_BUFFER_ZEROED;
	options.capacity = 3 * BENCH_SIZE;
	return vt_buffer_create(&bench->made, BENCH_SIZE, &options);
}

static vt_status duplicate(struct bench *bench)
{
	return vt_buffer_duplicate(&bench->made, bench->buffer, bench->other_stream);
}

static vt_status resize_within(struct bench *bench)
{
	return vt_buffer_resize(bench->buffer, BENCH_SIZE + 100, bench->other_stream);
}

static vt_status resize_beyond(struct bench *bench)
{
	return vt_buffer_resize(bench->buffer, 12 * MIB, bench->other_stream);
}

static vt_status reserve(struct bench *bench)
{
	return vt_buffer_reserve(bench->buffer, 5 * MIB, bench->other_stream);
}

static vt_status shrink(struct bench *bench)
{
	return vt_buffer_shrink_to_fit(bench->buffer, bench->other_stream);
}

static vt_status set_stream(struct bench *bench)
{
	return vt_buffer_set_stream(bench->buffer, bench->other_stream);
}

static vt_status copy_from_host(struct bench *bench)
{
	return vt_buffer_copy_from_host(bench->other, 10, bench->host, 100);
}

static vt_status copy_to_host(struct bench *bench)
{
	return vt_buffer_copy_to_host(bench->other, 10, bench->host, 100);
}

static vt_status copy(struct bench *bench)
{
	return vt_buffer_copy(bench->other, 10, bench->buffer, 20, 100);
}

static vt_status copy_from_host_async(struct bench *bench)
{
	return vt_buffer_copy_from_host_async(bench->other, 10, bench->host, 100, bench->stream);
}

static vt_status copy_to_host_async(struct bench *bench)
{
	return vt_buffer_copy_to_host_async(bench->other, 10, bench->host, 100, bench->stream);
}

static vt_status copy_async(struct bench *bench)
{
	return vt_buffer_copy_async(bench->other, 10, bench->buffer, 20, 100, bench->stream);
}

static vt_status zero(struct bench *bench)
{
	return vt_buffer_zero(bench->other);
}

static vt_status fill(struct bench *bench)
{
	return vt_buffer_fill(bench->other, 5, 1, 100);
}

static vt_status fill_async(struct bench *bench)
{
	return vt_buffer_fill_async(bench->other, 5, 1, 100, bench->stream);
}

static vt_status adopt(struct bench *bench)
{
	vt_buffer_options options = options_of(bench);
	vt_status status;

	options.source = NULL;
	status = vt_buffer_adopt(&bench->made, bench->base, MIB, &options);
	if (status == VT_OK)
		bench->base = NULL;
	return status;
}

/* These have no way to fail: what goes wrong is told by the detail. */
static vt_status destroy(struct bench *bench)
{
	vt_buffer_destroy(bench->other);
	bench->other = NULL;
	return VT_OK;
}

static vt_status move(struct bench *bench)
{
	vt_status status = vt_buffer_move(bench->other, bench->buffer);
	vt_buffer *emptied = bench->buffer;

	bench->buffer = bench->other;
	bench->other = emptied;
	return status;
}

const struct bench_operation bench_operations[] = {
	{"create", create, BENCH_PLAIN},
	{"create aligned, zeroed, with a capacity", create_aligned, BENCH_PLAIN},
	{"duplicate", duplicate, BENCH_PLAIN},
	{"resize within the capacity", resize_within, BENCH_PLAIN},
	{"resize beyond the capacity", resize_beyond, BENCH_FREEING},
	{"reserve", reserve, BENCH_FREEING},
	{"shrink to fit", shrink, BENCH_FREEING},
	{"set stream", set_stream, BENCH_PLAIN},
	{"copy from host", copy_from_host, BENCH_PLAIN},
	{"copy to host", copy_to_host, BENCH_PLAIN},
	{"copy", copy, BENCH_PLAIN},
	{"copy from host, async", copy_from_host_async, BENCH_PLAIN},
	{"copy to host, async", copy_to_host_async, BENCH_PLAIN},
	{"copy, async", copy_async, BENCH_PLAIN},
	{"zero", zero, BENCH_PLAIN},
	{"fill", fill, BENCH_PLAIN},
	{"fill, async", fill_async, BENCH_PLAIN},
	{"adopt", adopt, BENCH_PLAIN},
	{"destroy", destroy, BENCH_FREEING},
	{"move", move, BENCH_FREEING},
};

const size_t bench_operation_count = sizeof(bench_operations) / sizeof(bench_operations[0]);

/* ---- The bench ---------------------------------------------------------------------- */

void bench_set_up(struct bench *bench)
{
	vt_buffer_options options;

	memset(bench->host, BENCH_PATTERN, sizeof(bench->host));
	bench->made = BENCH_UNTOUCHED;
	options = options_of(bench);
	options.capacity = 2 * MIB;
	assert_int_equal(vt_buffer_create(&bench->buffer, BENCH_SIZE, &options), VT_OK);
	if (bench->source && vt_source_kind(bench->source) == VT_MEMORY_DEVICE)
		assert_int_equal(vt_buffer_reserve(bench->buffer, MIB, bench->stream), VT_OK);
	assert_int_equal(vt_buffer_copy_from_host(bench->buffer, 0, bench->host, BENCH_SIZE),
			 VT_OK);
	options.stream = bench->other_stream;
	assert_int_equal(vt_buffer_create(&bench->other, BENCH_SIZE, &options), VT_OK);
	assert_int_equal(cudaSetDevice(1), cudaSuccess);
	assert_int_equal(cudaMalloc(&bench->base, MIB), cudaSuccess);
	assert_int_equal(cudaSetDevice(0), cudaSuccess);
}

void bench_tear_down(struct bench *bench)
{
	vt_buffer_destroy(bench->buffer);
	vt_buffer_destroy(bench->other);
	if (bench->made != BENCH_UNTOUCHED)
		vt_buffer_destroy(bench->made);
	bench->buffer = bench->other = NULL;
	if (bench->base)
		assert_int_equal(cudaFree(bench->base), cudaSuccess);
	bench->base = NULL;
}

void bench_assert_pattern(const struct bench *bench)
{
	unsigned char bytes[BENCH_SIZE];

	assert_int_equal(vt_buffer_copy_to_host(bench->buffer, 0, bytes, BENCH_SIZE), VT_OK);
	for (size_t i = 0; i < BENCH_SIZE; i++)
		assert_int_equal(bytes[i], BENCH_PATTERN);
}
