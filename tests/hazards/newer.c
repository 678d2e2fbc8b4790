/*
 * Programs of a newer CUDA toolkit than the recorder knows (newer_driver.c): what
 * they call by an ABI that is not known goes on unharmed and is told.
 */
#include <dlfcn.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver_table.h"
#include "newer_driver.h"

typedef __typeof__(&cuMemAlloc_v9) alloc_v9_fn;

static void *driver;

static void *resolved(const char *name, int version)
{
	void *function = NULL;
	resolve_v2_fn resolve;

	*(void **)&resolve = driver_symbol(driver, "cuGetProcAddress_v2");
	CALL(resolve(name, &function, version, 0, NULL));
	MUST(function != NULL);
	return function;
}

static FRAME void leak_four(alloc_v9_fn allocate)
{
	CUdeviceptr buffer;

	for (int i = 0; i < 4; i++)
		CALL(ALLOCATE_V9(allocate, &buffer));
}

static int by_version(char **arguments)
{
	alloc_v9_fn allocate;

	(void)arguments;
	driver = driver_open(RTLD_LOCAL);
	*(void **)&allocate = resolved("cuMemAlloc", 13060);
	leak_four(allocate);
	return 0;
}

static int by_name(char **arguments)
{
	alloc_v9_fn allocate;

	(void)arguments;
	driver = driver_open(RTLD_LOCAL);
	*(void **)&allocate = driver_symbol(driver, "cuMemAlloc_v9");
	leak_four(allocate);
	return 0;
}

/* Behind the caller: nobody but libc can look there. */
static int by_next(char **arguments)
{
	alloc_v9_fn allocate;

	(void)arguments;
	driver = driver_open(RTLD_GLOBAL);
	*(void **)&allocate = driver_symbol(RTLD_NEXT, "cuMemAlloc_v9");
	leak_four(allocate);
	return 0;
}

/* arguments[0] is newer_plugin.c. */
static int by_link(char **arguments)
{
	CUdeviceptr (*allocate)(void);
	void *plugin;

	driver = driver_open(RTLD_GLOBAL);
	plugin = dlopen(arguments[0], RTLD_LAZY);
	MUST(plugin != NULL);
	*(void **)&allocate = driver_symbol(plugin, "newer_allocates");
	MUST(allocate() != 0);
	return 0;
}

static int killed(char **arguments)
{
	by_version(arguments);
	return raise(SIGKILL);
}

/* The child's own, with what its parent looked up and called before. */
static int in_child(char **arguments)
{
	alloc_v9_fn allocate;
	int status;
	pid_t child;

	(void)arguments;
	driver = driver_open(RTLD_LOCAL);
	*(void **)&allocate = resolved("cuMemAlloc", 13060);
	leak_four(allocate);
	child = fork();
	MUST(child >= 0);
	if (child == 0) {
		leak_four(allocate);
		exit(0);
	}
	MUST(waitpid(child, &status, 0) == child && status == 0);
	return 0;
}

/* As CUDA's runtime does: looks up what it never calls. */
static int only_looks(char **arguments)
{
	mem_alloc_fn allocate;
	mem_free_fn release;
	CUdeviceptr buffer;

	(void)arguments;
	driver = driver_open(RTLD_LOCAL);
	MUST(resolved("cuMemAlloc", 13060) == resolved("cuMemAlloc", 13060));
	MUST(driver_symbol(driver, "cuMemAlloc_v9") != NULL);
	*(void **)&allocate = resolved("cuMemAlloc", 13000);
	*(void **)&release = resolved("cuMemFree", 13060);
	CALL(allocate(&buffer, MIB));
	CALL(release(buffer));
	return 0;
}

static CUmemGenericAllocationHandle team_made(void)
{
	__typeof__(&cuMulticastCreate) create;
	CUmulticastObjectProp properties = {.numDevices = 1, .size = 4 * MIB};
	CUmemGenericAllocationHandle team;

	*(void **)&create = driver_symbol(driver, "cuMulticastCreate");
	CALL(create(&team, &properties));
	return team;
}

static FRAME CUmemGenericAllocationHandle memory_made(void)
{
	__typeof__(&cuMemCreate) create;
	CUmemAllocationProp properties = {
		.type = CU_MEM_ALLOCATION_TYPE_PINNED,
		.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE, .id = 0}};
	CUmemGenericAllocationHandle memory;

	*(void **)&create = driver_symbol(driver, "cuMemCreate");
	CALL(create(&memory, 2 * MIB, &properties, 0));
	return memory;
}

static void release(CUmemGenericAllocationHandle handle)
{
	__typeof__(&cuMemRelease) function;

	*(void **)&function = driver_symbol(driver, "cuMemRelease");
	CALL(function(handle));
}

/* One of two that were bound to the object, released, is unbound. */
static int bound_memory(char **arguments)
{
	__typeof__(&cuMulticastBindMem_v2) bind, by_name_too;
	__typeof__(&cuMulticastUnbind) unbind;
	CUmemGenericAllocationHandle team, memory[2];

	(void)arguments;
	driver = driver_open(RTLD_LOCAL);
	team = team_made();
	*(void **)&bind = resolved("cuMulticastBindMem", 13010);
	*(void **)&by_name_too = driver_symbol(driver, "cuMulticastBindMem_v2");
	*(void **)&unbind = driver_symbol(driver, "cuMulticastUnbind");
	MUST(bind == by_name_too);
	for (int i = 0; i < 2; i++) {
		memory[i] = memory_made();
		CALL(bind(team, 0, (size_t)i * 2 * MIB, memory[i], 0, 2 * MIB, 0));
		release(memory[i]);
	}
	CALL(unbind(team, 0, 0, 2 * MIB));
	return 0;
}

static int bound_address(char **arguments)
{
	__typeof__(&cuMulticastBindAddr_v2) bind;
	__typeof__(&cuMemAddressReserve) reserve;
	__typeof__(&cuMemMap) map;
	__typeof__(&cuMemUnmap) unmap;
	CUmemGenericAllocationHandle memory;
	CUdeviceptr address;

	(void)arguments;
	driver = driver_open(RTLD_LOCAL);
	*(void **)&bind = resolved("cuMulticastBindAddr", 13010);
	*(void **)&reserve = driver_symbol(driver, "cuMemAddressReserve");
	*(void **)&map = driver_symbol(driver, "cuMemMap");
	*(void **)&unmap = driver_symbol(driver, "cuMemUnmap");
	memory = memory_made();
	CALL(reserve(&address, 2 * MIB, 0, 0, 0));
	CALL(map(address, 2 * MIB, 0, memory, 0));
	CALL(bind(team_made(), 0, 0, address, 2 * MIB, 0));
	CALL(unmap(address, 2 * MIB));
	release(memory);
	return 0;
}

/* There is no memory for the node. */
static int node(char **arguments)
{
	__typeof__(&cuGraphAddNode_v3) add;
	CUgraphNodeParams parameters = {.type = CU_GRAPH_NODE_TYPE_MEM_ALLOC,
					.alloc = {.bytesize = 3 * MIB}};
	CUgraphNode added;

	(void)arguments;
	driver = driver_open(RTLD_LOCAL);
	*(void **)&add = resolved("cuGraphAddNode", 13040);
	MUST(add(&added, NULL, NULL, NULL, 0, &parameters) == CUDA_ERROR_OUT_OF_MEMORY);
	return 0;
}

/* What is allocated on a capturing stream is a node, and no memory. */
static void allocate_on_stream(void)
{
	mem_alloc_async_fn allocate;
	CUdeviceptr buffer;

	*(void **)&allocate = driver_symbol(driver, "cuMemAllocAsync");
	CALL(allocate(&buffer, MIB, (CUstream)(uintptr_t)0x2000));
}

static int captured_to_cig(char **arguments)
{
	__typeof__(&cuStreamBeginCaptureToCig) begin;

	(void)arguments;
	driver = driver_open(RTLD_LOCAL);
	*(void **)&begin = resolved("cuStreamBeginCaptureToCig", 13020);
	CALL(begin((CUstream)(uintptr_t)0x2000, NULL));
	allocate_on_stream();
	return 0;
}

static int recaptured(char **arguments)
{
	__typeof__(&cuStreamBeginRecaptureToGraph) begin;

	(void)arguments;
	driver = driver_open(RTLD_LOCAL);
	*(void **)&begin = resolved("cuStreamBeginRecaptureToGraph", 13030);
	CALL(begin((CUstream)(uintptr_t)0x2000, CU_STREAM_CAPTURE_MODE_RELAXED, NULL, NULL,
		   &driver));
	allocate_on_stream();
	return 0;
}

static const struct hazard_case cases[] = {
	{"by_version", by_version},
	{"by_name", by_name},
	{"by_next", by_next},
	{"by_link", by_link},
	{"killed", killed},
	{"in_child", in_child},
	{"only_looks", only_looks},
	{"bound_memory", bound_memory},
	{"bound_address", bound_address},
	{"node", node},
	{"captured_to_cig", captured_to_cig},
	{"recaptured", recaptured},
};

HAZARD_MAIN(cases)
