/*
 * A tool that the driver loads through CUDA_INJECTION64_PATH: it subscribes to allocations
 * and counts them. The test reads its counters.
 */
#include "config.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include <cupti.h>

#include "tests/simulate_injection.h"

struct injection_counts injection_counts;

static void count(void *userdata, CUpti_CallbackDomain domain, CUpti_CallbackId cbid,
		  const void *cbdata)
{
	const CUpti_CallbackData *data = cbdata;

	(void)userdata;
	(void)domain;
	(void)cbid;
	if (data->callbackSite == CUPTI_API_EXIT)
		injection_counts.allocations++;
}

static void subscribe(void)
{
	__typeof__(cuptiEnableCallback) *enable;
	__typeof__(cuptiSubscribe) *make;
	CUpti_SubscriberHandle subscriber;
	char path[4096];
	void *library;

	snprintf(path, sizeof(path), "%s/libcupti.so.13", getenv("SIMULATE_DIR"));
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return;
	*(void **)&make = dlsym(library, "cuptiSubscribe");
	*(void **)&enable = dlsym(library, "cuptiEnableCallback");
	if (make(&subscriber, count, NULL) == CUPTI_SUCCESS)
		injection_counts.subscribed = true;
	enable(1, subscriber, CUPTI_CB_DOMAIN_DRIVER_API, CUPTI_DRIVER_TRACE_CBID_cuMemAlloc_v2);
	enable(1, subscriber, CUPTI_CB_DOMAIN_DRIVER_API, CUPTI_DRIVER_TRACE_CBID_cuInit);
}

int InitializeInjection(void);

/* A tool may call the driver, though cuInit has not returned yet. */
int InitializeInjection(void)
{
	void *driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
	__typeof__(cuInit) *init = NULL;

	injection_counts.calls++;
	if (driver)
		*(void **)&init = dlsym(driver, "cuInit");
	if (init)
		injection_counts.init_result = (int)init(0);
	subscribe();
	return 0;
}
