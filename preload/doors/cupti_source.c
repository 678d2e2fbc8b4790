/*
 * The CUPTI source: the recorder fed by CUPTI's callbacks instead of wrappers.
 *
 * The driver loads this object at cuInit() when CUDA_INJECTION64_PATH names
 * it. Only the callbacks of the functions in VT_DRIVER_API are enabled, and
 * each runs the rules of its function. CUPTI tells of a call; it cannot keep
 * one back.
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "ledger/coverage.h"
#include "preload/base/abi_name.h"
#include "preload/rules/call.h"
#include "preload/recorder/coverage.h"
#include "preload/doors/cupti_library.h"
#include "preload/base/loader.h"
#include "preload/base/message.h"
#include "preload/base/options.h"
#include "preload/recorder/source.h"
#include "preload/base/real_dlsym.h"
#include "preload/base/run_page.h"
#include "preload/doors/thread_end.h"
#include "preload/doors/wrapper.h"
#include "unwind/loaded.h"
#include "unwind/own_stack.h"
#include "unwind/unwind_way.h"

static const struct vt__rules *const rules_by_callback[VT__CALLBACKS] = {
#define API(symbol, parameters, arguments) [CUPTI_DRIVER_TRACE_CBID_##symbol] = &vt__rules_##symbol,
	VT_DRIVER_API(API)
#undef API
		[CUPTI_DRIVER_TRACE_CBID_cuMemHostAlloc_v2] = &vt__rules_cuMemHostAlloc,
};

#define NEWER_MOST 128

/* Functions that a newer library tells of, by its numbers from `first` on: what
 * those mean that have rules, and which those are that are an ABI without. */
static struct {
	const char *driver; /* its path */
	struct {
		const struct vt__rules *rules; /* NULL: none are known */
		const char *name;              /* NULL: of no wrapped function */
	} rows[NEWER_MOST];
} newer;

/* A thread's outermost call, between its two callbacks. */
static _Thread_local struct {
	uintptr_t depth;
	bool met; /* the thread's end is watched */
	struct vt__call call;
} under_way;

/* With --verify the shim is there too. */
static bool has_company(void)
{
	return vt__real_dlsym(RTLD_DEFAULT, "vramtrack_preload_instance") != NULL;
}

static void prepare(const char *path)
{
	const struct vt__options *options = vt__options();

	(void)path;
	if (options->fail[0] || options->limit || options->quarantine)
		vt__message("vramtrack: CUPTI tells of calls, and cannot refuse or change one: "
			    "fail=, limit= and quarantine= in %s do nothing here\n",
			    VT_OPTIONS_VARIABLE);
}

static void ends(void)
{
	if (under_way.depth)
		vt__process_call_left();
	under_way.depth = 0;
}

static bool is_at_work(void)
{
	return true;
}

const struct vt__source vt__source = {
	.kind = VT_SOURCE_CUPTI,
	.is_at_work = is_at_work,
	.has_company = has_company,
	.ends = ends,
	.prepare = prepare,
};

/* Nothing else tells this object of a dlclose(), after which addresses may
 * come to mean other code. */
static void watch_unloading(void)
{
	static _Atomic unsigned long long seen;
	unsigned long long unloads = vt__loader_unloads();

	if (unloads != seen) {
		seen = unloads;
		vt__unwind_forget();
	}
}

struct judging {
	const struct vt__unwind_start *start;
	bool is_left;
};

/* A call under way has a frame of the driver further out than where it was told of. */
static void judge(void *closure)
{
	struct judging *it = closure;
	const struct vt__driver *driver = under_way.call.driver;
	struct vt__loaded object;

	it->is_left = driver &&
		      vt__loaded_at((uintptr_t)driver->cuDriverGetVersion, NULL, &object) &&
		      !vt__unwind_passes(it->start, under_way.call.start.sp, object.start,
					 object.end);
}

/* Whether the call under way was left by a jump, where another begins. No call inside
 * another begins where that began, or above it. */
static bool was_left(const struct vt__unwind_start *start)
{
	struct judging it = {start, start->sp >= under_way.call.start.sp};

	if (!it.is_left)
		vt__own_stack_run(judge, &it);
	return it.is_left;
}

static void enter(const struct vt__rules *rules, const CUpti_CallbackData *data,
		  const struct vt__unwind_start *start)
{
	struct vt__call *call = &under_way.call;

	if (under_way.depth && was_left(start)) {
		vt__process_call_left();
		under_way.depth = 0;
	}
	if (under_way.depth++ > 0)
		return;
	if (!under_way.met)
		vt__thread_end_watch(&under_way.depth);
	under_way.met = true;
	vt__coverage_count(VT_DOOR_CALLBACKS);
	watch_unloading();
	call->driver = vt__driver();
	call->api = &rules->api;
	call->start = *start;
	call->injected = VT_INJECTED_NOT;
	if (call->driver && rules->before)
		rules->before(call, data->functionParams);
}

static void leave(const struct vt__rules *rules, const CUpti_CallbackData *data)
{
	struct vt__call *call = &under_way.call;

	/* enabled in the middle of a call: its beginning was not told */
	if (under_way.depth == 0 || --under_way.depth > 0)
		return;
	call->result = *(const CUresult *)data->functionReturnValue;
	if (call->driver && rules->after)
		rules->after(call, data->functionParams);
	if (call->driver && call->result != CUDA_SUCCESS)
		vt__call_failed(call);
}

static void meet_newer(const char *name)
{
	struct vt__ledger *ledger = under_way.depth ? NULL : vt__begin_ledger();

	if (ledger)
		vt__ledger_passage(ledger, &(struct vt__passage){.sort = VT_PASSAGE_NEWER_ABI,
								 .path = newer.driver,
								 .symbol = name});
}

/* The rules of a callback; NULL if there are none. */
static const struct vt__rules *rules_of(CUpti_CallbackId callback, bool enters)
{
	CUpti_CallbackId number = callback - CUPTI_DRIVER_TRACE_CBID_SIZE;

	if (callback < CUPTI_DRIVER_TRACE_CBID_SIZE)
		return rules_by_callback[callback];
	if (number >= NEWER_MOST)
		return NULL;
	if (enters && newer.rows[number].name && !newer.rows[number].rules)
		meet_newer(newer.rows[number].name);
	return newer.rows[number].rules;
}

static void CUPTIAPI called(void *unused, CUpti_CallbackDomain domain, CUpti_CallbackId callback,
			    const void *details)
{
	const struct vt__unwind_start start = VT__UNWIND_HERE();
	const CUpti_CallbackData *data = details;
	const struct vt__rules *rules;
	int saved = errno;

	(void)unused;
	if (domain != CUPTI_CB_DOMAIN_DRIVER_API)
		return;
	rules = rules_of(callback, data->callbackSite == CUPTI_API_ENTER);
	if (!rules || !data->functionParams) { /* of EGL no struct is published */
		errno = saved;
		return;
	}
	if (data->callbackSite == CUPTI_API_ENTER)
		enter(rules, data, &start);
	else
		leave(rules, data);
	errno = saved;
}

static void say(const struct vt__cupti *cupti, CUptiResult result, const char *what)
{
	const char *words = "unknown error";

	cupti->cuptiGetResultString(result, &words);
	vt__run_page_failed(result == CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED
				    ? "CUPTI serves one tool at a time, and another one has it"
				    : "CUPTI refused a subscriber or its callbacks");
	if (result == CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED)
		vt__message("vramtrack: CUPTI serves one tool at a time, and another one (a "
			    "profiler or a debugger) has it: this process is not recorded by "
			    "CUPTI; under LD_PRELOAD (--source=preload) the two work together\n");
	else
		vt__message("vramtrack: CUPTI could not %s: %s (%d); this process is not "
			    "recorded by CUPTI\n",
			    what, words, (int)result);
}

/* What an older library does not know: its calls go unseen. */
struct unknown {
	unsigned count;
	const char *first;
};

static CUptiResult enable(const struct vt__cupti *cupti, CUpti_SubscriberHandle subscriber,
			  struct unknown *unknown)
{
	CUptiResult result = CUPTI_SUCCESS;

	for (CUpti_CallbackId id = 0; id < CUPTI_DRIVER_TRACE_CBID_SIZE && !result; id++) {
		if (!rules_by_callback[id])
			continue;
		result = cupti->cuptiEnableCallback(1, subscriber, CUPTI_CB_DOMAIN_DRIVER_API, id);
		if (result != CUPTI_ERROR_INVALID_PARAMETER)
			continue;
		result = CUPTI_SUCCESS;
		if (unknown->count++ == 0)
			unknown->first = rules_by_callback[id]->api.name;
	}
	return result;
}

static void enable_newer_one(const struct vt__cupti *cupti, CUpti_SubscriberHandle subscriber,
			     unsigned number, const char *name)
{
	const CUpti_CallbackId id = CUPTI_DRIVER_TRACE_CBID_SIZE + number;
	bool is_known = false;

	for (size_t i = 0; i < VT__CALLBACKS && !newer.rows[number].rules; i++) {
		if (!rules_by_callback[i])
			continue;
		is_known |= vt__abi_same_base(rules_by_callback[i]->api.name, name);
		if (strcmp(rules_by_callback[i]->api.name, name) == 0)
			newer.rows[number].rules = rules_by_callback[i];
	}
	if (is_known && cupti->cuptiEnableCallback(1, subscriber, CUPTI_CB_DOMAIN_DRIVER_API, id) ==
				CUPTI_SUCCESS)
		newer.rows[number].name = name;
}

static void enable_newer(const struct vt__cupti *cupti, CUpti_SubscriberHandle subscriber)
{
	const struct vt__driver *driver = vt__driver();
	const char *name;
	Dl_info info;

	newer.driver = driver && dladdr((const void *)driver->cuDriverGetVersion, &info)
			       ? info.dli_fname
			       : "libcuda.so.1";
	for (unsigned number = 0; number < NEWER_MOST; number++) {
		name = NULL;
		if (cupti->cuptiGetCallbackName(CUPTI_CB_DOMAIN_DRIVER_API,
						CUPTI_DRIVER_TRACE_CBID_SIZE + number,
						&name) == CUPTI_SUCCESS &&
		    name)
			enable_newer_one(cupti, subscriber, number, name);
	}
}

static int open_cupti(struct vt__cupti *cupti)
{
	const char *wanted = vt__options()->cupti;
	int error = vt__cupti_open(wanted, cupti);

	if (error)
		vt__run_page_failed("libcupti was not found, or is none");
	if (error == -ENOSYS)
		vt__message("vramtrack: %s is not a libcupti that serves callbacks: this process "
			    "is not recorded by CUPTI\n",
			    *wanted ? wanted : "the libcupti that was found");
	else if (error && *wanted)
		vt__message("vramtrack: cupti=%s cannot be loaded: this process is not recorded by "
			    "CUPTI\n",
			    wanted);
	else if (error)
		vt__message("vramtrack: libcupti was not found: this process is not recorded by "
			    "CUPTI (it comes with the CUDA toolkit; cupti=FILE in %s names it)\n",
			    VT_OPTIONS_VARIABLE);
	return error;
}

static void attach(void)
{
	CUpti_SubscriberHandle subscriber;
	struct unknown unknown = {0, NULL};
	struct vt__cupti cupti;
	CUptiResult result;

	if (open_cupti(&cupti) != 0)
		return;
	result = cupti.cuptiSubscribe(&subscriber, called, NULL);
	if (result != CUPTI_SUCCESS) {
		say(&cupti, result, "take a subscriber");
		return;
	}
	enable_newer(&cupti, subscriber);
	result = enable(&cupti, subscriber, &unknown);
	if (result != CUPTI_SUCCESS) {
		say(&cupti, result, "enable its callbacks");
		cupti.cuptiUnsubscribe(subscriber);
	} else if (unknown.count) {
		vt__message("vramtrack: this libcupti is older than vramtrack and does not tell of "
			    "%u functions (%s, ...): their calls are not recorded by CUPTI\n",
			    unknown.count, unknown.first);
	}
}

/* Called by the driver, once, at the end of cuInit(). */
VT__EXPORT int InitializeInjection(void);
VT__EXPORT int InitializeInjection(void)
{
	int saved = errno;

	attach();
	errno = saved;
	return 1;
}
