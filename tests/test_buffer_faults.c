/*
 * Every CUDA call of every operation on buffers made to fail in turn, with memory of every
 * source. After each failure: the status that goes with it, no CUDA last error but one that
 * the program had, no memory or budget lost, and everything as it was before.
 */
#include "config.h"

#include "tests/buffer_bench.h"

#define BUDGET (64 * MIB)
#define MOST_CALLS 100

static bool may_be_survived(const char *call, enum bench_tail tail)
{
	static const char *const plain[] = {"cudaEventDestroy", "cudaGetDevice", "cudaSetDevice"};
	static const char *const freeing[] = {"cudaFree",     "cudaFreeAsync",
					      "cudaFreeHost", "cudaStreamSynchronize",
					      "cuMemUnmap",   "cuMemAddressFree"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (!strcmp(call, plain[i]))
			return true;
	}
	for (size_t i = 0; tail == BENCH_FREEING && i < sizeof(freeing) / sizeof(freeing[0]); i++) {
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

/* A device keeps chunks ready for managed memory: its bytes tell nothing of one buffer. */
static bool source_is_managed;

/* When all work is done: only then does a pool give back what it does not need. */
static size_t used_on_device_1(void)
{
	size_t used;

	if (source_is_managed)
		return 0;
	assert_int_equal(cudaSetDevice(1), cudaSuccess);
	assert_int_equal(cudaDeviceSynchronize(), cudaSuccess);
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

static void assert_as_before(const struct bench *bench, const struct facts *before)
{
	const struct facts now = facts_of(bench);

	assert_ptr_equal(bench->made, BENCH_UNTOUCHED);
	assert_ptr_equal(now.address, before->address);
	assert_int_equal(now.size, before->size);
	assert_int_equal(now.capacity, before->capacity);
	assert_int_equal(now.total, before->total);
	assert_int_equal(now.used, before->used);
	assert_ptr_equal(now.stream, before->stream);
	bench_assert_pattern(bench);
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
static bool trial(const struct bench_operation *operation, struct bench *bench, unsigned nth,
		  const struct kind *kind, bool pending)
{
	struct facts before;
	vt_status status;
	size_t baseline = used_on_device_1();

	bench_set_up(bench);
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
	bench_tear_down(bench);
	assert_int_equal(vt_tracker_total(bench->tracker), 0);
	/* Memory is lost only where the call that frees it was not made. */
	if (!injected.failed || status != VT_OK || operation->tail == BENCH_PLAIN)
		assert_int_equal(used_on_device_1(), baseline);
	assert_no_cuda_error();
	return injected.failed != NULL;
}

static void try_operation(const struct bench_operation *operation, struct bench *bench)
{
	unsigned nth, calls = 0;

	for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
		for (nth = 1; trial(operation, bench, nth, &kinds[kind], kind & 1); nth++)
			assert_true(nth < MOST_CALLS);
		calls += nth - 1;
	}
	assert_true(calls > 0);
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
	for (size_t i = 0; i < bench_operation_count; i++)
		try_operation(&bench_operations[i], &bench);
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
	source_is_managed = true;
	try_all(source, VT_BUFFER_ZEROED);
	source_is_managed = false;
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
