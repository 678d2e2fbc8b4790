/* The CUPTI subscriber of the tests. */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "tests/simulate_trace.h"

#define KEPT (sizeof(trace_events) / sizeof(trace_events[0]))
#define MARK 0x6d61726b

struct trace_event trace_events[64];
unsigned int trace_count;
CUpti_SubscriberHandle trace_subscriber;
union trace_params trace_entered, trace_left;
size_t trace_params_size;

void (*trace_symbol(const char *name))(void)
{
	static void *library;
	void (*function)(void);
	void *address;

	if (!library)
		library = simulate_open("libcupti.so.13");
	address = dlvsym(library, name, "libcupti.so.13");
	must(address != NULL, name, __FILE__, __LINE__);
	memcpy(&function, &address, sizeof(function));
	return function;
}

void trace_callback(void *userdata, CUpti_CallbackDomain domain, CUpti_CallbackId cbid,
		    const void *cbdata)
{
	const CUpti_CallbackData *data = cbdata;
	struct trace_event *event = &trace_events[trace_count++ % KEPT];
	bool exit = data->callbackSite == CUPTI_API_EXIT;

	MUST(userdata == &trace_count && domain == CUPTI_CB_DOMAIN_DRIVER_API);
	MUST(exit == (data->functionReturnValue != NULL));
	*event = (struct trace_event){.id = cbid, .data = *data, .kept = *data->correlationData};
	if (exit)
		event->result = *(const CUresult *)data->functionReturnValue;
	else
		*data->correlationData = MARK;
	if (data->symbolName)
		snprintf(event->kernel, sizeof(event->kernel), "%s", data->symbolName);
	if (data->functionParams && trace_params_size)
		memcpy(exit ? trace_left.bytes : trace_entered.bytes, data->functionParams,
		       trace_params_size);
}

void trace_start(void)
{
	simulate_symbol("cuInit");
	MUST(CUPTI(cuptiSubscribe)(&trace_subscriber, trace_callback, &trace_count) ==
	     CUPTI_SUCCESS);
}

void trace_enable(CUpti_CallbackId id, bool enabled)
{
	MUST(CUPTI(cuptiEnableCallback)(enabled, trace_subscriber, CUPTI_CB_DOMAIN_DRIVER_API,
					id) == CUPTI_SUCCESS);
}

void trace_must_pair(CUpti_CallbackId id, const char *name, CUresult result)
{
	const struct trace_event *in = &trace_events[(trace_count - 2) % KEPT];
	const struct trace_event *out = &trace_events[(trace_count - 1) % KEPT];

	MUST(trace_count >= 2);
	must(in->id == id && out->id == id, name, __FILE__, __LINE__);
	must(!strcmp(in->data.functionName, name), name, __FILE__, __LINE__);
	must_be((int)out->result, (int)result, name, __FILE__, __LINE__);
	MUST(in->data.functionName == out->data.functionName);
	MUST(in->data.callbackSite == CUPTI_API_ENTER);
	MUST(out->data.callbackSite == CUPTI_API_EXIT);
	MUST(in->data.functionParams == out->data.functionParams);
	MUST(in->data.correlationData == out->data.correlationData);
	MUST(in->data.correlationId == out->data.correlationId && in->data.correlationId);
	MUST(in->kept == 0 && out->kept == MARK);
	MUST(!memcmp(&trace_entered, &trace_left, trace_params_size));
}
