/*
 * Device variables of libraries, and the export table through which the simulated runtime
 * says how large they are. They are the driver's own memory: no allocation call makes them.
 */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/driver_memory.h"
#include "simulate/driver_program.h"
#include "simulate/export_table.h"

/* Device -1 stands for every device: a managed variable is one for all. */
static struct vt__variable *find(CUlibrary library, const char *name, CUdevice device)
{
	struct vt__variable *variable = library->variables;

	while (variable && (strcmp(variable->name, name) ||
			    (variable->device != device && variable->device != -1)))
		variable = variable->next;
	return variable;
}

static CUresult create(CUlibrary library, const char *name, size_t size, CUdevice device,
		       bool managed, struct vt__variable **variable)
{
	const struct vt__region wanted = {
		.kind = managed ? VT_REGION_MANAGED : VT_REGION_GLOBAL,
		.size = size,
		.device = device,
	};
	struct vt__variable *made = malloc(sizeof(*made) + strlen(name) + 1);
	struct vt__region *region;

	if (!made || vt__region_create(&wanted, &region) != CUDA_SUCCESS) {
		free(made);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	memset((void *)region->node.key, 0, size);
	strcpy(made->name, name);
	made->device = managed ? -1 : device;
	made->address = region->node.key;
	made->size = size;
	made->next = library->variables;
	library->variables = made;
	*variable = made;
	return CUDA_SUCCESS;
}

CUresult vt__library_variable(CUlibrary library, const char *name, size_t size, bool managed,
			      CUdeviceptr *address)
{
	static bool said;
	struct vt__variable *variable = NULL;
	CUcontext context;
	CUresult result;

	if (!name || !size || !address)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__object_live(library, VT_LIBRARY))
		result = CUDA_ERROR_INVALID_HANDLE;
	else
		variable = find(library, name, context->device);
	if (result == CUDA_SUCCESS && !variable) {
		result = create(library, name, size, context->device, managed, &variable);
		vt__say_once(&said, "simulated device: device code is not read; __device__ "
				    "variables start as zero");
	}
	if (result == CUDA_SUCCESS)
		*address = variable->address;
	vt__leave();
	return result;
}

void vt__variables_drop(CUlibrary library, CUdevice device)
{
	struct vt__variable **link = &library->variables;

	while (*link) {
		struct vt__variable *variable = *link;

		if (device != -1 && variable->device != device) {
			link = &variable->next;
			continue;
		}
		vt__region_destroy(vt__region_starting(variable->address));
		*link = variable->next;
		free(variable);
	}
}

/* Only what the program asked for before is known: sizes come from the runtime. */
CUresult cuLibraryGetGlobal(CUdeviceptr *dptr, size_t *bytes, CUlibrary library, const char *name)
{
	struct vt__variable *variable = NULL;
	CUcontext context;
	CUresult result;

	if (!name)
		return CUDA_ERROR_INVALID_VALUE;
	result = vt__enter_context(&context);
	if (result != CUDA_SUCCESS)
		return result;
	if (!vt__object_live(library, VT_LIBRARY))
		result = CUDA_ERROR_INVALID_HANDLE;
	else
		variable = find(library, name, context->device);
	if (result == CUDA_SUCCESS && !variable)
		result = CUDA_ERROR_NOT_SUPPORTED;
	if (variable && dptr)
		*dptr = variable->address;
	if (variable && bytes)
		*bytes = variable->size;
	vt__leave();
	return result;
}

static int library_variable(void *library, const char *name, size_t size, int managed,
			    unsigned long long *address)
{
	return (int)vt__library_variable(library, name, size, managed != 0, address);
}

static const struct vt__export_table export_table = {
	.size = sizeof(export_table),
	.library_variable = library_variable,
};

static bool is_main_program(const char *module)
{
	char program[4096];
	char *real = realpath(module, NULL);
	char *own = realpath("/proc/self/exe", program);
	bool same = real && own && !strcmp(real, own);

	free(real);
	return same;
}

/* NVIDIA's runtimes need tables that only NVIDIA's driver has. */
static void say_foreign_runtime(const void *caller)
{
	Dl_info where;
	const char *module = dladdr(caller, &where) && where.dli_fname ? where.dli_fname : "";
	const char *name = strrchr(module, '/') ? strrchr(module, '/') + 1 : module;

	if (!strncmp(name, "libcudart.so", sizeof("libcudart.so") - 1))
		fprintf(stderr,
			"vramtrack: %s is NVIDIA's CUDA runtime, which needs NVIDIA's driver; for "
			"the simulated device put its own folder first in LD_LIBRARY_PATH and build "
			"without an rpath to the toolkit\n",
			module);
	else
		fprintf(stderr,
			"vramtrack: %s has the CUDA runtime linked in (static cudart); the simulated "
			"device serves programs with a shared cudart (nvcc -cudart shared) or "
			"-lcuda\n",
			*module && !is_main_program(module) ? module : "this program");
}

CUresult cuGetExportTable(const void **ppExportTable, const CUuuid *pExportTableId)
{
	static bool said;

	if (!ppExportTable || !pExportTableId)
		return CUDA_ERROR_INVALID_VALUE;
	if (!memcmp(pExportTableId, VT_EXPORT_TABLE_ID, VT_EXPORT_TABLE_ID_BYTES)) {
		*ppExportTable = &export_table;
		return CUDA_SUCCESS;
	}
	*ppExportTable = NULL;
	if (!__atomic_exchange_n(&said, true, __ATOMIC_RELAXED))
		say_foreign_runtime(__builtin_return_address(0));
	return CUDA_ERROR_NOT_FOUND;
}
