/* The simulated CUPTI: subscribing, enabling, what is told and when, and injection. */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/simulate_injection.h"
#include "tests/simulate_trace.h"

#define DRIVER CUPTI_CB_DOMAIN_DRIVER_API

static void tells_of_both_ends(void)
{
	const struct trace_event *event = &trace_events[0];
	CUcontext context;
	CUdeviceptr address = 0, none;

	trace_start();
	trace_enable(CBID(cuInit), true);
	TRACED(cuInit, (0), CUDA_SUCCESS, p->Flags == 0);
	MUST(!event->data.context && !event->data.contextUid);
	context = simulate_start();
	trace_enable(CBID(cuMemAlloc_v2), true);
	trace_enable(CBID(cuMemFree_v2), true);
	TRACED(cuMemAlloc_v2, (&address, 4096), CUDA_SUCCESS,
	       p->dptr == &address && p->bytesize == 4096);
	TRACED(cuMemAlloc_v2, (&none, (size_t)1 << 50), CUDA_ERROR_OUT_OF_MEMORY,
	       p->bytesize == (size_t)1 << 50);
	TRACED(cuMemFree_v2, (address), CUDA_SUCCESS, p->dptr == address);
	TRACED(cuMemFree_v2, (address), CUDA_ERROR_INVALID_VALUE, p->dptr == address);
	event = &trace_events[trace_count - 1];
	MUST(event->data.context == context && event->data.contextUid);
	MUST(event->data.correlationId != event[-2].data.correlationId);
}

/* Of the calls in between only the enabled one is told of, until it is disabled. */
static void is_silent_otherwise(void)
{
	uint32_t enabled = 77;
	CUdeviceptr address;

	trace_start();
	simulate_start();
	MUST(trace_count == 0);
	trace_enable(CBID(cuMemFree_v2), true);
	IS(CU(cuMemAlloc_v2)(&address, 1), CUDA_SUCCESS);
	MUST(trace_count == 0);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	MUST(trace_count == 2);
	MUST(!CUPTI(cuptiGetCallbackState)(&enabled, trace_subscriber, DRIVER,
					   CBID(cuMemFree_v2)) &&
	     enabled);
	MUST(!CUPTI(cuptiGetCallbackState)(&enabled, trace_subscriber, DRIVER,
					   CBID(cuMemAlloc_v2)) &&
	     !enabled);
	trace_enable(CBID(cuMemFree_v2), false);
	IS(CU(cuMemFree_v2)(0), CUDA_SUCCESS);
	MUST(trace_count == 2);
	MUST(!CUPTI(cuptiEnableDomain)(1, trace_subscriber, DRIVER));
	IS(CU(cuMemFree_v2)(0), CUDA_SUCCESS);
	MUST(trace_count == 4);
	MUST(!CUPTI(cuptiUnsubscribe)(trace_subscriber));
	IS(CU(cuMemFree_v2)(0), CUDA_SUCCESS);
	MUST(trace_count == 4);
	/* A new subscriber starts with nothing enabled. */
	trace_start();
	IS(CU(cuMemFree_v2)(0), CUDA_SUCCESS);
	MUST(trace_count == 4);
}

static void has_one_subscriber(void)
{
	CUpti_SubscriberHandle second = NULL;
	char name[64] = "";
	CUpti_SubscriberParams params = {
		.structSize = CUpti_SubscriberParams_STRUCT_SIZE,
		.subscriberName = "first",
		.oldSubscriberName = name,
		.oldSubscriberSize = sizeof(name),
	};

	simulate_symbol("cuInit");
	IS(CUPTI(cuptiSubscribe_v2)(&trace_subscriber, trace_callback, NULL, &params),
	   CUPTI_SUCCESS);
	IS(CUPTI(cuptiSubscribe)(&second, trace_callback, NULL),
	   CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED);
	IS(CUPTI(cuptiSubscribe_v2)(&second, trace_callback, NULL, &params), 39);
	MUST(!second && !strcmp(name, "CUPTI for first"));
	IS(CUPTI(cuptiUnsubscribe)(second), CUPTI_ERROR_INVALID_PARAMETER);
	IS(CUPTI(cuptiUnsubscribe)(trace_subscriber), CUPTI_SUCCESS);
	IS(CUPTI(cuptiUnsubscribe)(trace_subscriber), CUPTI_ERROR_INVALID_PARAMETER);
	IS(CUPTI(cuptiEnableDomain)(1, trace_subscriber, DRIVER), CUPTI_ERROR_INVALID_PARAMETER);
	IS(CUPTI(cuptiSubscribe)(&second, trace_callback, NULL), CUPTI_SUCCESS);
	IS(CUPTI(cuptiFinalize)(), CUPTI_SUCCESS);
	IS(CUPTI(cuptiFinalize)(), CUPTI_SUCCESS);
	IS(CUPTI(cuptiSubscribe)(&second, trace_callback, NULL), CUPTI_SUCCESS);
}

static void refuses_bad_arguments(void)
{
	CUpti_SubscriberParams params = {0};
	CUpti_DomainTable table = NULL;
	const char *text = NULL;
	uint32_t number = 0;
	uint64_t time = 0;
	size_t count = 0;

	IS(CUPTI(cuptiSubscribe)(&trace_subscriber, trace_callback, NULL), CUPTI_ERROR_UNKNOWN);
	IS(CUPTI(cuptiSubscribe)(NULL, trace_callback, NULL), CUPTI_ERROR_INVALID_PARAMETER);
	trace_start();
	IS(CUPTI(cuptiSubscribe_v2)(&trace_subscriber, NULL, NULL, &params),
	   CUPTI_ERROR_INVALID_PARAMETER);
	for (uint32_t id = 0; id < 2000; id += CBID(SIZE))
		IS(CUPTI(cuptiEnableCallback)(1, trace_subscriber, DRIVER, id),
		   CUPTI_ERROR_INVALID_PARAMETER);
	IS(CUPTI(cuptiEnableCallback)(1, trace_subscriber, DRIVER, CBID(SIZE) - 1), CUPTI_SUCCESS);
	IS(CUPTI(cuptiEnableDomain)(1, trace_subscriber, CUPTI_CB_DOMAIN_INVALID),
	   CUPTI_ERROR_INVALID_PARAMETER);
	IS(CUPTI(cuptiEnableDomain)(1, trace_subscriber, CUPTI_CB_DOMAIN_RUNTIME_API),
	   CUPTI_ERROR_NOT_SUPPORTED);
	IS(CUPTI(cuptiSupportedDomains)(&count, &table), CUPTI_SUCCESS);
	MUST(count == 1 && table[0] == DRIVER);
	IS(CUPTI(cuptiEnableAllDomains)(1, trace_subscriber), CUPTI_SUCCESS);
	IS(CUPTI(cuptiGetVersion)(&number), CUPTI_SUCCESS);
	MUST(number == CUPTI_API_VERSION);
	IS(CUPTI(cuptiGetTimestamp)(&time), CUPTI_SUCCESS);
	MUST(time > 1600000000000000000);
	IS(CUPTI(cuptiGetResultString)(CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED, &text),
	   CUPTI_SUCCESS);
	MUST(!strcmp(text, "CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED"));
	IS(CUPTI(cuptiGetResultString)((CUptiResult)777, &text), CUPTI_ERROR_INVALID_PARAMETER);
	IS(CUPTI(cuptiGetErrorMessage)((CUptiResult)777, &text), CUPTI_SUCCESS);
}

/* No header has the one's parameters; the other has to see who calls it. */
static bool has_no_door(const char *name)
{
	return strcmp(name, "cuProfilerInitialize") == 0 || strcmp(name, "cuGetExportTable") == 0;
}

/* Every name that cuGetProcAddress can give, which is every exported one. */
static void knows_every_function(void)
{
	static const struct {
		CUpti_CallbackId id;
		const char *name;
	} functions[] = {
#define LEGACY(base, version, symbol) {CBID(symbol), #symbol},
#define PER_THREAD LEGACY
#include "toolkit/include/vt_driver_versions.h"
#undef LEGACY
#undef PER_THREAD
	};
	unsigned int unknown = 0;

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		const char *name = "";

		simulate_symbol(functions[i].name);
		if (CUPTI(cuptiGetCallbackName)(DRIVER, functions[i].id, &name))
			unknown++;
		must(!name == has_no_door(functions[i].name), functions[i].name, __FILE__,
		     __LINE__);
		MUST(!name || !strcmp(name, functions[i].name));
	}
	MUST(unknown == 2);
}

static void passes_every_route(void)
{
	int (*runtime_malloc)(void **, size_t);
	CUresult (*allocate)(CUdeviceptr *, size_t) = NULL;
	void *runtime, *found, *address;

	trace_start();
	simulate_start();
	trace_enable(CBID(cuMemAlloc_v2), true);
	IS(CU(cuGetProcAddress_v2)("cuMemAlloc", (void **)&allocate, 12000, 0, NULL), CUDA_SUCCESS);
	MUST(allocate == CU(cuMemAlloc_v2));
	runtime = simulate_open("libcudart.so.13");
	found = dlsym(runtime, "cudaMalloc");
	memcpy(&runtime_malloc, &found, sizeof(found));
	MUST(!runtime_malloc(&address, 1 << 20));
	MUST(trace_count == 2);
	trace_must_pair(CBID(cuMemAlloc_v2), "cuMemAlloc_v2", CUDA_SUCCESS);
}

/* A function that leads to another inside the driver is one call of the program's. */
static void tells_of_the_programs_call_only(void)
{
	CUdeviceptr address = 0;
	CUdeviceptr_v1 low = 0;

	trace_start();
	simulate_start();
	MUST(!CUPTI(cuptiEnableAllDomains)(1, trace_subscriber));
	TRACED(cuMemAlloc, (&low, 64), CUDA_SUCCESS, p->dptr == &low && p->bytesize == 64);
	TRACED(cuMemFree, (low), CUDA_SUCCESS, p->dptr == low);
	TRACED(cuMemAllocAsync_ptsz, (&address, 64, NULL), CUDA_SUCCESS, p->hStream == NULL);
	TRACED(cuMemFreeAsync_ptsz, (address, NULL), CUDA_SUCCESS, p->dptr == address);
}

static void calls_the_driver(void *userdata, CUpti_CallbackDomain domain, CUpti_CallbackId cbid,
			     const void *data)
{
	CUdeviceptr address;

	(void)domain;
	(void)cbid;
	(void)data;
	++*(int *)userdata;
	MUST(CU(cuMemAlloc_v2)(&address, 8192) == CUDA_SUCCESS);
	MUST(CU(cuMemFree_v2)(address) == CUDA_SUCCESS);
}

static void listens_while_it_calls(void)
{
	int calls = 0;
	CUdeviceptr address;

	simulate_start();
	MUST(!CUPTI(cuptiSubscribe)(&trace_subscriber, calls_the_driver, &calls));
	MUST(!CUPTI(cuptiEnableDomain)(1, trace_subscriber, DRIVER));
	IS(CU(cuMemAlloc_v2)(&address, 1), CUDA_SUCCESS);
	MUST(calls == 2);
}

static void leaves(void *userdata, CUpti_CallbackDomain domain, CUpti_CallbackId cbid,
		   const void *data)
{
	(void)domain;
	(void)cbid;
	(void)data;
	++*(int *)userdata;
	MUST(CUPTI(cuptiFinalize)() == CUPTI_SUCCESS);
}

static void leaves_from_a_callback(void)
{
	int calls = 0;
	CUdeviceptr address;

	simulate_start();
	MUST(!CUPTI(cuptiSubscribe)(&trace_subscriber, leaves, &calls));
	MUST(!CUPTI(cuptiEnableDomain)(1, trace_subscriber, DRIVER));
	IS(CU(cuMemAlloc_v2)(&address, 1), CUDA_SUCCESS);
	IS(CU(cuMemFree_v2)(address), CUDA_SUCCESS);
	MUST(calls == 1);
}

static void hands_over(void *userdata, CUpti_CallbackDomain domain, CUpti_CallbackId cbid,
		       const void *data)
{
	leaves(userdata, domain, cbid, data);
	trace_start();
	trace_enable(cbid, true);
}

/* The next subscriber is not told of the exit of a call whose entry it did not see. */
static void hands_over_in_a_callback(void)
{
	int calls = 0;
	CUdeviceptr address = 0;

	simulate_start();
	MUST(!CUPTI(cuptiSubscribe)(&trace_subscriber, hands_over, &calls));
	trace_enable(CBID(cuMemAlloc_v2), true);
	IS(CU(cuMemAlloc_v2)(&address, 1), CUDA_SUCCESS);
	MUST(calls == 1 && trace_count == 0);
	TRACED(cuMemAlloc_v2, (&address, 3), CUDA_SUCCESS, p->bytesize == 3);
}

static atomic_bool subscribed, stop;
static atomic_int told;

static void checks_that_it_may(void *userdata, CUpti_CallbackDomain domain, CUpti_CallbackId cbid,
			       const void *data)
{
	(void)userdata;
	(void)domain;
	(void)cbid;
	(void)data;
	usleep(50);
	MUST(atomic_load(&subscribed));
	atomic_fetch_add(&told, 1);
}

static void *allocates(void *context)
{
	CUdeviceptr address;

	MUST(CU(cuCtxSetCurrent)(context) == CUDA_SUCCESS);
	while (!atomic_load(&stop)) {
		MUST(CU(cuMemAlloc_v2)(&address, 1) == CUDA_SUCCESS);
		MUST(CU(cuMemFree_v2)(address) == CUDA_SUCCESS);
	}
	return NULL;
}

/* After cuptiUnsubscribe has returned no thread is in the callback any more. */
static void comes_and_goes(void)
{
	CUcontext context = simulate_start();
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		MUST(!pthread_create(&threads[i], NULL, allocates, context));
	for (int i = 0; i < 200 || !atomic_load(&told); i++) {
		atomic_store(&subscribed, true);
		MUST(!CUPTI(cuptiSubscribe)(&trace_subscriber, checks_that_it_may, NULL));
		trace_enable(CBID(cuMemAlloc_v2), true);
		usleep(100);
		MUST(!CUPTI(cuptiUnsubscribe)(trace_subscriber));
		atomic_store(&subscribed, false);
	}
	atomic_store(&stop, true);
	for (int i = 0; i < 2; i++)
		MUST(!pthread_join(threads[i], NULL));
}

#define TOOL SIMULATE_MODULES "/simulate_injection.so"

static void loads_a_tool_once(void)
{
	struct injection_counts *counts;
	CUpti_SubscriberHandle subscriber;
	CUdeviceptr address;
	void *tool;

	setenv("CUDA_INJECTION64_PATH", TOOL, 1);
	simulate_symbol("cuInit");
	MUST(!dlopen(TOOL, RTLD_NOW | RTLD_NOLOAD));
	simulate_start();
	tool = dlopen(TOOL, RTLD_NOW | RTLD_NOLOAD);
	MUST(tool != NULL);
	counts = dlsym(tool, "injection_counts");
	MUST(counts->calls == 1 && counts->init_result == CUDA_SUCCESS && counts->subscribed);
	MUST(counts->allocations == 0);
	IS(CU(cuMemAlloc_v2)(&address, 1), CUDA_SUCCESS);
	MUST(counts->allocations == 1);
	IS(CU(cuInit)(0), CUDA_SUCCESS);
	MUST(counts->calls == 1 && counts->allocations == 2);
	IS(CUPTI(cuptiSubscribe)(&subscriber, trace_callback, NULL), 39);
}

static void passes_over_a_tool_that_is_none(void)
{
	setenv("CUDA_INJECTION64_PATH", "/nonexistent/tool.so", 1);
	simulate_start();
}

static void passes_over_a_library_without_the_function(void)
{
	setenv("CUDA_INJECTION64_PATH", "libm.so.6", 1);
	simulate_start();
}

static struct row {
	const char *name;
	void (*body)(void);
} rows[] = {
	{"a call is told of at both ends", tells_of_both_ends},
	{"what is not enabled is silent", is_silent_otherwise},
	{"there is one subscriber", has_one_subscriber},
	{"bad arguments are refused", refuses_bad_arguments},
	{"every exported function is known", knows_every_function},
	{"every route passes the door", passes_every_route},
	{"inner calls are not told of", tells_of_the_programs_call_only},
	{"a listener's own calls are not told of", listens_while_it_calls},
	{"a listener may leave from its callback", leaves_from_a_callback},
	{"a call belongs to whoever saw it begin", hands_over_in_a_callback},
	{"no callback after unsubscribing", comes_and_goes},
	{"an injected tool is loaded once", loads_a_tool_once},
	{"a tool that cannot be loaded is ignored", passes_over_a_tool_that_is_none},
	{"a library that is no tool is ignored", passes_over_a_library_without_the_function},
};

static void runs(void **state)
{
	const struct row *row = *state;
	char said[4096];

	assert_int_equal(in_child(NULL, row->body, said, sizeof(said)), 0);
	assert_string_equal(said, "");
}

int main(void)
{
	struct CMUnitTest tests[sizeof(rows) / sizeof(rows[0])];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tests[i] = (struct CMUnitTest){rows[i].name, runs, NULL, NULL, &rows[i]};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
