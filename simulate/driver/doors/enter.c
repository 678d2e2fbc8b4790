/* Entering a call with a context: which one it is, and whether that is of any use. */
#include "config.h"

#include "simulate/driver/host_function.h"
#include "simulate/driver/state.h"

static CUresult usable(CUcontext context)
{
	if (!context->alive || (context->parent && !context->parent->alive))
		return CUDA_ERROR_CONTEXT_IS_DESTROYED;
	return CUDA_SUCCESS;
}

CUresult vt__enter_context_state(CUcontext *context)
{
	CUresult result = vt__enter();
	CUcontext current;

	if (result != CUDA_SUCCESS)
		return result;
	current = vt__context_current();
	result = current ? usable(current) : CUDA_ERROR_INVALID_CONTEXT;
	if (result != CUDA_SUCCESS)
		vt__leave();
	else
		*context = current->parent ? current->parent : current;
	return result;
}

/* Entered; leaves if the device of the context is of no use. */
static CUresult check_device(CUcontext context)
{
	if (!vt__devices[context->device].faulted)
		return CUDA_SUCCESS;
	vt__leave();
	return (CUresult)vt__device_options.fault_with;
}

CUresult vt__enter_context(CUcontext *context)
{
	CUresult result = vt__enter_context_state(context);

	return result == CUDA_SUCCESS ? check_device(*context) : result;
}

CUresult vt__enter_free(CUcontext *context)
{
	CUresult result = vt__enter_context(context);

	if (result != CUDA_ERROR_INVALID_CONTEXT)
		return result;
	*context = NULL;
	return vt__enter();
}

/* The context that the handle lives in. */
static CUresult enter_owner(const struct vt__object *handle, enum vt__kind kind, CUcontext *context)
{
	CUresult result = vt__enter_on_host();

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__object_live(handle, kind) || !handle->context) {
		vt__leave();
		return vt__host_function_runs() ? CUDA_ERROR_NOT_PERMITTED
						: CUDA_ERROR_INVALID_CONTEXT;
	}
	*context = handle->context;
	return check_device(*context);
}

CUresult vt__enter_handle(const void *handle, enum vt__kind kind, bool on_host, CUcontext *context)
{
	CUresult result = on_host && vt__host_function_runs() ? CUDA_ERROR_INVALID_CONTEXT
							      : vt__enter_context(context);

	return result == CUDA_ERROR_INVALID_CONTEXT ? enter_owner(handle, kind, context) : result;
}
