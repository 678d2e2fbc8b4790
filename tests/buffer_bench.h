/* What the tests of faults work on: a set of buffers, and every operation on them. */
#ifndef VT_TESTS_BUFFER_BENCH_H
#define VT_TESTS_BUFFER_BENCH_H

#include <stdbool.h>

#include <cuda_runtime_api.h>

#include "tests/source_fixture.h"

#include <vramtrack/vramtrack.h>

#define BENCH_SIZE ((size_t)5000)
#define BENCH_PATTERN 0x3c

/* What an operation works on. */
struct bench {
	vt_tracker *tracker;
	vt_source *source;
	cudaStream_t stream, other_stream;
	uint32_t flags;
	vt_buffer *buffer; /* of BENCH_SIZE bytes, with room for more and a pattern in it */
	vt_buffer *other;
	vt_buffer *made; /* by the operation; BENCH_UNTOUCHED if it failed */
	void *base;
	unsigned char host[BENCH_SIZE];
};

#define BENCH_UNTOUCHED ((vt_buffer *)(uintptr_t)0x5e)

/* An operation may succeed although a call failed: only in what comes after its work. */
enum bench_tail {
	BENCH_PLAIN,  /* setting the thread's device back, an event that is done with */
	BENCH_FREEING /* and freeing memory that is needed no more */
};

struct bench_operation {
	const char *name;
	vt_status (*run)(struct bench *bench);
	enum bench_tail tail;
};

extern const struct bench_operation bench_operations[];
extern const size_t bench_operation_count;

/* Makes the buffers, on device 1, with a pattern in `buffer`. The rest is the caller's. */
void bench_set_up(struct bench *bench);
void bench_tear_down(struct bench *bench);

/* The pattern is still there. */
void bench_assert_pattern(const struct bench *bench);

#endif
