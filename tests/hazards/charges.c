/*
 * Memory of a device that no allocation call names, one case each. A case prints what it left
 * taken beside its context, by cuMemGetInfo. With --simulate=model=h200, or on a GPU.
 */
#define __CUDA_API_VERSION_INTERNAL /* every name is the exported one */
#include <cuda.h>
#include <dlfcn.h>

#include "hazard.h"

static const char image[] =
	".version 8.0\n.target sm_90\n.address_size 64\n"
	".extern .func (.param .b32 r) vprintf (.param .b64 f, .param .b64 a);\n"
	".extern .func (.param .b64 r) malloc (.param .b64 n);\n"
	".visible .entry plain()\n{\n\tret;\n}\n"
	".visible .entry deep()\n{\n\t.local .align 16 .b8 \t__local_depot0[32768];\n\tret;\n}\n"
	".visible .entry says()\n{\n\tcall.uni (r), vprintf, (f, a);\n\tret;\n}\n";
static const char image_of_malloc[] = ".version 8.0\n.target sm_90\n.address_size 64\n"
				      ".visible .entry takes()\n{\n\tcall.uni (r), malloc, (n);\n"
				      "\tret;\n}\n";
static const char image_of_variable[] = ".version 8.0\n.target sm_90\n.address_size 64\n"
					".visible .global .align 4 .b8 big[67108864];\n"
					".visible .entry uses()\n{\n\tret;\n}\n";

static CUcontext context;
static size_t used_by_context;

static size_t used(void)
{
	size_t free, total;

	CALL(cuMemGetInfo_v2(&free, &total));
	return total - free;
}

FRAME static void make_context(void)
{
	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	used_by_context = used();
}

/* NVML is ours for as long as we ask only: a process that has its files open cannot be
 * checkpointed from outside. */
static void expect_nvml_is_not_begun(void)
{
	void *library = dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_NOLOAD);
	int (*count)(unsigned *) = library ? dlsym(library, "nvmlDeviceGetCount_v2") : NULL;
	unsigned devices;

	MUST(!count || count(&devices) == 1); /* NVML_ERROR_UNINITIALIZED */
}

/* A recording begins with what allocates. */
static int tell(void)
{
	CUdeviceptr memory;

	expect_nvml_is_not_begun();
	printf("%zu\n", used() - used_by_context);
	CALL(cuMemAlloc_v2(&memory, 2 * MIB));
	CALL(cuMemFree_v2(memory));
	return 0;
}

FRAME static CUmodule load(const char *text)
{
	CUmodule module;

	CALL(cuModuleLoadData(&module, text));
	return module;
}

FRAME static void launch(CUmodule module, const char *name, CUstream stream)
{
	CUfunction function;

	CALL(cuModuleGetFunction(&function, module, name));
	CALL(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, stream, NULL, NULL));
}

static int only_context(char **arguments)
{
	(void)arguments;
	make_context();
	return tell();
}

FRAME static void raise_limit(size_t bytes)
{
	CALL(cuCtxSetLimit(CU_LIMIT_STACK_SIZE, bytes));
}

static int limit(char **arguments)
{
	(void)arguments;
	make_context();
	raise_limit(16384);
	return tell();
}

static int limit_back(char **arguments)
{
	(void)arguments;
	make_context();
	raise_limit(16384);
	raise_limit(1024);
	return tell();
}

static int deep(char **arguments)
{
	CUmodule module;

	(void)arguments;
	make_context();
	module = load(image);
	launch(module, "plain", NULL);
	launch(module, "deep", NULL);
	return tell();
}

static int heap(char **arguments)
{
	(void)arguments;
	make_context();
	CALL(cuCtxSetLimit(CU_LIMIT_MALLOC_HEAP_SIZE, 1024 * MIB));
	launch(load(image_of_malloc), "takes", NULL);
	return tell();
}

static int says(char **arguments)
{
	(void)arguments;
	make_context();
	launch(load(image), "says", NULL);
	return tell();
}

FRAME static CUstream make_stream(void)
{
	CUstream made;

	CALL(cuStreamCreate(&made, CU_STREAM_NON_BLOCKING));
	return made;
}

static int streams(char **arguments)
{
	static CUstream all[1024];
	CUmodule module;
	CUfunction plain;

	(void)arguments;
	make_context();
	module = load(image);
	CALL(cuModuleGetFunction(&plain, module, "plain"));
	CALL(cuLaunchKernel(plain, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
	for (size_t i = 0; i < 1024; i++)
		all[i] = make_stream();
	for (size_t i = 0; i < 1024; i++)
		CALL(cuLaunchKernel(plain, 1, 1, 1, 1, 1, 1, 0, all[i], NULL, NULL));
	for (size_t i = 0; i < 1024; i++)
		CALL(cuStreamDestroy_v2(all[i]));
	return tell();
}

FRAME static CUgraphExec make_executable(int nodes, int chain)
{
	CUgraphNode node, before = NULL;
	CUgraphExec made;
	CUgraph graph;

	CALL(cuGraphCreate(&graph, 0));
	for (int i = 0; i < nodes; i++, before = node)
		CALL(cuGraphAddEmptyNode(&node, graph, &before, chain && i));
	CALL(cuGraphInstantiateWithFlags(&made, graph, 0));
	CALL(cuGraphDestroy(graph));
	return made;
}

static int graph(char **arguments)
{
	(void)arguments;
	make_context();
	make_executable(2000, 0);
	return tell();
}

/* Kept, or destroyed one by one. */
static int graphs(char **arguments)
{
	CUgraphExec made;

	make_context();
	for (int i = 0; i < 128; i++) {
		made = make_executable(512, 1);
		if (arguments[0])
			CALL(cuGraphExecDestroy(made));
	}
	return tell();
}

static int variable(char **arguments)
{
	(void)arguments;
	make_context();
	load(image_of_variable);
	return tell();
}

static int unloaded(char **arguments)
{
	(void)arguments;
	make_context();
	CALL(cuModuleUnload(load(image_of_variable)));
	return tell();
}

/* Of a library: at the first launch. */
FRAME static CUkernel look_up(CUlibrary library)
{
	CUkernel kernel;

	CALL(cuLibraryGetKernel(&kernel, library, "uses"));
	return kernel;
}

static int lazy(char **arguments)
{
	CUlibrary library;

	(void)arguments;
	make_context();
	CALL(cuLibraryLoadData(&library, image_of_variable, NULL, NULL, 0, NULL, NULL, 0));
	CALL(cuLaunchKernel((CUfunction)look_up(library), 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
	return tell();
}

/* Of a library: when its variable is asked for. */
static int global(char **arguments)
{
	CUdeviceptr address;
	CUlibrary library;
	size_t bytes;

	(void)arguments;
	make_context();
	CALL(cuLibraryLoadData(&library, image_of_variable, NULL, NULL, 0, NULL, NULL, 0));
	CALL(cuLibraryGetGlobal(&address, &bytes, library, "big"));
	return tell();
}

/* All of them together, with allocations between. */
static int all(char **arguments)
{
	CUdeviceptr memory;
	CUmodule module;

	(void)arguments;
	make_context();
	module = load(image);
	for (int i = 0; i < 100; i++)
		CALL(cuMemAlloc_v2(&memory, 3 * MIB / 2));
	launch(module, "deep", NULL);
	for (int i = 0; i < 100; i++)
		CALL(cuMemAlloc_v2(&memory, 3 * MIB / 2));
	launch(module, "says", make_stream());
	load(image_of_variable);
	make_executable(2000, 0);
	for (int i = 0; i < 100; i++)
		CALL(cuMemAlloc_v2(&memory, 1000));
	return tell();
}

/* A server that keeps an executable of each request. */
static int requests(char **arguments)
{
	void (*mark)(const char *);

	(void)arguments;
	*(void **)&mark = dlsym(RTLD_DEFAULT, "vramtrack_preload_mark");
	make_context();
	for (int i = 0; i < 16; i++) {
		make_executable(512, 1);
		if (mark)
			mark("request");
	}
	return tell();
}

/* A loop that keeps nothing: what grows is the driver's (driver_keeps=). */
static int steps(char **arguments)
{
	void (*mark)(const char *);
	CUdeviceptr memory;
	CUfunction plain;

	(void)arguments;
	*(void **)&mark = dlsym(RTLD_DEFAULT, "vramtrack_preload_mark");
	make_context();
	CALL(cuModuleGetFunction(&plain, load(image), "plain"));
	for (int i = 0; i < 40; i++) {
		CALL(cuMemAlloc_v2(&memory, 3 * MIB));
		CALL(cuLaunchKernel(plain, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
		CALL(cuMemFree_v2(memory));
		if (mark)
			mark("step");
	}
	return tell();
}

/* Physical memory that goes and comes again at its addresses, as NCCL suspends and resumes. */
static int suspend(char **arguments)
{
	const CUmemAllocationProp properties = {.type = CU_MEM_ALLOCATION_TYPE_PINNED,
						.location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	const CUmemAccessDesc access = {.location = properties.location,
					.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
	CUmemGenericAllocationHandle handle;
	void (*mark)(const char *);
	CUdeviceptr range;

	(void)arguments;
	*(void **)&mark = dlsym(RTLD_DEFAULT, "vramtrack_preload_mark");
	make_context();
	CALL(cuMemAddressReserve(&range, 64 * MIB, 0, 0, 0));
	for (int i = 0; i < 16; i++) {
		CALL(cuMemCreate(&handle, 64 * MIB, &properties, 0));
		CALL(cuMemMap(range, 64 * MIB, 0, handle, 0));
		CALL(cuMemSetAccess(range, 64 * MIB, &access, 1));
		if (mark)
			mark("awake");
		CALL(cuMemUnmap(range, 64 * MIB));
		CALL(cuMemRelease(handle));
		if (mark)
			mark("asleep");
	}
	CALL(cuMemAddressFree(range, 64 * MIB));
	return tell();
}

/* There is no room for it. */
static int refused(char **arguments)
{
	CUdeviceptr memory;

	(void)arguments;
	make_context();
	make_executable(2000, 0);
	CALL(cuMemAlloc_v2(&memory, 100 * MIB));
	MUST(cuMemAlloc_v2(&memory, 1024 * 1024 * MIB) == CUDA_ERROR_OUT_OF_MEMORY);
	return tell();
}

/* The context ends, and what it was charged with. */
static int reset(char **arguments)
{
	(void)arguments;
	make_context();
	raise_limit(16384);
	CALL(cuDevicePrimaryCtxReset_v2(0));
	make_context();
	return tell();
}

static const struct hazard_case cases[] = {
	{"context", only_context},
	{"limit", limit},
	{"limit_back", limit_back},
	{"deep", deep},
	{"heap", heap},
	{"says", says},
	{"streams", streams},
	{"graph", graph},
	{"graphs", graphs},
	{"variable", variable},
	{"unloaded", unloaded},
	{"lazy", lazy},
	{"global", global},
	{"all", all},
	{"reset", reset},
	{"refused", refused},
	{"requests", requests},
	{"steps", steps},
	{"suspend", suspend},
};

HAZARD_MAIN(cases)
