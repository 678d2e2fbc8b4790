/* The simulated CUPTI: which domains there are and which calls are reported. */
#include "config.h"

#include "simulate/cupti/driver.h"

/* The driver's functions are what is simulated; the other domains report nothing. */
static CUpti_CallbackDomain domains[] = {CUPTI_CB_DOMAIN_DRIVER_API};

CUptiResult cuptiSupportedDomains(size_t *domainCount, CUpti_DomainTable *domainTable)
{
	if (!domainCount || !domainTable)
		return CUPTI_ERROR_INVALID_PARAMETER;
	if (!vt__cupti_trace())
		return CUPTI_ERROR_UNKNOWN;
	*domainCount = sizeof(domains) / sizeof(domains[0]);
	*domainTable = domains;
	return CUPTI_SUCCESS;
}

static CUptiResult check(CUpti_SubscriberHandle subscriber, CUpti_CallbackDomain domain,
			 const struct vt__trace **trace)
{
	if (!vt__cupti_subscribed(subscriber) || domain <= CUPTI_CB_DOMAIN_INVALID ||
	    domain >= CUPTI_CB_DOMAIN_SIZE)
		return CUPTI_ERROR_INVALID_PARAMETER;
	if (domain != CUPTI_CB_DOMAIN_DRIVER_API)
		return CUPTI_ERROR_NOT_SUPPORTED;
	*trace = vt__cupti_trace();
	return CUPTI_SUCCESS;
}

static CUptiResult check_id(CUpti_SubscriberHandle subscriber, CUpti_CallbackDomain domain,
			    CUpti_CallbackId cbid, const struct vt__trace **trace)
{
	CUptiResult result = check(subscriber, domain, trace);

	if (result == CUPTI_SUCCESS && (!cbid || cbid >= (*trace)->ids))
		result = CUPTI_ERROR_INVALID_PARAMETER;
	return result;
}

CUptiResult cuptiGetCallbackState(uint32_t *enable, CUpti_SubscriberHandle subscriber,
				  CUpti_CallbackDomain domain, CUpti_CallbackId cbid)
{
	const struct vt__trace *trace;
	CUptiResult result = check_id(subscriber, domain, cbid, &trace);

	if (result == CUPTI_SUCCESS && !enable)
		result = CUPTI_ERROR_INVALID_PARAMETER;
	if (result == CUPTI_SUCCESS)
		*enable = trace->enabled(cbid);
	return result;
}

CUptiResult cuptiEnableCallback(uint32_t enable, CUpti_SubscriberHandle subscriber,
				CUpti_CallbackDomain domain, CUpti_CallbackId cbid)
{
	const struct vt__trace *trace;
	CUptiResult result = check_id(subscriber, domain, cbid, &trace);

	if (result == CUPTI_SUCCESS)
		trace->enable(cbid, enable != 0);
	return result;
}

CUptiResult cuptiEnableDomain(uint32_t enable, CUpti_SubscriberHandle subscriber,
			      CUpti_CallbackDomain domain)
{
	const struct vt__trace *trace;
	CUptiResult result = check(subscriber, domain, &trace);

	for (uint32_t id = 1; result == CUPTI_SUCCESS && id < trace->ids; id++)
		trace->enable(id, enable != 0);
	return result;
}

CUptiResult cuptiEnableAllDomains(uint32_t enable, CUpti_SubscriberHandle subscriber)
{
	return cuptiEnableDomain(enable, subscriber, CUPTI_CB_DOMAIN_DRIVER_API);
}
