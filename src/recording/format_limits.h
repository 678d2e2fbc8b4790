/*
 * The part of the recording's format about limits of a device's memory that were known when an
 * allocation was refused. Who refused it is for the reader to tell, by these, by the account, and
 * by the variables of VT_LIMIT_SETTINGS.
 */
#ifndef VT_LEDGER_FORMAT_LIMITS_H
#define VT_LEDGER_FORMAT_LIMITS_H

#include <stdint.h>

/* What a limit is. VT_LIMIT(identifier, name in JSON) */
#define VT_LIMITS(VT_LIMIT)                                                                        \
	VT_LIMIT(NONE, NULL)                                                                       \
	VT_LIMIT(OPTION, "option")     /* this tool's own: limit= */                               \
	VT_LIMIT(CGROUP, "cgroup")     /* the driver's, of a cgroup: nvmlDeviceGetMemoryLimits */  \
	VT_LIMIT(PHYSICAL, "physical") /* what the device has, by NVML */

enum vt_limit {
#define VT_LIMIT(id, json) VT_LIMIT_##id,
	VT_LIMITS(VT_LIMIT)
#undef VT_LIMIT
	VT_LIMIT_COUNT
};

/* What refused an allocation without the driver: struct vt_format_finding.injected. */
enum vt_injected {
	VT_INJECTED_NOT = 0,
	VT_INJECTED_FAIL = 1,  /* option fail=; of older recordings limit= too */
	VT_INJECTED_LIMIT = 2, /* option limit= */
};

struct vt_format_limit {
	uint32_t finding; /* number of the finding */
	uint32_t what;    /* enum vt_limit */
	uint32_t name;    /* string: the cgroup's folder; VT_FORMAT_NONE: none */
	uint32_t reserved;
	uint64_t hard_bytes; /* beyond which allocations are refused */
	uint64_t soft_bytes; /* up to which they are safe; VT_FORMAT_UNKNOWN: there is none such */
	uint64_t used_bytes; /* counted against it; VT_FORMAT_UNKNOWN: not told */
};

/* Environment variables by which memory is limited: by MPS, and by limiters in front of the driver
 * (HAMi-core and its kin; _N is of the device with that number). */
#define VT_LIMIT_SETTINGS(VT_SETTING)                                                              \
	VT_SETTING("CUDA_MPS_PINNED_DEVICE_MEM_LIMIT")                                             \
	VT_SETTING("CUDA_DEVICE_MEMORY_LIMIT")                                                     \
	VT_SETTING("CUDA_DEVICE_MEMORY_LIMIT_0")                                                   \
	VT_SETTING("CUDA_DEVICE_MEMORY_LIMIT_1")                                                   \
	VT_SETTING("CUDA_DEVICE_MEMORY_LIMIT_2")                                                   \
	VT_SETTING("CUDA_DEVICE_MEMORY_LIMIT_3")                                                   \
	VT_SETTING("CUDA_DEVICE_MEMORY_LIMIT_4")                                                   \
	VT_SETTING("CUDA_DEVICE_MEMORY_LIMIT_5")                                                   \
	VT_SETTING("CUDA_DEVICE_MEMORY_LIMIT_6")                                                   \
	VT_SETTING("CUDA_DEVICE_MEMORY_LIMIT_7")

_Static_assert(sizeof(struct vt_format_limit) == 40, "no hidden padding");

#endif
