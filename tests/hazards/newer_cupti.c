/*
 * A newer libcupti: all is done by the one behind it, but cuMemAlloc_v2 is told of
 * by a number behind the known ones, as the ABI NEWER_NAME of the function.
 */
#include <dlfcn.h>
#include <stddef.h>

#include <cupti_result.h>

#include <cupti_callbacks.h>
#include <cupti_driver_cbid.h>

#ifndef NEWER_NAME
#define NEWER_NAME "cuMemAlloc_v9"
#endif
#define NEWER_ID (CUPTI_DRIVER_TRACE_CBID_SIZE + 3)

static CUpti_CallbackFunc told;

static void CUPTIAPI tell(void *data, CUpti_CallbackDomain domain, CUpti_CallbackId id,
			  const void *details)
{
	told(data, domain, id == CUPTI_DRIVER_TRACE_CBID_cuMemAlloc_v2 ? NEWER_ID : id, details);
}

CUptiResult CUPTIAPI cuptiSubscribe(CUpti_SubscriberHandle *subscriber, CUpti_CallbackFunc callback,
				    void *data)
{
	__typeof__(cuptiSubscribe) *behind;

	told = callback;
	*(void **)&behind = dlsym(RTLD_NEXT, "cuptiSubscribe");
	return behind(subscriber, tell, data);
}

CUptiResult CUPTIAPI cuptiEnableCallback(uint32_t enable, CUpti_SubscriberHandle subscriber,
					 CUpti_CallbackDomain domain, CUpti_CallbackId id)
{
	__typeof__(cuptiEnableCallback) *behind;

	if (id == CUPTI_DRIVER_TRACE_CBID_cuMemAlloc_v2)
		return CUPTI_SUCCESS;
	*(void **)&behind = dlsym(RTLD_NEXT, "cuptiEnableCallback");
	return behind(enable, subscriber, domain,
		      id == NEWER_ID ? CUPTI_DRIVER_TRACE_CBID_cuMemAlloc_v2 : id);
}

CUptiResult CUPTIAPI cuptiGetCallbackName(CUpti_CallbackDomain domain, uint32_t id,
					  const char **name)
{
	__typeof__(cuptiGetCallbackName) *behind;

	if (domain == CUPTI_CB_DOMAIN_DRIVER_API && id == NEWER_ID) {
		*name = NEWER_NAME;
		return CUPTI_SUCCESS;
	}
	*(void **)&behind = dlsym(RTLD_NEXT, "cuptiGetCallbackName");
	return behind(domain, id, name);
}
