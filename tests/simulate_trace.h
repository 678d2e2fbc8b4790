/*
 * A CUPTI subscriber for tests: it writes down what it is told of the simulated driver's
 * calls. One per process; not for several threads at once.
 */
#ifndef VT_TESTS_SIMULATE_TRACE_H
#define VT_TESTS_SIMULATE_TRACE_H

#include "tests/simulate_child.h"

/* Not cupti.h, which declares again what cuda.h declares with every ABI. */
#include <cupti_activity.h>
#include <cupti_callbacks.h>
#include <cupti_driver_cbid.h>
#include <cupti_version.h>
#include <generated_cuda_meta.h>

#define CUPTI(name) ((__typeof__(name) *)trace_symbol(#name))
#define CBID(name) CUPTI_DRIVER_TRACE_CBID_##name

/* One callback. */
struct trace_event {
	CUpti_CallbackId id;
	CUpti_CallbackData data; /* its pointers are dead, but for functionName */
	CUresult result;         /* at the exit */
	uint64_t kept;           /* *correlationData, before the callback changed it */
	char kernel[32];
};

extern struct trace_event trace_events[64];
extern unsigned int trace_count; /* callbacks so far, more than are kept */
extern CUpti_SubscriberHandle trace_subscriber;

/* The arguments of the last call's entry and exit: of the call for which TRACED waits. */
extern union trace_params {
	unsigned char bytes[256];
	max_align_t alignment;
} trace_entered, trace_left;
extern size_t trace_params_size;

void (*trace_symbol(const char *name))(void);

/* Subscribes this listener; the driver is opened first. */
void trace_start(void);
void trace_enable(CUpti_CallbackId id, bool enabled);
void trace_callback(void *userdata, CUpti_CallbackDomain domain, CUpti_CallbackId cbid,
		    const void *cbdata);

/* The two last callbacks are the entry and the exit of one call with this result. */
void trace_must_pair(CUpti_CallbackId id, const char *name, CUresult result);

/*
 * Calls the function, which must give the result, and be reported on entry and exit with
 * arguments of which the condition is true; p is NVIDIA's struct of them, as copied at the
 * exit.
 */
#define TRACED(name, arguments, expected, condition)                                               \
	do {                                                                                       \
		const name##_params *p = (const void *)trace_left.bytes;                           \
		unsigned int trace_before = trace_count;                                           \
                                                                                                   \
		trace_params_size = sizeof(*p);                                                    \
		IS(CU(name) arguments, expected);                                                  \
		MUST(trace_count == trace_before + 2);                                             \
		trace_must_pair(CBID(name), #name, expected);                                      \
		MUST(condition);                                                                   \
	} while (0)

#endif
