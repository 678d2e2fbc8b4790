/*
 * Functions of modules and kernels of libraries: one type for both, as in the driver. Device
 * code is never run, so that any name is a function of any image.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "simulate/driver/program.h"
#include "simulate/driver/stream.h"

void vt__functions_drop(const void *owner)
{
	struct vt__object *object = vt__object_from(0);

	while (object) {
		uintptr_t after = object->node.key + 1;
		CUfunction function = (CUfunction)object;

		if (object->kind == VT_FUNCTION && function->owner == owner) {
			free(function->name);
			vt__object_destroy(object);
		}
		object = vt__object_from(after);
	}
}

static CUfunction function_of(void *owner, const char *name, CUcontext context)
{
	struct vt__object *object = vt__object_from(0);
	CUfunction function;

	for (; object; object = vt__object_from(object->node.key + 1)) {
		function = (CUfunction)object;
		if (object->kind == VT_FUNCTION && function->owner == owner &&
		    !strcmp(function->name, name))
			return function;
	}
	function = vt__object_create(VT_FUNCTION, sizeof(*function), context);
	if (!function)
		return NULL;
	function->owner = owner;
	function->name = strdup(name);
	if (function->name)
		return function;
	vt__object_destroy(&function->object);
	return NULL;
}

CUresult cuModuleGetFunction(CUfunction *hfunc, CUmodule hmod, const char *name)
{
	CUcontext context;
	CUresult result = hfunc && name ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	*hfunc = NULL;
	if (vt__object_live(hmod, VT_MODULE))
		*hfunc = function_of(hmod, name, NULL);
	else
		result = CUDA_ERROR_INVALID_HANDLE;
	vt__leave();
	if (result == CUDA_SUCCESS && !*hfunc)
		result = CUDA_ERROR_OUT_OF_MEMORY;
	return result;
}

CUresult cuLibraryGetKernel(CUkernel *pKernel, CUlibrary library, const char *name)
{
	CUfunction function = NULL;
	CUresult result = pKernel && name ? vt__enter() : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__object_live(library, VT_LIBRARY))
		function = function_of(library, name, NULL);
	else
		result = CUDA_ERROR_INVALID_HANDLE;
	vt__leave();
	if (result == CUDA_SUCCESS && !function)
		result = CUDA_ERROR_OUT_OF_MEMORY;
	*pKernel = (CUkernel)function;
	return result;
}

static CUresult enter_function(CUfunction function)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS || vt__object_live(function, VT_FUNCTION))
		return result;
	vt__leave();
	return CUDA_ERROR_INVALID_HANDLE;
}

CUresult cuKernelGetFunction(CUfunction *pFunc, CUkernel kernel)
{
	CUresult result = enter_function((CUfunction)kernel);

	if (result != CUDA_SUCCESS)
		return result;
	vt__leave();
	if (!pFunc)
		return CUDA_ERROR_INVALID_VALUE;
	*pFunc = (CUfunction)kernel;
	return CUDA_SUCCESS;
}

CUresult cuFuncGetName(const char **name, CUfunction hfunc)
{
	CUresult result = enter_function(hfunc);

	if (result != CUDA_SUCCESS)
		return result;
	vt__leave();
	if (!name)
		return CUDA_ERROR_INVALID_VALUE;
	*name = hfunc->name;
	return CUDA_SUCCESS;
}

CUresult cuKernelGetName(const char **name, CUkernel hfunc)
{
	return cuFuncGetName(name, (CUfunction)hfunc);
}

/* Settings of a kernel that is not run: taken and of no effect. */
static CUresult setting(CUfunction function)
{
	CUresult result = enter_function(function);

	if (result == CUDA_SUCCESS)
		vt__leave();
	return result;
}

CUresult cuFuncSetAttribute(CUfunction hfunc, CUfunction_attribute attrib, int value)
{
	(void)attrib;
	(void)value;
	return setting(hfunc);
}

CUresult cuFuncSetCacheConfig(CUfunction hfunc, CUfunc_cache config)
{
	(void)config;
	return setting(hfunc);
}

CUresult cuFuncSetSharedMemConfig(CUfunction hfunc, CUsharedconfig config)
{
	(void)config;
	return setting(hfunc);
}

CUresult cuFuncLoad(CUfunction function)
{
	CUresult result = enter_function(function);

	if (result != CUDA_SUCCESS)
		return result;
	function->loaded = true;
	vt__leave();
	return CUDA_SUCCESS;
}

CUresult cuFuncIsLoaded(CUfunctionLoadingState *state, CUfunction function)
{
	CUresult result = enter_function(function);

	if (result != CUDA_SUCCESS)
		return result;
	if (state)
		*state = function->loaded ? CU_FUNCTION_LOADING_STATE_LOADED
					  : CU_FUNCTION_LOADING_STATE_UNLOADED;
	vt__leave();
	return state ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/* Only what an image that was read says: the local memory of a kernel. */
CUresult cuFuncGetAttribute(int *pi, CUfunction_attribute attrib, CUfunction hfunc)
{
	CUresult result = enter_function(hfunc);
	const struct vt__entry *entry;

	if (result != CUDA_SUCCESS)
		return result;
	entry = vt__function_entry(hfunc);
	if (pi && entry && attrib == CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES)
		*pi = (int)entry->local;
	else
		result = pi ? CUDA_ERROR_NOT_SUPPORTED : CUDA_ERROR_INVALID_VALUE;
	vt__leave();
	return result;
}

void vt__function_parameters(CUfunction function, void *const *parameters, struct vt__work *work)
{
	const struct vt__entry *entry = vt__function_entry(function);
	unsigned int count = entry && parameters ? entry->parameters : 0;

	work->parameter_count = count < VT_PARAMETERS_MOST ? count : VT_PARAMETERS_MOST;
	for (unsigned int i = 0; i < work->parameter_count; i++)
		memcpy(&work->parameters[i], parameters[i], sizeof(work->parameters[i]));
}

CUresult cuFuncGetParamInfo(CUfunction func, size_t paramIndex, size_t *paramOffset,
			    size_t *paramSize)
{
	CUresult result = enter_function(func);
	const struct vt__entry *entry;

	if (result != CUDA_SUCCESS)
		return result;
	entry = vt__function_entry(func);
	if (!entry || !paramOffset || paramIndex >= entry->parameters) {
		result = CUDA_ERROR_INVALID_VALUE;
	} else {
		*paramOffset = paramIndex * sizeof(uint64_t);
		if (paramSize)
			*paramSize = sizeof(uint64_t);
	}
	vt__leave();
	return result;
}

CUresult cuKernelGetParamInfo(CUkernel kernel, size_t paramIndex, size_t *paramOffset,
			      size_t *paramSize)
{
	return cuFuncGetParamInfo((CUfunction)kernel, paramIndex, paramOffset, paramSize);
}

CUresult cuKernelSetAttribute(CUfunction_attribute attrib, int val, CUkernel kernel, CUdevice dev)
{
	(void)attrib;
	(void)val;
	(void)dev;
	return setting((CUfunction)kernel);
}

CUresult cuKernelSetCacheConfig(CUkernel kernel, CUfunc_cache config, CUdevice dev)
{
	(void)config;
	(void)dev;
	return setting((CUfunction)kernel);
}
