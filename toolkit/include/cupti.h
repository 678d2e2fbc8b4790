/* Written by scripts/declarations, which says what this is; not by hand. CUPTI's callbacks. */

#ifndef VT_TOOLKIT_CUPTI_H
#define VT_TOOLKIT_CUPTI_H

#include <cuda.h>
#include <cupti_driver_cbid.h>

#define CUPTIAPI
#define CUPTI_API_VERSION 130001
#define CUPTI_CALLBACK_STRUCT_SIZE(type_, lastfield_)                                              \
	(offsetof(type_, lastfield_) + sizeof(((type_ *)0)->lastfield_))
#define CUPTI_OLD_SUBSCRIBER_NAME_MIN_LEN 64
#define CUPTI_SUBSCRIBER_NAME_MAX_LEN 53
#define CUpti_SubscriberParams_STRUCT_SIZE                                                         \
	CUPTI_CALLBACK_STRUCT_SIZE(CUpti_SubscriberParams, oldSubscriberSize)

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
	CUPTI_SUCCESS = 0,
	CUPTI_ERROR_INVALID_PARAMETER = 1,
	CUPTI_ERROR_INVALID_DEVICE = 2,
	CUPTI_ERROR_INVALID_CONTEXT = 3,
	CUPTI_ERROR_INVALID_EVENT_DOMAIN_ID = 4,
	CUPTI_ERROR_INVALID_EVENT_ID = 5,
	CUPTI_ERROR_INVALID_EVENT_NAME = 6,
	CUPTI_ERROR_INVALID_OPERATION = 7,
	CUPTI_ERROR_OUT_OF_MEMORY = 8,
	CUPTI_ERROR_HARDWARE = 9,
	CUPTI_ERROR_PARAMETER_SIZE_NOT_SUFFICIENT = 10,
	CUPTI_ERROR_API_NOT_IMPLEMENTED = 11,
	CUPTI_ERROR_MAX_LIMIT_REACHED = 12,
	CUPTI_ERROR_NOT_READY = 13,
	CUPTI_ERROR_NOT_COMPATIBLE = 14,
	CUPTI_ERROR_NOT_INITIALIZED = 15,
	CUPTI_ERROR_INVALID_METRIC_ID = 16,
	CUPTI_ERROR_INVALID_METRIC_NAME = 17,
	CUPTI_ERROR_QUEUE_EMPTY = 18,
	CUPTI_ERROR_INVALID_HANDLE = 19,
	CUPTI_ERROR_INVALID_STREAM = 20,
	CUPTI_ERROR_INVALID_KIND = 21,
	CUPTI_ERROR_INVALID_EVENT_VALUE = 22,
	CUPTI_ERROR_DISABLED = 23,
	CUPTI_ERROR_INVALID_MODULE = 24,
	CUPTI_ERROR_INVALID_METRIC_VALUE = 25,
	CUPTI_ERROR_HARDWARE_BUSY = 26,
	CUPTI_ERROR_NOT_SUPPORTED = 27,
	CUPTI_ERROR_UM_PROFILING_NOT_SUPPORTED = 28,
	CUPTI_ERROR_UM_PROFILING_NOT_SUPPORTED_ON_DEVICE = 29,
	CUPTI_ERROR_UM_PROFILING_NOT_SUPPORTED_ON_NON_P2P_DEVICES = 30,
	CUPTI_ERROR_UM_PROFILING_NOT_SUPPORTED_WITH_MPS = 31,
	CUPTI_ERROR_CDP_TRACING_NOT_SUPPORTED = 32,
	CUPTI_ERROR_VIRTUALIZED_DEVICE_NOT_SUPPORTED = 33,
	CUPTI_ERROR_CUDA_COMPILER_NOT_COMPATIBLE = 34,
	CUPTI_ERROR_INSUFFICIENT_PRIVILEGES = 35,
	CUPTI_ERROR_OLD_PROFILER_API_INITIALIZED = 36,
	CUPTI_ERROR_OPENACC_UNDEFINED_ROUTINE = 37,
	CUPTI_ERROR_LEGACY_PROFILER_NOT_SUPPORTED = 38,
	CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED = 39,
	CUPTI_ERROR_VIRTUALIZED_DEVICE_INSUFFICIENT_PRIVILEGES = 40,
	CUPTI_ERROR_CONFIDENTIAL_COMPUTING_NOT_SUPPORTED = 41,
	CUPTI_ERROR_CMP_DEVICE_NOT_SUPPORTED = 42,
	CUPTI_ERROR_MIG_DEVICE_NOT_SUPPORTED = 43,
	CUPTI_ERROR_SLI_DEVICE_NOT_SUPPORTED = 44,
	CUPTI_ERROR_WSL_DEVICE_NOT_SUPPORTED = 45,
	CUPTI_ERROR_INVALID_CHIP_NAME = 46,
	CUPTI_ERROR_UNKNOWN = 999,
} CUptiResult;

typedef enum {
	CUPTI_API_ENTER = 0,
	CUPTI_API_EXIT = 1,
} CUpti_ApiCallbackSite;

typedef enum {
	CUPTI_CB_DOMAIN_INVALID = 0,
	CUPTI_CB_DOMAIN_DRIVER_API = 1,
	CUPTI_CB_DOMAIN_RUNTIME_API = 2,
	CUPTI_CB_DOMAIN_SIZE = 7,
} CUpti_CallbackDomain;

typedef struct {
	CUpti_ApiCallbackSite callbackSite;
	const char *functionName;
	const void *functionParams;
	void *functionReturnValue;
	const char *symbolName;
	CUcontext context;
	uint32_t contextUid;
	uint64_t *correlationData;
	uint32_t correlationId;
} CUpti_CallbackData;
typedef uint32_t CUpti_CallbackId;
typedef void (*CUpti_CallbackFunc)(void *, CUpti_CallbackDomain, CUpti_CallbackId, const void *);
struct CUpti_Subscriber_st;
typedef struct CUpti_Subscriber_st *CUpti_SubscriberHandle;
typedef CUpti_CallbackDomain *CUpti_DomainTable;

typedef struct {
	size_t structSize;
	const char *subscriberName;
	char *oldSubscriberName;
	size_t oldSubscriberSize;
} CUpti_SubscriberParams;
CUptiResult cuptiEnableAllDomains(uint32_t enable, CUpti_SubscriberHandle subscriber);
CUptiResult cuptiEnableCallback(uint32_t enable, CUpti_SubscriberHandle subscriber,
				CUpti_CallbackDomain domain, CUpti_CallbackId cbid);
CUptiResult cuptiEnableDomain(uint32_t enable, CUpti_SubscriberHandle subscriber,
			      CUpti_CallbackDomain domain);
CUptiResult cuptiFinalize(void);
CUptiResult cuptiGetCallbackName(CUpti_CallbackDomain domain, uint32_t cbid, const char **name);
CUptiResult cuptiGetCallbackState(uint32_t *enable, CUpti_SubscriberHandle subscriber,
				  CUpti_CallbackDomain domain, CUpti_CallbackId cbid);
CUptiResult cuptiGetErrorMessage(CUptiResult result, const char **str);
CUptiResult cuptiGetResultString(CUptiResult result, const char **str);
CUptiResult cuptiGetTimestamp(uint64_t *timestamp);
CUptiResult cuptiGetVersion(uint32_t *version);
CUptiResult cuptiSubscribe(CUpti_SubscriberHandle *subscriber, CUpti_CallbackFunc callback,
			   void *userdata);
CUptiResult cuptiSubscribe_v2(CUpti_SubscriberHandle *subscriber, CUpti_CallbackFunc callback,
			      void *userdata, CUpti_SubscriberParams *pParams);
CUptiResult cuptiSupportedDomains(size_t *domainCount, CUpti_DomainTable *domainTable);
CUptiResult cuptiUnsubscribe(CUpti_SubscriberHandle subscriber);

#ifdef __cplusplus
}
#endif

#endif
