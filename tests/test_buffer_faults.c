/*
 * Every CUDA call of every operation on buffers made to fail in turn, with memory of every
 * source. After each failure: the status that goes with it, no CUDA last error but one that
 * the program had, no memory or budget lost, and everything as it was before.
 */
#include "config.h"

#include <stdio.h>

#include <cuda_runtime_api.h>

#include "tests/source_fixture.h"

#include <vramtrack/vramtrack.h>

#define SIZE ((size_t)5000)
#define BUDGET (64 * MIB)
#define MOST_CALLS 100

/* What an operation works on. */
struct bench {
	vt_tracker *tracker;
	vt_source *source;
	cudaStream_t stream, other_stream;
	uint32_t flags;
	vt_buffer *buffer; /* of SIZE bytes, with room for more and a pattern in it */
	vt_buffer *other;
	vt_buffer *made; /* by the operation; untouched if it fails */
	void *base;
	unsigned char host[SIZE];
};

static vt_buffer *const untouched = (vt_buffer *)(uintptr_t)0x5e;

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

	return vt_buffer_create(&bench->made, SIZE, &options);
}

static vt_status create_aligned(struct bench *bench)
{
	vt_buffer_options options = options_of(bench);

	options.alignment = MIB;
	options.flags = VT_BUFFER_ZEROED;
	options.capacity = 3 * SIZE;
	return vt_buffer_create(&bench->made, SIZE, &options);
}

static vt_status duplicate(struct bench *bench)
{
	return vt_buffer_duplicate(&bench->made, bench->buffer, bench->other_stream);
}

static vt_status resize_within(struct bench *bench)
{
	return vt_buffer_resize(bench->buffer, SIZE + 100, bench->other_stream);
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

static vt_status swap(struct bench *bench)
{
	return vt_buffer_swap(bench->other, bench->other);
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

/* An operation may succeed although a call failed: only in what comes after its work. */
enum tail {
	PLAIN,  /* setting the thread's device back, an event that is done with */
	FREEING /* and freeing memory that is needed no more */
};

static const struct operation {
	const char *name;
	vt_status (*run)(struct bench *bench);
	enum tail tail;
} operations[] = {
	{"create", create, PLAIN},
	{"create aligned, zeroed, with a capacity", create_aligned, PLAIN},
	{"duplicate", duplicate, PLAIN},
	{"resize within the capacity", resize_within, PLAIN},
	{"resize beyond the capacity", resize_beyond, FREEING},
	{"reserve", reserve, FREEING},
	{"shrink to fit", shrink, FREEING},
	{"set stream", set_stream, PLAIN},
	{"copy from host", copy_from_host, PLAIN},
	{"copy to host", copy_to_host, PLAIN},
	{"copy", copy, PLAIN},
	{"copy from host, async", copy_from_host_async, PLAIN},
	{"copy to host, async", copy_to_host_async, PLAIN},
	{"copy, async", copy_async, PLAIN},
	{"zero", zero, PLAIN},
	{"fill", fill, PLAIN},
	{"fill, async", fill_async, PLAIN},
	{"adopt", adopt, PLAIN},
	{"swap", swap, PLAIN},
	{"destroy", destroy, FREEING},
	{"move", move, FREEING},
};

static bool may_be_survived(const char *call, enum tail tail)
{
	static const char *const plain[] = {"cudaEventDestroy", "cudaGetDevice", "cudaSetDevice"};
	static const char *const freeing[] = {"cudaFree",     "cudaFreeAsync",
					      "cudaFreeHost", "cudaStreamSynchronize",
					      "cuMemUnmap",   "cuMemAddressFree"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (!strcmp(call, plain[i]))
			return true;
	}
	for (size_t i = 0; tail == FREEING && i < sizeof(freeing) / sizeof(freeing[0]); i++) {
		if (!strcmp(call, freeing[i]))
			return true;
	}
	return false;
}

/* ---- Faults ------------------------------------------------------------------------ */

static struct {
	unsigned nth, seen;
	int error;
	const char *failed; /* the call that did; NULL: none yet */
} injected;

static void leave_a_last_error(void)
{
	assert_int_equal(cudaMalloc(NULL, 1), cudaErrorInvalidValue);
}

/* Fails as a call does: with a last error. */
static int inject(const char *call, void *closure)
{
	(void)closure;
	if (++injected.seen != injected.nth)
		return 0;
	injected.failed = call;
	leave_a_last_error();
	return injected.error;
}

static const struct kind {
	int error;
	vt_status status;
} kinds[] = {
	{cudaErrorMemoryAllocation, VT_ERROR_OUT_OF_MEMORY},
	{cudaErrorIllegalAddress, VT_ERROR_DEVICE_FAULT},
	{cudaErrorCudartUnloading, VT_ERROR_SHUTTING_DOWN},
	{cudaErrorUnknown, VT_ERROR_CUDA},
};

static bool goes_with(vt_status status, const struct kind *kind)
{
	return status == kind->status ||
	       (status == VT_ERROR_OUT_OF_HOST_MEMORY && kind->status == VT_ERROR_OUT_OF_MEMORY &&
		!strcmp(injected.failed, "cudaHostAlloc"));
}

/* ---- The bench ---------------------------------------------------------------------- */

static void set_up(struct bench *bench)
{
	vt_buffer_options options;

	memset(bench->host, 0x3c, sizeof(bench->host));
	bench->made = untouched;
	options = options_of(bench);
	options.capacity = 2 * MIB;
	assert_int_equal(vt_buffer_create(&bench->buffer, SIZE, &options), VT_OK);
	if (bench->source && vt_source_kind(bench->source) == VT_MEMORY_DEVICE)
		assert_int_equal(vt_buffer_reserve(bench->buffer, MIB, bench->stream), VT_OK);
	assert_int_equal(vt_buffer_copy_from_host(bench->buffer, 0, bench->host, SIZE), VT_OK);
	options.stream = bench->other_stream;
	assert_int_equal(vt_buffer_create(&bench->other, SIZE, &options), VT_OK);
	assert_int_equal(cudaSetDevice(1), cudaSuccess);
	assert_int_equal(cudaMalloc(&bench->base, MIB), cudaSuccess);
	assert_int_equal(cudaSetDevice(0), cudaSuccess);
}

static void tear_down(struct bench *bench)
{
	vt_buffer_destroy(bench->buffer);
	vt_buffer_destroy(bench->other);
	if (bench->made != untouched)
		vt_buffer_destroy(bench->made);
	bench->buffer = bench->other = NULL;
	if (bench->base)
		assert_int_equal(cudaFree(bench->base), cudaSuccess);
	bench->base = NULL;
}

static size_t used_on_device_1(void)
{
	size_t used;

	assert_int_equal(cudaSetDevice(1), cudaSuccess);
	used = used_bytes();
	assert_int_equal(cudaSetDevice(0), cudaSuccess);
	return used;
}

/* Not a byte of the budget is reserved by nobody. */
static void assert_budget_is_whole(struct bench *bench)
{
	size_t left = BUDGET - vt_tracker_total(bench->tracker);

	assert_int_equal(
		vt_tracker_record(bench->tracker, bench, left, VT_PURPOSE_UNKNOWN, NULL, 0), VT_OK);
	assert_int_equal(vt_tracker_unrecord(bench->tracker, bench), VT_OK);
}

struct facts {
	void *address;
	size_t size, capacity, total, used;
	vt_stream stream;
};

static struct facts facts_of(const struct bench *bench)
{
	const vt_buffer *buffer = bench->buffer;
	const struct facts facts = {
		.address = vt_buffer_get(buffer),
		.size = vt_buffer_size(buffer),
		.capacity = vt_buffer_capacity(buffer),
		.total = vt_tracker_total(bench->tracker),
		.used = used_on_device_1(),
		.stream = vt_buffer_stream(buffer),
	};

	return facts;
}

static void assert_pattern(const struct bench *bench)
{
	unsigned char bytes[SIZE];

	assert_int_equal(vt_buffer_copy_to_host(bench->buffer, 0, bytes, SIZE), VT_OK);
	for (size_t i = 0; i < SIZE; i++)
		assert_int_equal(bytes[i], 0x3c);
}

static void assert_as_before(const struct bench *bench, const struct facts *before)
{
	const struct facts now = facts_of(bench);

	assert_ptr_equal(bench->made, untouched);
	assert_ptr_equal(now.address, before->address);
	assert_int_equal(now.size, before->size);
	assert_int_equal(now.capacity, before->capacity);
	assert_int_equal(now.total, before->total);
	assert_int_equal(now.used, before->used);
	assert_ptr_equal(now.stream, before->stream);
	assert_pattern(bench);
}

/* ---- Trials ---------------------------------------------------------------------------- */

/* With an error of the program pending, one is pending afterwards, and else none. */
static void assert_last_error(bool pending)
{
	if (pending)
		assert_int_not_equal(cudaGetLastError(), cudaSuccess);
	assert_no_cuda_error();
}

/* Runs it with the nth call failing. Whether there was an nth call. */
static bool trial(const struct operation *operation, struct bench *bench, unsigned nth,
		  const struct kind *kind, bool pending)
{
	struct facts before;
	vt_status status;
	size_t baseline = used_on_device_1();

	set_up(bench);
	before = facts_of(bench);
	memset(&injected, 0, sizeof(injected));
	injected.nth = nth;
	injected.error = kind->error;
	vt_clear_last_error();
	if (pending)
		leave_a_last_error();
	vt__cuda_fault = inject;
	status = operation->run(bench);
	vt__cuda_fault = NULL;
	assert_last_error(pending);
	if (!injected.failed) {
		assert_int_equal(status, VT_OK);
	} else if (status != VT_OK) {
		if (!goes_with(status, kind))
			fail_msg("%s: %s failed with %d: status %d", operation->name,
				 injected.failed, kind->error, status);
		assert_int_equal(vt_last_error()->status, status);
		assert_int_equal(vt_last_error()->cuda_error, kind->error);
		assert_as_before(bench, &before);
	} else if (!may_be_survived(injected.failed, operation->tail)) {
		fail_msg("%s: VT_OK although %s failed", operation->name, injected.failed);
	}
	assert_int_equal(cudaSetDevice(0), cudaSuccess);
	assert_budget_is_whole(bench);
	tear_down(bench);
	assert_int_equal(vt_tracker_total(bench->tracker), 0);
	/* Memory is lost only where the call that frees it was not made. */
	if (!injected.failed || status != VT_OK || operation->tail == PLAIN)
		assert_int_equal(used_on_device_1(), baseline);
	assert_no_cuda_error();
	return injected.failed != NULL;
}

static void try_operation(const struct operation *operation, struct bench *bench)
{
	unsigned nth, calls = 0;

	for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
		for (nth = 1; trial(operation, bench, nth, &kinds[kind], kind & 1); nth++)
			assert_true(nth < MOST_CALLS);
		calls += nth - 1;
	}
	assert_true(calls > 0 || operation->run == swap);
}

static void try_all(vt_source *source, uint32_t flags)
{
	struct bench bench = {.source = source, .flags = flags};

	assert_int_equal(cudaSetDevice(1), cudaSuccess);
	assert_int_equal(cudaStreamCreateWithFlags(&bench.stream, cudaStreamNonBlocking),
			 cudaSuccess);
	assert_int_equal(cudaStreamCreateWithFlags(&bench.other_stream, cudaStreamNonBlocking),
			 cudaSuccess);
	assert_int_equal(cudaSetDevice(0), cudaSuccess);
	assert_int_equal(vt_tracker_create(&bench.tracker), VT_OK);
	vt_tracker_set_budget(bench.tracker, BUDGET, NULL, NULL);
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		try_operation(&operations[i], &bench);
	vt_tracker_destroy(bench.tracker);
	vt_source_release(source);
	assert_int_equal(cudaStreamDestroy(bench.stream), cudaSuccess);
	assert_int_equal(cudaStreamDestroy(bench.other_stream), cudaSuccess);
}

static void test_the_default_source(void **state)
{
	(void)state;
	try_all(NULL, 0);
	try_all(NULL, VT_BUFFER_ZEROED);
}

static void test_a_pool(void **state)
{
	vt_pool_options options = VT_POOL_OPTIONS_INIT;
	vt_source *source = NULL;

	(void)state;
	options.device = 1;
	options.release_threshold = 0;
	assert_int_equal(vt_source_create_pool(&source, &options), VT_OK);
	try_all(source, VT_BUFFER_ZEROED);
}

static void test_growable_memory(void **state)
{
	vt_source *source = NULL;

	(void)state;
	assert_int_equal(vt_source_create_growable(&source, NULL), VT_OK);
	vt_source_retain(source);
	try_all(source, 0);
	try_all(source, VT_BUFFER_ZEROED);
}

static void test_memory_of_the_host(void **state)
{
	vt_source *source = NULL;

	(void)state;
	assert_int_equal(vt_source_create_managed(&source), VT_OK);
	try_all(source, VT_BUFFER_ZEROED);
	assert_int_equal(vt_source_create_pinned(&source), VT_OK);
	try_all(source, VT_BUFFER_ZEROED);
}

static void test_a_limited_source(void **state)
{
	vt_source *below = NULL, *source = NULL;

	(void)state;
	assert_int_equal(vt_source_create_growable(&below, NULL), VT_OK);
	assert_int_equal(vt_source_create_limit(&source, below, BUDGET), VT_OK);
	vt_source_release(below);
	try_all(source, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_default_source),
		cmocka_unit_test(test_a_pool),
		cmocka_unit_test(test_growable_memory),
		cmocka_unit_test(test_memory_of_the_host),
		cmocka_unit_test(test_a_limited_source),
	};

	simulated_device("memory=4G:devices=2");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("buffer_faults", tests, NULL, NULL);
}
