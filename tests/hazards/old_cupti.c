/*
 * An older libcupti: all is done by the one behind it, and callbacks that came
 * later than cuMemFreeAsync are not known.
 */
#include <dlfcn.h>

#include <cupti_result.h>

#include <cupti_callbacks.h>
#include <cupti_driver_cbid.h>

CUptiResult CUPTIAPI cuptiEnableCallback(uint32_t enable, CUpti_SubscriberHandle subscriber,
					 CUpti_CallbackDomain domain, CUpti_CallbackId cbid)
{
	__typeof__(cuptiEnableCallback) *behind;

	if (cbid > CUPTI_DRIVER_TRACE_CBID_cuMemFreeAsync_ptsz)
		return CUPTI_ERROR_INVALID_PARAMETER;
	*(void **)&behind = dlsym(RTLD_NEXT, "cuptiEnableCallback");
	return behind(enable, subscriber, domain, cbid);
}
