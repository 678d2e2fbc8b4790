/*
 * The export table through which the simulated runtime says how large the variables of its
 * images are; and what NVIDIA's own runtimes are told, which ask for other tables.
 */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/driver/program.h"
#include "simulate/common/export_table.h"

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
