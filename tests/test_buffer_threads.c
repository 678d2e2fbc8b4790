/*
 * Buffers of many threads on one tracker: each thread destroys what another one made, sums stay
 * exact, and the tracker may go first.
 */
#include "config.h"

#include <pthread.h>

#include "tests/source_fixture.h"

#include <vramtrack/vramtrack.h>

#define THREADS 8u
#define ROUNDS 300u
#define EACH 20u /* buffers of a thread at once: more than a thread keeps handles */
#define BYTES 100u

static vt_tracker *tracker;
static vt_buffer *buffers[THREADS][EACH];
static pthread_barrier_t barrier;
static unsigned wrong;             /* atomic: assertions are for the main thread */
static uintptr_t next_address = 1; /* atomic, in units of a MiB */

/* Memory of nobody, at addresses that are never given twice at once. */
static vt_status give(void *state, const vt_source_request *request, vt_source_block *out)
{
	uintptr_t number = __atomic_fetch_add(&next_address, 1, __ATOMIC_RELAXED);

	(void)state;
	out->base = (void *)((number % 100000 + 1) * MIB);
	out->bytes = request->bytes;
	return VT_OK;
}

static vt_status take_back(void *state, const vt_source_block *block, int device, vt_stream stream)
{
	(void)state;
	(void)block;
	(void)device;
	(void)stream;
	return VT_OK;
}

static vt_source *source;

static void begin(void)
{
	const vt_source_functions functions = {
		.struct_size = sizeof(functions),
		.name = "of nobody",
		.allocate = give,
		.free = take_back,
	};

	assert_int_equal(vt_source_create(&source, &functions, NULL), VT_OK);
	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
}

/* Runs it on all threads at once, and in the meantime `beside` here if there is one. */
static void run_all(void *(*body)(void *argument), void (*beside)(void))
{
	pthread_t threads[THREADS];

	wrong = 0;
	for (uintptr_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, body, (void *)i), 0);
	if (beside)
		beside();
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(wrong, 0);
}

static void make_all(unsigned thread)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;

	options.tracker = tracker;
	options.source = source;
	options.label = thread % 2 ? "odd" : "even";
	options.purpose = (vt_purpose)(thread % VT_PURPOSE_COUNT);
	for (unsigned i = 0; i < EACH; i++)
		if (vt_buffer_create(&buffers[thread][i], BYTES, &options) != VT_OK)
			__atomic_add_fetch(&wrong, 1, __ATOMIC_RELAXED);
}

static void destroy_all(unsigned thread)
{
	for (unsigned i = 0; i < EACH; i++)
		vt_buffer_destroy(buffers[thread][i]);
}

static void *work(void *argument)
{
	unsigned thread = (unsigned)(uintptr_t)argument;

	for (unsigned round = 0; round < ROUNDS; round++) {
		make_all(thread);
		pthread_barrier_wait(&barrier);
		if (!thread && vt_tracker_count(tracker) != THREADS * EACH)
			__atomic_add_fetch(&wrong, 1, __ATOMIC_RELAXED);
		pthread_barrier_wait(&barrier);
		destroy_all((thread + round) % THREADS);
		pthread_barrier_wait(&barrier);
	}
	make_all(thread);
	pthread_barrier_wait(&barrier);
	if (!thread && vt_tracker_total(tracker) != (size_t)THREADS * EACH * BYTES)
		__atomic_add_fetch(&wrong, 1, __ATOMIC_RELAXED);
	if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
		vt_tracker_destroy(tracker);
	destroy_all((thread + 1) % THREADS);
	return NULL;
}

/* The last of the destroyed buffers ends the tracker's state, whichever thread that is in. */
static void test_buffers_pass_between_threads_and_outlive_their_tracker(void **state)
{
	(void)state;
	begin();
	assert_int_equal(pthread_barrier_init(&barrier, NULL, THREADS), 0);
	run_all(work, NULL);
	assert_int_equal(vt_report_leaks(), 0);
	assert_int_equal(source->references, 1);
	vt_source_release(source);
	pthread_barrier_destroy(&barrier);
}

static void *make_pairs(void *argument)
{
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;

	(void)argument;
	options.tracker = tracker;
	options.source = source;
	for (unsigned i = 0; i < ROUNDS * EACH; i++) {
		vt_buffer *buffer = NULL;
		vt_status status = vt_buffer_create(&buffer, BYTES, &options);

		if (status != VT_OK && status != VT_ERROR_BUDGET)
			__atomic_add_fetch(&wrong, 1, __ATOMIC_RELAXED);
		vt_buffer_destroy(buffer);
	}
	return NULL;
}

static void change_budget(void)
{
	for (unsigned i = 0; i < ROUNDS; i++)
		vt_tracker_set_budget(tracker, i % 3 * 2 * BYTES, NULL, NULL);
	vt_tracker_set_budget(tracker, 0, NULL, NULL);
}

/* Whether a budget was there before or came in the middle of a creation, no byte is reserved by
 * nobody afterwards. */
static void test_a_budget_that_comes_and_goes_loses_no_byte(void **state)
{
	(void)state;
	begin();
	run_all(make_pairs, change_budget);
	assert_int_equal(vt_tracker_total(tracker), 0);
	vt_tracker_set_budget(tracker, BYTES, NULL, NULL);
	assert_int_equal(vt_tracker_record(tracker, &tracker, BYTES, VT_PURPOSE_UNKNOWN, NULL, 0),
			 VT_OK);
	vt_tracker_destroy(tracker);
	vt_source_release(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buffers_pass_between_threads_and_outlive_their_tracker),
		cmocka_unit_test(test_a_budget_that_comes_and_goes_loses_no_byte),
	};

	simulated_device("memory=4G");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("buffer_threads", tests, NULL, NULL);
}
