/*
 * Libraries that bypass preloaded ones: RTLD_DEEPBIND and namespaces of
 * dlmopen. They must work as they do alone; what they allocate may be freed
 * by the program all the same. arguments[0] is the plugin.
 */
#include <cuda.h>
#include <dlfcn.h>

#include "driver_table.h"

static void *open_plugin(void *handle)
{
	if (handle == NULL) {
		fprintf(stderr, "hazard: %s\n", dlerror());
		_Exit(99);
	}
	return handle;
}

/* Allocated where we do not see it, freed where we do: no finding. */
static int deepbind(char **arguments)
{
	void *plugin = open_plugin(dlopen(arguments[0], RTLD_NOW | RTLD_DEEPBIND));
	void *driver = driver_open(RTLD_LOCAL);
	CUdeviceptr (*allocate)(void);
	mem_free_fn release;

	*(void **)&allocate = driver_symbol(plugin, "bypass_allocates");
	*(void **)&release = driver_symbol(driver, "cuMemFree_v2");
	printf("free: %d\n", (int)release(allocate()));
	return 0;
}

static int new_namespace(char **arguments)
{
	void *plugin = open_plugin(dlmopen(LM_ID_NEWLM, arguments[0], RTLD_NOW));
	CUdeviceptr (*allocate)(void);

	*(void **)&allocate = driver_symbol(plugin, "bypass_allocates");
	printf("allocated: %d\n", allocate() != 0);
	return 0;
}

/* The profiler's own memory is not the program's: arguments[0] is libcupti. */
static int cupti(char **arguments)
{
	void *library = open_plugin(dlopen(arguments[0], RTLD_NOW));
	int (*allocate)(void);

	*(void **)&allocate = driver_symbol(library, "cupti_allocates");
	printf("allocated: %d\n", allocate());
	return 0;
}

static const struct hazard_case cases[] = {
	{"deepbind", deepbind},
	{"new_namespace", new_namespace},
	{"cupti", cupti},
};

HAZARD_MAIN(cases)
