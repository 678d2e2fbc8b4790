/* What the tests of memory sources share: the simulated device's use, and calls made to fail. */
#ifndef VT_TESTS_SOURCE_FIXTURE_H
#define VT_TESTS_SOURCE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "library/cuda_calls.h"
#include "library/source.h"

#define MIB ((size_t)1 << 20)

/* To be called first in main(): a device of so much memory. */
void simulated_device(const char *options);

/* Bytes of device memory in use. */
size_t used_bytes(void);

/* No CUDA last error is left on this thread. */
void assert_no_cuda_error(void);

/* The last failure of this thread has this status, and words that contain `words`. */
void assert_detail(vt_status status, const char *words);

/* A block of this source is of this kind, is what CUDA calls `type` (enum cudaMemoryType),
 * can be written, does not grow or shrink in place, and is gone when freed. is_charged: it
 * adds to the device memory in use. */
void assert_round_trip(vt_source *source, vt_memory_kind kind, int type, bool is_charged);

/* From here on the call numbered `nth` fails once; 0: none does. All calls are counted. */
void fail_call(unsigned nth);
/* The counted calls end. Whether the call that was to fail came. */
int call_failed(void);
/* How many calls whose name contains `part` were made since fail_call() and did not fail. */
unsigned calls_made(const char *part);

#endif
