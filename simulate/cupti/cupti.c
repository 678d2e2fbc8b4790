/* The simulated CUPTI: one subscriber, and what it hears of the simulated driver's calls. */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "simulate/cupti/driver.h"

/* ACTIVE has a hook in the driver; LEAVING waits for threads that are still in a callback. */
enum state {
	NONE,
	ACTIVE,
	LEAVING
};

struct CUpti_Subscriber_st {
	enum state state;
	CUpti_CallbackFunc callback;
	void *userdata;
	char name[CUPTI_OLD_SUBSCRIBER_NAME_MIN_LEN];
};

static struct CUpti_Subscriber_st only;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/*
 * The driver of the process, or else the one that the dynamic linker finds, as NVIDIA's
 * library has it, which does not need the driver at load time either. NULL if there is none
 * or it is not the simulated one.
 */
const struct vt__trace *vt__cupti_trace(void)
{
	void *driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
	const struct vt__trace *trace;

	if (!driver)
		driver = dlopen("libcuda.so.1", RTLD_LAZY);
	if (!driver)
		return NULL;
	trace = dlsym(driver, VT_TRACE_SYMBOL);
	return trace && trace->size == sizeof(*trace) ? trace : NULL;
}

static void report(struct vt__traced_call *call)
{
	const CUpti_CallbackData data = {
		.callbackSite = call->exit ? CUPTI_API_EXIT : CUPTI_API_ENTER,
		.functionName = call->name,
		.functionParams = call->params,
		.functionReturnValue = call->result,
		.symbolName = call->kernel,
		.context = call->context,
		.contextUid = call->context_id,
		.correlationData = &call->data,
		.correlationId = call->correlation,
	};

	if (only.callback)
		only.callback(only.userdata, CUPTI_CB_DOMAIN_DRIVER_API, call->id, &data);
}

/* The name under which a second subscriber is told of this one. */
static void set_name(const CUpti_SubscriberParams *wanted)
{
	const char *name = wanted ? wanted->subscriberName : NULL;

	if (name)
		snprintf(only.name, sizeof(only.name), "CUPTI for %.*s",
			 CUPTI_SUBSCRIBER_NAME_MAX_LEN, name);
	else
		snprintf(only.name, sizeof(only.name), "CUPTI");
}

CUptiResult cuptiSubscribe_v2(CUpti_SubscriberHandle *subscriber, CUpti_CallbackFunc callback,
			      void *userdata, CUpti_SubscriberParams *pParams)
{
	const struct vt__trace *trace;
	CUptiResult result = CUPTI_SUCCESS;

	if (!subscriber || (pParams && pParams->structSize < CUpti_SubscriberParams_STRUCT_SIZE))
		return CUPTI_ERROR_INVALID_PARAMETER;
	trace = vt__cupti_trace();
	/* What NVIDIA's library answers without a driver, other than its header says. */
	if (!trace)
		return CUPTI_ERROR_UNKNOWN;
	pthread_mutex_lock(&lock);
	if (only.state == NONE) {
		only.state = ACTIVE;
		only.callback = callback;
		only.userdata = userdata;
		set_name(pParams);
		trace->listen(report);
		*subscriber = &only;
	} else {
		result = CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED;
		if (pParams && pParams->oldSubscriberName && pParams->oldSubscriberSize)
			snprintf(pParams->oldSubscriberName, pParams->oldSubscriberSize, "%s",
				 only.name);
	}
	pthread_mutex_unlock(&lock);
	return result;
}

CUptiResult cuptiSubscribe(CUpti_SubscriberHandle *subscriber, CUpti_CallbackFunc callback,
			   void *userdata)
{
	return cuptiSubscribe_v2(subscriber, callback, userdata, NULL);
}

bool vt__cupti_subscribed(CUpti_SubscriberHandle subscriber)
{
	bool active;

	pthread_mutex_lock(&lock);
	active = subscriber == &only && only.state == ACTIVE;
	pthread_mutex_unlock(&lock);
	return active;
}

static bool set_state(enum state from, enum state to)
{
	bool changed;

	pthread_mutex_lock(&lock);
	changed = only.state == from;
	if (changed)
		only.state = to;
	pthread_mutex_unlock(&lock);
	return changed;
}

/* Not under the lock while it waits: a callback of another thread may want it. */
static CUptiResult unsubscribe(void)
{
	const struct vt__trace *trace;

	if (!set_state(ACTIVE, LEAVING))
		return CUPTI_ERROR_INVALID_PARAMETER;
	trace = vt__cupti_trace();
	for (uint32_t id = 1; id < trace->ids; id++)
		trace->enable(id, false);
	trace->listen(NULL);
	set_state(LEAVING, NONE);
	return CUPTI_SUCCESS;
}

CUptiResult cuptiUnsubscribe(CUpti_SubscriberHandle subscriber)
{
	return subscriber == &only ? unsubscribe() : CUPTI_ERROR_INVALID_PARAMETER;
}

/* Detaches from the process; that there is nothing to detach is no error. */
CUptiResult cuptiFinalize(void)
{
	unsubscribe();
	return CUPTI_SUCCESS;
}
