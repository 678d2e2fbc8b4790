/*
 * Modules, libraries and their functions. Images are accepted as they are: device code is
 * never run, so that it is never read either.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simulate/driver_memory.h"
#include "simulate/driver_program.h"

static CUresult create_module(CUmodule *module)
{
	CUcontext context;
	CUmodule made;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	made = vt__object_create(VT_MODULE, sizeof(*made), context);
	if (made)
		*module = made;
	vt__leave();
	return made ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult cuModuleLoadData(CUmodule *module, const void *image)
{
	return module && image ? create_module(module) : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned int numOptions,
			    CUjit_option *options, void **optionValues)
{
	(void)numOptions;
	(void)options;
	(void)optionValues;
	return cuModuleLoadData(module, image);
}

CUresult cuModuleLoadFatBinary(CUmodule *module, const void *fatCubin)
{
	return cuModuleLoadData(module, fatCubin);
}

CUresult cuModuleLoad(CUmodule *module, const char *fname)
{
	if (!module || !fname)
		return CUDA_ERROR_INVALID_VALUE;
	return access(fname, R_OK) ? CUDA_ERROR_FILE_NOT_FOUND : create_module(module);
}

CUresult cuModuleUnload(CUmodule hmod)
{
	CUcontext context;
	CUresult result = vt__enter_context(&context);

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__object_live(hmod, VT_MODULE)) {
		vt__program_drop(hmod);
		vt__object_destroy(&hmod->object);
	} else {
		result = CUDA_ERROR_INVALID_HANDLE;
	}
	vt__leave();
	return result;
}

CUresult cuModuleGetLoadingMode(CUmoduleLoadingMode *mode)
{
	if (!mode)
		return CUDA_ERROR_INVALID_VALUE;
	*mode = CU_MODULE_LAZY_LOADING;
	return CUDA_SUCCESS;
}

CUresult cuLibraryLoadData(CUlibrary *library, const void *code, CUjit_option *jitOptions,
			   void **jitOptionsValues, unsigned int numJitOptions,
			   CUlibraryOption *libraryOptions, void **libraryOptionValues,
			   unsigned int numLibraryOptions)
{
	CUlibrary made;
	CUresult result;

	(void)jitOptions;
	(void)jitOptionsValues;
	(void)numJitOptions;
	(void)libraryOptions;
	(void)libraryOptionValues;
	(void)numLibraryOptions;
	if (!library || !code)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	made = vt__object_create(VT_LIBRARY, sizeof(*made), NULL);
	if (made)
		*library = made;
	vt__leave();
	return made ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUresult cuLibraryLoadFromFile(CUlibrary *library, const char *fileName, CUjit_option *jitOptions,
			       void **jitOptionsValues, unsigned int numJitOptions,
			       CUlibraryOption *libraryOptions, void **libraryOptionValues,
			       unsigned int numLibraryOptions)
{
	if (!library || !fileName)
		return CUDA_ERROR_INVALID_VALUE;
	if (access(fileName, R_OK))
		return CUDA_ERROR_FILE_NOT_FOUND;
	return cuLibraryLoadData(library, fileName, jitOptions, jitOptionsValues, numJitOptions,
				 libraryOptions, libraryOptionValues, numLibraryOptions);
}

void vt__program_drop(const void *owner)
{
	struct vt__object *object = vt__object_from(0);

	while (object) {
		uintptr_t after = object->node.key + 1;
		CUfunction function = (CUfunction)object;
		CUmodule module = (CUmodule)object;

		if (object->kind == VT_FUNCTION && function->owner == owner) {
			free(function->name);
			vt__object_destroy(object);
		} else if (object->kind == VT_MODULE && module->library == owner) {
			vt__object_destroy(object);
		}
		object = vt__object_from(after);
	}
}

CUresult cuLibraryUnload(CUlibrary library)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__object_live(library, VT_LIBRARY)) {
		vt__program_drop(library);
		vt__variables_drop(library, -1);
		vt__object_destroy(&library->object);
	} else {
		result = CUDA_ERROR_INVALID_HANDLE;
	}
	vt__leave();
	return result;
}

CUresult cuLibraryGetModule(CUmodule *pMod, CUlibrary library)
{
	CUresult result;

	if (!pMod)
		return CUDA_ERROR_INVALID_VALUE;
	result = create_module(pMod);
	if (result != CUDA_SUCCESS)
		return result;
	vt__reenter();
	if (vt__object_live(library, VT_LIBRARY)) {
		(*pMod)->library = library;
	} else {
		vt__object_destroy(&(*pMod)->object);
		result = CUDA_ERROR_INVALID_HANDLE;
	}
	vt__leave();
	return result;
}

/* Any name is a function of any image: the image is not read. */
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
	CUresult result;

	if (!hfunc || !name)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
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
	CUresult result;

	if (!pKernel || !name)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter();
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
	return setting(function);
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
