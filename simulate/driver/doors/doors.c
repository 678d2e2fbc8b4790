/*
 * The doors: every exported name of the driver. A call goes through to the function itself,
 * and past a listener on its way in and out if one asked for that function.
 */
#include "config.h"

/* Makes cuda.h declare every ABI under its own exported name. */
#define __CUDA_API_VERSION_INTERNAL
#include <cuda.h>
#include <cudaProfiler.h>
#include <generated_cuda_meta.h>

#include "simulate/driver/doors/trace.h"
#include "simulate/common/for_each.h"
#include "simulate/common/traced_api.h"

#define ID(name) CUPTI_DRIVER_TRACE_CBID_##name

/* The parameters have the types that NVIDIA's struct gives them. */
#define NAME_OF(type, name) name
#define ARGUMENT(function, pair) NAME_OF pair
#define PARAMETER(function, pair) __typeof__(((function##_params *)0)->NAME_OF pair) NAME_OF pair

#define DOOR(name, parameters, arguments, describe)                                                \
	CUresult vt__untraced_##name parameters;                                                   \
	CUresult name parameters                                                                   \
	{                                                                                          \
		if (!vt__trace_wanted(ID(name)))                                                   \
			return vt__untraced_##name arguments;                                      \
		describe;                                                                          \
		CUresult door_result;                                                              \
		vt__trace_enter(&door_call);                                                       \
		door_result = vt__untraced_##name arguments;                                       \
		vt__trace_exit(&door_call, (int *)&door_result);                                   \
		return door_result;                                                                \
	}

#define DESCRIBE(call_name, ...)                                                                   \
	call_name##_params door_params = {__VA_ARGS__};                                            \
	struct vt__traced_call door_call = {                                                       \
		.id = ID(call_name), .name = #call_name, .params = &door_params}

#define DESCRIBE_BARE(call_name)                                                                   \
	struct vt__traced_call door_call = {.id = ID(call_name), .name = #call_name}

#define ARGUMENTS(...) VT_FOR_EACH(ARGUMENT, , __VA_ARGS__)
#define CALL(name, ...)                                                                            \
	DOOR(name, (VT_FOR_EACH(PARAMETER, name, __VA_ARGS__)), (ARGUMENTS(__VA_ARGS__)),          \
	     DESCRIBE(name, ARGUMENTS(__VA_ARGS__)))
#define BARE(name) DOOR(name, (void), (), DESCRIBE_BARE(name))

#define FUNCTION(name, number, ...) VT_IF_DOOR(name, CALL)(name, __VA_ARGS__)
#define PLAIN(name, number) VT_IF_DOOR(name, BARE)(name)
#define NUMBER(name, number)
#include "toolkit/include/vt_driver_functions.h"
