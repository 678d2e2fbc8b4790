/* Modules and libraries: loading and unloading images. Device code is never run. */
#include "config.h"

#include <string.h>

#include "simulate/driver/jit.h"
#include "simulate/driver/program.h"

/* Takes over what the image declares. A module is on its device at once. */
static CUresult create_module(CUmodule *module, struct vt__program *program)
{
	CUcontext context;
	CUmodule made = NULL;
	CUresult result = vt__enter_context(&context);

	if (result == CUDA_SUCCESS) {
		made = vt__object_create(VT_MODULE, sizeof(*made), context);
		result = made ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
	} else {
		vt__image_forget(program);
		return result;
	}
	if (made) {
		made->program = *program;
		result = vt__program_load(&made->program, context);
	} else {
		vt__image_forget(program);
	}
	if (result == CUDA_SUCCESS)
		*module = made;
	else if (made)
		vt__module_destroy(made);
	vt__leave();
	return result;
}

CUresult cuModuleLoadData(CUmodule *module, const void *image)
{
	struct vt__program program;
	CUresult result = module && image ? vt__image_read(image, &program)
					  : CUDA_ERROR_INVALID_VALUE;

	return result == CUDA_SUCCESS ? create_module(module, &program) : result;
}

CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned int numOptions,
			    CUjit_option *options, void **optionValues)
{
	vt__jit_answer(numOptions, options, optionValues);
	return cuModuleLoadData(module, image);
}

CUresult cuModuleLoadFatBinary(CUmodule *module, const void *fatCubin)
{
	return cuModuleLoadData(module, fatCubin);
}

CUresult cuModuleLoad(CUmodule *module, const char *fname)
{
	struct vt__program program;
	CUresult result = module && fname ? vt__image_read_file(fname, &program)
					  : CUDA_ERROR_INVALID_VALUE;

	return result == CUDA_SUCCESS ? create_module(module, &program) : result;
}

void vt__module_destroy(CUmodule module)
{
	vt__functions_drop(module);
	vt__variables_drop(&module->program, -1);
	vt__image_forget(&module->program);
	vt__object_destroy(&module->object);
}

CUresult cuModuleUnload(CUmodule hmod)
{
	CUcontext context;
	CUresult result = vt__enter_handle(hmod, VT_MODULE, false, &context);

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__object_live(hmod, VT_MODULE))
		vt__module_destroy(hmod);
	else
		result = CUDA_ERROR_INVALID_HANDLE;
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

static CUresult create_library(CUlibrary *library, struct vt__program *program)
{
	CUlibrary made = NULL;
	CUresult result = vt__enter();

	if (result == CUDA_SUCCESS) {
		made = vt__object_create(VT_LIBRARY, sizeof(*made), NULL);
		result = made ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
		if (made) {
			made->program = *program;
			*library = made;
		}
		vt__leave();
	}
	if (!made)
		vt__image_forget(program);
	return result;
}

/* Options are for the compiler that is not here. */
CUresult cuLibraryLoadData(CUlibrary *library, const void *code, CUjit_option *jitOptions,
			   void **jitOptionsValues, unsigned int numJitOptions,
			   CUlibraryOption *libraryOptions, void **libraryOptionValues,
			   unsigned int numLibraryOptions)
{
	struct vt__program program;
	CUresult result = library && code ? vt__image_read(code, &program)
					  : CUDA_ERROR_INVALID_VALUE;

	vt__jit_answer(numJitOptions, jitOptions, jitOptionsValues);
	(void)libraryOptions;
	(void)libraryOptionValues;
	(void)numLibraryOptions;
	return result == CUDA_SUCCESS ? create_library(library, &program) : result;
}

CUresult cuLibraryLoadFromFile(CUlibrary *library, const char *fileName, CUjit_option *jitOptions,
			       void **jitOptionsValues, unsigned int numJitOptions,
			       CUlibraryOption *libraryOptions, void **libraryOptionValues,
			       unsigned int numLibraryOptions)
{
	struct vt__program program;
	CUresult result = library && fileName ? vt__image_read_file(fileName, &program)
					      : CUDA_ERROR_INVALID_VALUE;

	vt__jit_answer(numJitOptions, jitOptions, jitOptionsValues);
	(void)libraryOptions;
	(void)libraryOptionValues;
	(void)numLibraryOptions;
	return result == CUDA_SUCCESS ? create_library(library, &program) : result;
}

/* Modules that were asked for through the library. */
static void drop_modules(CUlibrary library)
{
	struct vt__object *object = vt__object_from(0);

	while (object) {
		uintptr_t after = object->node.key + 1;

		if (object->kind == VT_MODULE && ((CUmodule)object)->library == library)
			vt__module_destroy((CUmodule)object);
		object = vt__object_from(after);
	}
}

CUresult cuLibraryUnload(CUlibrary library)
{
	CUresult result = vt__enter();

	if (result != CUDA_SUCCESS)
		return result;
	if (vt__object_live(library, VT_LIBRARY)) {
		drop_modules(library);
		vt__functions_drop(library);
		vt__variables_drop(&library->program, -1);
		vt__image_forget(&library->program);
		vt__object_destroy(&library->object);
	} else {
		result = CUDA_ERROR_INVALID_HANDLE;
	}
	vt__leave();
	return result;
}

/* A handle: code and variables are the library's. */
static CUresult module_of(CUlibrary library, CUcontext context, CUmodule *module)
{
	CUmodule made;
	CUresult result = CUDA_ERROR_INVALID_HANDLE;

	if (vt__object_live(library, VT_LIBRARY))
		result = vt__program_load(&library->program, context);
	if (result != CUDA_SUCCESS)
		return result;
	made = vt__object_create(VT_MODULE, sizeof(*made), context);
	if (!made)
		return CUDA_ERROR_OUT_OF_MEMORY;
	made->library = library;
	*module = made;
	return CUDA_SUCCESS;
}

CUresult cuLibraryGetModule(CUmodule *pMod, CUlibrary library)
{
	CUcontext context;
	CUresult result = pMod ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = module_of(library, context, pMod);
	vt__leave();
	return result;
}

static struct vt__program *program_of(CUfunction function)
{
	CUmodule module = function->owner;

	if (vt__object_live(function->owner, VT_LIBRARY))
		return &((CUlibrary)function->owner)->program;
	return module->library ? &module->library->program : &module->program;
}

const struct vt__entry *vt__function_entry(CUfunction function)
{
	const struct vt__entry *entry = program_of(function)->entries;

	while (entry && strcmp(entry->name, function->name))
		entry = entry->next;
	return entry;
}

CUresult vt__function_load(CUfunction function, CUcontext context)
{
	CUlibrary library = function->owner;

	function->loaded = true;
	/* A module is there since it was loaded. */
	return vt__object_live(library, VT_LIBRARY) ? vt__program_load(&library->program, context)
						    : CUDA_SUCCESS;
}
