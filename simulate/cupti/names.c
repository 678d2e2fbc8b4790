/* The simulated CUPTI: names of results and of driver functions, version, time. */
#include "config.h"

#include <time.h>

#include "simulate/cupti/driver.h"
#include "simulate/common/traced_api.h"

/* clang-format off */
#define RESULTS(NAME) \
	NAME(SUCCESS) NAME(ERROR_INVALID_PARAMETER) NAME(ERROR_INVALID_DEVICE) \
	NAME(ERROR_INVALID_CONTEXT) NAME(ERROR_INVALID_EVENT_DOMAIN_ID) \
	NAME(ERROR_INVALID_EVENT_ID) NAME(ERROR_INVALID_EVENT_NAME) \
	NAME(ERROR_INVALID_OPERATION) NAME(ERROR_OUT_OF_MEMORY) NAME(ERROR_HARDWARE) \
	NAME(ERROR_PARAMETER_SIZE_NOT_SUFFICIENT) NAME(ERROR_API_NOT_IMPLEMENTED) \
	NAME(ERROR_MAX_LIMIT_REACHED) NAME(ERROR_NOT_READY) NAME(ERROR_NOT_COMPATIBLE) \
	NAME(ERROR_NOT_INITIALIZED) NAME(ERROR_INVALID_METRIC_ID) \
	NAME(ERROR_INVALID_METRIC_NAME) NAME(ERROR_QUEUE_EMPTY) NAME(ERROR_INVALID_HANDLE) \
	NAME(ERROR_INVALID_STREAM) NAME(ERROR_INVALID_KIND) NAME(ERROR_INVALID_EVENT_VALUE) \
	NAME(ERROR_DISABLED) NAME(ERROR_INVALID_MODULE) NAME(ERROR_INVALID_METRIC_VALUE) \
	NAME(ERROR_HARDWARE_BUSY) NAME(ERROR_NOT_SUPPORTED) \
	NAME(ERROR_UM_PROFILING_NOT_SUPPORTED) \
	NAME(ERROR_UM_PROFILING_NOT_SUPPORTED_ON_DEVICE) \
	NAME(ERROR_UM_PROFILING_NOT_SUPPORTED_ON_NON_P2P_DEVICES) \
	NAME(ERROR_UM_PROFILING_NOT_SUPPORTED_WITH_MPS) NAME(ERROR_CDP_TRACING_NOT_SUPPORTED) \
	NAME(ERROR_VIRTUALIZED_DEVICE_NOT_SUPPORTED) NAME(ERROR_CUDA_COMPILER_NOT_COMPATIBLE) \
	NAME(ERROR_INSUFFICIENT_PRIVILEGES) NAME(ERROR_OLD_PROFILER_API_INITIALIZED) \
	NAME(ERROR_OPENACC_UNDEFINED_ROUTINE) NAME(ERROR_LEGACY_PROFILER_NOT_SUPPORTED) \
	NAME(ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED) \
	NAME(ERROR_VIRTUALIZED_DEVICE_INSUFFICIENT_PRIVILEGES) \
	NAME(ERROR_CONFIDENTIAL_COMPUTING_NOT_SUPPORTED) NAME(ERROR_CMP_DEVICE_NOT_SUPPORTED) \
	NAME(ERROR_MIG_DEVICE_NOT_SUPPORTED) NAME(ERROR_SLI_DEVICE_NOT_SUPPORTED) \
	NAME(ERROR_WSL_DEVICE_NOT_SUPPORTED) NAME(ERROR_INVALID_CHIP_NAME) NAME(ERROR_UNKNOWN)
/* clang-format on */

CUptiResult cuptiGetResultString(CUptiResult result, const char **str)
{
	if (!str)
		return CUPTI_ERROR_INVALID_PARAMETER;
	switch (result) {
#define VT_ROW(name)                                                                               \
	case CUPTI_##name:                                                                         \
		*str = "CUPTI_" #name;                                                             \
		return CUPTI_SUCCESS;
		RESULTS(VT_ROW)
#undef VT_ROW
	default:
		*str = "<unknown>";
		return CUPTI_ERROR_INVALID_PARAMETER;
	}
}

/* A message is the name for nearly every result of NVIDIA's library too. */
CUptiResult cuptiGetErrorMessage(CUptiResult result, const char **str)
{
	if (!str)
		return CUPTI_ERROR_INVALID_PARAMETER;
	(void)cuptiGetResultString(result, str);
	return CUPTI_SUCCESS;
}

/* NVIDIA's library also knows functions that the simulated driver does not export. */
static const char *driver_function(uint32_t id)
{
	static const char *const names[] = {
		"INVALID",
#define NAMED(name, number) [number] = (name),
#define FUNCTION(name, number, ...) VT_IF_DOOR(name, NAMED)(#name, number)
#define PLAIN FUNCTION
#define NUMBER(name, number)
#include "toolkit/include/vt_driver_functions.h"
#undef FUNCTION
#undef PLAIN
#undef NUMBER
#undef NAMED
	};

	return id < sizeof(names) / sizeof(names[0]) ? names[id] : NULL;
}

CUptiResult cuptiGetCallbackName(CUpti_CallbackDomain domain, uint32_t cbid, const char **name)
{
	if (!name)
		return CUPTI_ERROR_INVALID_PARAMETER;
	*name = domain == CUPTI_CB_DOMAIN_DRIVER_API ? driver_function(cbid) : NULL;
	return *name ? CUPTI_SUCCESS : CUPTI_ERROR_INVALID_PARAMETER;
}

CUptiResult cuptiGetVersion(uint32_t *version)
{
	if (!version)
		return CUPTI_ERROR_INVALID_PARAMETER;
	*version = CUPTI_API_VERSION;
	return CUPTI_SUCCESS;
}

/* Nanoseconds since 1970. */
CUptiResult cuptiGetTimestamp(uint64_t *timestamp)
{
	struct timespec now;

	if (!timestamp)
		return CUPTI_ERROR_INVALID_PARAMETER;
	clock_gettime(CLOCK_REALTIME, &now);
	*timestamp = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	return CUPTI_SUCCESS;
}
