/*
 * Device variables of modules and libraries: the driver's own memory, which no allocation
 * call makes. They live on a device from the first use of their image there.
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/driver/memory/memory.h"
#include "simulate/driver/memory/overhead.h"
#include "simulate/driver/program.h"

static struct vt__variable *find(struct vt__program *program, const char *name, CUdevice device)
{
	struct vt__variable *variable = program->variables;

	while (variable && (strcmp(variable->name, name) ||
			    (variable->device != device && variable->device != -1)))
		variable = variable->next;
	return variable;
}

/* Zeroed memory of the driver's own; of no size it is only a mark. */
static CUresult create(struct vt__program *program, const char *name, size_t size,
		       CUcontext context, bool managed, struct vt__variable **variable)
{
	const struct vt__region wanted = {
		.kind = managed ? VT_REGION_MANAGED : VT_REGION_GLOBAL,
		.size = size,
		.device = context->device,
		/* A managed one with an owner would be memory that can be freed. */
		.context = managed ? NULL : context,
	};
	struct vt__variable *made = calloc(1, sizeof(*made) + strlen(name) + 1);
	struct vt__region *region;

	if (!made || (size && vt__region_create(&wanted, &region) != CUDA_SUCCESS)) {
		free(made);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	if (size) {
		made->address = region->node.key;
		memset((void *)made->address, 0, size);
	}
	strcpy(made->name, name);
	made->device = managed ? -1 : context->device;
	made->size = size;
	made->next = program->variables;
	program->variables = made;
	*variable = made;
	return CUDA_SUCCESS;
}

/* Of its code. */
static size_t code_bytes(const struct vt__program *program)
{
	for (const struct vt__entry *entry = program->entries; entry; entry = entry->next) {
		if (entry->mallocs)
			return vt__overhead(VT_OVERHEAD_MODULE) +
			       vt__overhead(VT_OVERHEAD_MODULE_WITH_MALLOC);
	}
	return vt__overhead(VT_OVERHEAD_MODULE);
}

CUresult vt__program_load(struct vt__program *program, CUcontext context)
{
	struct vt__variable *made;
	CUresult result;

	if (find(program, "", context->device))
		return CUDA_SUCCESS;
	result = create(program, "", code_bytes(program), context, false, &made);
	for (const struct vt__declared *wanted = program->declared;
	     wanted && result == CUDA_SUCCESS; wanted = wanted->next) {
		if (!find(program, wanted->name, context->device))
			result = create(program, wanted->name, wanted->size, context,
					wanted->managed, &made);
	}
	if (result != CUDA_SUCCESS)
		vt__variables_drop(program, context->device);
	return result;
}

CUresult vt__library_variable(CUlibrary library, const char *name, size_t size, bool managed,
			      CUdeviceptr *address)
{
	static bool said;
	struct vt__variable *variable = NULL;
	CUcontext context;
	CUresult result;

	if (!name || !*name || !size || !address)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	result = vt__object_live(library, VT_LIBRARY) ? vt__program_load(&library->program, context)
						      : CUDA_ERROR_INVALID_HANDLE;
	if (result == CUDA_SUCCESS)
		variable = find(&library->program, name, context->device);
	if (result == CUDA_SUCCESS && !variable) {
		result = create(&library->program, name, size, context, managed, &variable);
		vt__say_once(&said, "simulated device: device code is not read; __device__ "
				    "variables start as zero");
	}
	if (result == CUDA_SUCCESS)
		*address = variable->address;
	vt__leave();
	return result;
}

void vt__variables_drop(struct vt__program *program, CUdevice device)
{
	struct vt__variable **link = &program->variables;

	while (*link) {
		struct vt__variable *variable = *link;

		if (device != -1 && variable->device != device) {
			link = &variable->next;
			continue;
		}
		if (variable->address)
			vt__region_destroy(vt__region_starting(variable->address));
		*link = variable->next;
		free(variable);
	}
}

/* managed: 1 such a variable, 0 another, -1 either. */
static CUresult get(struct vt__program *program, CUcontext context, const char *name, int managed,
		    CUdeviceptr *address, size_t *size)
{
	struct vt__variable *variable = NULL;
	CUresult result = vt__program_load(program, context);

	if (result != CUDA_SUCCESS)
		return result;
	if (*name)
		variable = find(program, name, context->device);
	if (variable && managed >= 0 && (variable->device == -1) != (managed == 1))
		variable = NULL;
	/* An image that is not read may well have it. */
	if (!variable)
		return program->read ? CUDA_ERROR_NOT_FOUND : CUDA_ERROR_NOT_SUPPORTED;
	if (address)
		*address = variable->address;
	if (size)
		*size = variable->size;
	return CUDA_SUCCESS;
}

static CUresult get_of_library(CUdeviceptr *dptr, size_t *bytes, CUlibrary library,
			       const char *name, int managed)
{
	CUcontext context;
	CUresult result = name ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	result = vt__object_live(library, VT_LIBRARY)
			 ? get(&library->program, context, name, managed, dptr, bytes)
			 : CUDA_ERROR_INVALID_HANDLE;
	vt__leave();
	return result;
}

/* Of an image that is not PTX, only what the program asked for before is known. */
CUresult cuLibraryGetGlobal(CUdeviceptr *dptr, size_t *bytes, CUlibrary library, const char *name)
{
	return get_of_library(dptr, bytes, library, name, 0);
}

CUresult cuLibraryGetManaged(CUdeviceptr *dptr, size_t *bytes, CUlibrary library, const char *name)
{
	return get_of_library(dptr, bytes, library, name, 1);
}

CUresult cuModuleGetGlobal_v2(CUdeviceptr *dptr, size_t *bytes, CUmodule hmod, const char *name)
{
	CUcontext context;
	CUresult result = name ? vt__enter_context(&context) : CUDA_ERROR_INVALID_VALUE;

	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__object_live(hmod, VT_MODULE))
		result = CUDA_ERROR_INVALID_HANDLE;
	else
		result = get(hmod->library ? &hmod->library->program : &hmod->program, context,
			     name, -1, dptr, bytes);
	vt__leave();
	return result;
}

CUresult cuModuleGetGlobal(CUdeviceptr_v1 *dptr, unsigned int *bytes, CUmodule hmod,
			   const char *name)
{
	CUdeviceptr address;
	size_t size;
	CUresult result = cuModuleGetGlobal_v2(&address, &size, hmod, name);

	if (result != CUDA_SUCCESS)
		return result;
	if (address > UINT_MAX)
		return CUDA_ERROR_NOT_SUPPORTED; /* it has no address of 32 bits */
	if (dptr)
		*dptr = (CUdeviceptr_v1)address;
	if (bytes)
		*bytes = (unsigned int)size;
	return CUDA_SUCCESS;
}
