/*
 * Ways to the driver that a preloaded library does not see. A plugin allocates
 * 1 MiB by its own way to the driver, and keeps it: arguments[0] is its file,
 * arguments[1] the function that allocates.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver_table.h"

static void *opened(void *handle)
{
	if (handle == NULL) {
		fprintf(stderr, "hazard: %s\n", dlerror());
		_Exit(99);
	}
	return handle;
}

static FRAME void allocate_in(void *plugin, const char *function)
{
	CUdeviceptr (*allocate)(void);

	*(void **)&allocate = driver_symbol(plugin, function);
	MUST(allocate() != 0);
}

/* The program's own 2 MiB, by a way that is seen. */
static FRAME void allocate_in_program(void)
{
	void *driver = driver_open(RTLD_LOCAL);
	CUdeviceptr buffer;
	mem_alloc_fn allocate;

	*(void **)&allocate = driver_symbol(driver, "cuMemAlloc_v2");
	CALL(allocate(&buffer, 2 * MIB));
}

static int deepbind(char **arguments)
{
	allocate_in(opened(dlopen(arguments[0], RTLD_NOW | RTLD_DEEPBIND)), arguments[1]);
	return 0;
}

static int deepbind_lazy(char **arguments)
{
	allocate_in(opened(dlopen(arguments[0], RTLD_LAZY | RTLD_DEEPBIND)), arguments[1]);
	return 0;
}

static int deepbind_among_others(char **arguments)
{
	allocate_in_program();
	return deepbind(arguments);
}

/* It could, and never does. */
static int deepbind_unused(char **arguments)
{
	opened(dlopen(arguments[0], RTLD_LAZY | RTLD_DEEPBIND));
	allocate_in_program();
	return 0;
}

static int deepbind_closed(char **arguments)
{
	void *plugin = opened(dlopen(arguments[0], RTLD_NOW | RTLD_DEEPBIND));

	allocate_in_program();
	allocate_in(plugin, arguments[1]);
	dlclose(plugin);
	dlclose(opened(dlopen(arguments[0], RTLD_NOW)));
	return 0;
}

static int deepbind_killed(char **arguments)
{
	void *plugin = opened(dlopen(arguments[0], RTLD_NOW | RTLD_DEEPBIND));

	allocate_in_program();
	allocate_in(plugin, arguments[1]);
	return raise(SIGKILL);
}

static int deepbind_in_child(char **arguments)
{
	pid_t child = fork();
	int status;

	MUST(child >= 0);
	if (child == 0)
		exit(deepbind(arguments));
	MUST(waitpid(child, &status, 0) == child && status == 0);
	return 0;
}

static int new_namespace(char **arguments)
{
	allocate_in(opened(dlmopen(LM_ID_NEWLM, arguments[0], RTLD_NOW)), arguments[1]);
	return 0;
}

static int new_namespace_among_others(char **arguments)
{
	allocate_in_program();
	return new_namespace(arguments);
}

static int two_namespaces(char **arguments)
{
	new_namespace(arguments);
	return new_namespace(arguments);
}

/* Loaded and unloaded, each time a driver of its own. */
static int namespaces_in_turn(char **arguments)
{
	for (int i = 0; i < 5; i++) {
		void *plugin = opened(dlmopen(LM_ID_NEWLM, arguments[0], RTLD_NOW));

		allocate_in(plugin, arguments[1]);
		dlclose(plugin);
	}
	return 0;
}

/* arguments[0] is another file by the name of the driver. */
static int second_driver(char **arguments)
{
	CUdeviceptr buffer[2];
	CUcontext context;
	CUresult (*init)(unsigned int);
	CUresult (*retain)(CUcontext *, CUdevice);
	CUresult (*set_current)(CUcontext);
	resolve_v2_fn resolve;
	mem_alloc_fn allocate;
	mem_free_fn release;
	void *driver;

	allocate_in_program();
	driver = opened(dlopen(arguments[0], RTLD_NOW | RTLD_LOCAL));
	*(void **)&init = driver_symbol(driver, "cuInit");
	*(void **)&resolve = driver_symbol(driver, "cuGetProcAddress_v2");
	*(void **)&allocate = driver_symbol(driver, "cuMemAlloc_v2");
	CALL(resolve("cuDevicePrimaryCtxRetain", (void **)&retain, 12000, 0, NULL));
	CALL(resolve("cuCtxSetCurrent", (void **)&set_current, 12000, 0, NULL));
	CALL(resolve("cuMemFree", (void **)&release, 12000, 0, NULL));
	CALL(init(0));
	CALL(retain(&context, 0));
	CALL(set_current(context));
	for (int i = 0; i < 2; i++)
		CALL(allocate(&buffer[i], MIB));
	CALL(release(buffer[0]));
	printf("second free: %d\n", (int)release(buffer[0]));
	return 0;
}

/* Uses the driver and allocates nothing. */
static int only_asks(char **arguments)
{
	void *driver = opened(dlopen("libcuda.so.1", RTLD_NOW));
	CUresult (*init)(unsigned int);
	CUresult (*get_count)(int *);
	int count;

	(void)arguments;
	*(void **)&init = driver_symbol(driver, "cuInit");
	*(void **)&get_count = driver_symbol(driver, "cuDeviceGetCount");
	CALL(init(0));
	CALL(get_count(&count));
	return 0;
}

static int only_loads(char **arguments)
{
	(void)arguments;
	opened(dlopen("libcuda.so.1", RTLD_NOW));
	return 0;
}

static const struct hazard_case cases[] = {
	{"deepbind", deepbind},
	{"deepbind_lazy", deepbind_lazy},
	{"deepbind_among_others", deepbind_among_others},
	{"deepbind_unused", deepbind_unused},
	{"deepbind_closed", deepbind_closed},
	{"deepbind_killed", deepbind_killed},
	{"deepbind_in_child", deepbind_in_child},
	{"new_namespace", new_namespace},
	{"new_namespace_among_others", new_namespace_among_others},
	{"two_namespaces", two_namespaces},
	{"namespaces_in_turn", namespaces_in_turn},
	{"second_driver", second_driver},
	{"only_asks", only_asks},
	{"only_loads", only_loads},
};

HAZARD_MAIN(cases)
