/*
 * Executable graphs that have the address of memory which is freed under them: in a parameter of a
 * kernel, a copy or a fill; launched after that or not, destroyed, updated.
 */
#define __CUDA_API_VERSION_INTERNAL /* every name is the exported one */
#include <cuda.h>

#include "hazard.h"

static const char image[] =
	".version 8.0\n.target sm_90\n.address_size 64\n"
	".visible .entry adds(.param .u64 from, .param .u64 to, .param .u64 n)\n"
	"{\n\tret;\n}\n";

static CUcontext context;
static CUfunction kernel;

static void start(void)
{
	CUmodule module;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuModuleLoadData(&module, image));
	CALL(cuModuleGetFunction(&kernel, module, "adds"));
}

static FRAME CUdeviceptr make_cache(void)
{
	CUdeviceptr made;

	CALL(cuMemAlloc_v2(&made, 4 * MIB));
	return made;
}

static FRAME void drop_cache(CUdeviceptr cache)
{
	CALL(cuMemFree_v2(cache));
}

static FRAME void drop_pooled(CUdeviceptr cache)
{
	CALL(cuMemFreeAsync(cache, NULL));
}

/* Each kind of node, with an address inside. */
enum node {
	KERNEL,
	COPY,
	FILL,
	CHILD,
	NODES
};

static void add(CUgraph graph, enum node what, CUdeviceptr inside)
{
	static CUdeviceptr zero;
	uint64_t number = 7;
	void *parameters[] = {&zero, &inside, &number};
	CUDA_KERNEL_NODE_PARAMS_v2 launch = {.func = kernel,
					     .gridDimX = 1,
					     .gridDimY = 1,
					     .gridDimZ = 1,
					     .blockDimX = 1,
					     .blockDimY = 1,
					     .blockDimZ = 1,
					     .kernelParams = parameters};
	CUDA_MEMSET_NODE_PARAMS fill = {.dst = inside, .elementSize = 1, .width = 64, .height = 1};
	static char host[64];
	CUDA_MEMCPY3D copy = {.srcMemoryType = CU_MEMORYTYPE_HOST,
			      .srcHost = host,
			      .dstMemoryType = CU_MEMORYTYPE_DEVICE,
			      .dstDevice = inside,
			      .WidthInBytes = sizeof(host),
			      .Height = 1,
			      .Depth = 1};
	CUgraphNode node;
	CUgraph child;

	switch (what) {
	case KERNEL:
		CALL(cuGraphAddKernelNode_v2(&node, graph, NULL, 0, &launch));
		break;
	case COPY:
		CALL(cuGraphAddMemcpyNode(&node, graph, NULL, 0, &copy, context));
		break;
	case FILL:
		CALL(cuGraphAddMemsetNode(&node, graph, NULL, 0, &fill, context));
		break;
	default:
		CALL(cuGraphCreate(&child, 0));
		add(child, KERNEL, inside);
		CALL(cuGraphAddChildGraphNode(&node, graph, NULL, 0, child));
		CALL(cuGraphDestroy(child));
	}
}

static FRAME CUgraphExec make_exec(enum node what, CUdeviceptr inside)
{
	CUgraphExec made;
	CUgraph graph;

	CALL(cuGraphCreate(&graph, 0));
	add(graph, what, inside);
	CALL(cuGraphInstantiateWithFlags(&made, graph, 0));
	CALL(cuGraphDestroy(graph));
	return made;
}

static enum node node_named(const char *name)
{
	static const char *const names[NODES] = {"kernel", "copy", "fill", "child"};
	int what = 0;

	while (what < NODES && strcmp(names[what], name))
		what++;
	MUST(what < NODES);
	return (enum node)what;
}

/* launched NODE: freed, and launched after that; the launch itself may be refused. */
static int launched(char **arguments)
{
	CUdeviceptr cache, other;
	CUgraphExec exec;

	start();
	cache = make_cache();
	other = make_cache();
	exec = make_exec(node_named(arguments[0]), cache + 4096);
	CALL(cuGraphLaunch(exec, NULL));
	CALL(cuStreamSynchronize(NULL));
	drop_cache(other); /* which no graph has */
	drop_cache(cache);
	(void)make_cache(); /* so that something is there */
	(void)cuGraphLaunch(exec, NULL);
	return 0;
}

static int idle(char **arguments)
{
	CUdeviceptr cache;

	(void)arguments;
	start();
	cache = make_cache();
	CALL(cuGraphLaunch(make_exec(KERNEL, cache), NULL));
	drop_cache(cache);
	return 0;
}

/* Freed in the order in which programs do it. */
static int destroyed(char **arguments)
{
	CUgraphExec before, after;
	CUdeviceptr cache;

	(void)arguments;
	start();
	for (int i = 0; i < 3; i++) {
		cache = make_cache();
		before = make_exec(KERNEL, cache);
		after = make_exec(FILL, cache);
		CALL(cuGraphExecDestroy(before));
		drop_cache(cache);
		CALL(cuGraphExecDestroy(after));
	}
	return 0;
}

/* Other addresses since: what was there before is nothing any more. */
static int updated(char **arguments)
{
	CUdeviceptr cache, other;
	CUgraphExecUpdateResultInfo result;
	CUgraphExec exec;
	CUgraph graph;

	(void)arguments;
	start();
	cache = make_cache();
	other = make_cache();
	exec = make_exec(KERNEL, cache);
	CALL(cuGraphCreate(&graph, 0));
	add(graph, KERNEL, other);
	CALL(cuGraphExecUpdate_v2(exec, graph, &result));
	drop_cache(cache);
	CALL(cuGraphLaunch(exec, NULL));
	drop_cache(other);
	CALL(cuGraphLaunch(exec, NULL));
	return 0;
}

static int set(char **arguments)
{
	CUdeviceptr cache, other;
	CUDA_MEMSET_NODE_PARAMS fill = {.elementSize = 1, .width = 64, .height = 1};
	CUgraphExec exec;
	CUgraphNode node;
	CUgraph graph;

	(void)arguments;
	start();
	fill.dst = cache = make_cache();
	other = make_cache();
	CALL(cuGraphCreate(&graph, 0));
	CALL(cuGraphAddMemsetNode(&node, graph, NULL, 0, &fill, context));
	CALL(cuGraphInstantiateWithFlags(&exec, graph, 0));
	fill.dst = other;
	CALL(cuGraphExecMemsetNodeSetParams(exec, node, &fill, context));
	drop_cache(cache);
	CALL(cuGraphLaunch(exec, NULL));
	return 0;
}

/* A thousand graphs with the same memory: one place, one finding. */
static int many(char **arguments)
{
	static CUgraphExec execs[1000];
	CUdeviceptr cache;

	(void)arguments;
	start();
	cache = make_cache();
	for (int i = 0; i < 1000; i++)
		execs[i] = make_exec(KERNEL, cache + (CUdeviceptr)i);
	drop_cache(cache);
	for (int i = 0; i < 1000; i += 2)
		CALL(cuGraphLaunch(execs[i], NULL));
	for (int i = 0; i < 1000; i++)
		CALL(cuGraphExecDestroy(execs[i]));
	return 0;
}

/* Pool memory outlives a context, its executable graphs do not: nothing is left to be told of. */
static int reset(char **arguments)
{
	CUmemPoolProps properties = {.allocType = CU_MEM_ALLOCATION_TYPE_PINNED,
				     .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};
	CUcontext own = NULL;
	CUdeviceptr cache;
	CUmemoryPool pool;

	start();
	if (arguments[0]) /* a context of its own, which is destroyed */
		CALL(cuCtxCreate_v2(&own, 0, 0));
	CALL(cuMemPoolCreate(&pool, &properties));
	CALL(cuMemAllocFromPoolAsync(&cache, 4 * MIB, pool, NULL));
	(void)make_exec(FILL, cache + 4096);
	CALL(cuStreamSynchronize(NULL));
	if (own)
		CALL(cuCtxDestroy_v2(own));
	else
		CALL(cuDevicePrimaryCtxReset_v2(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	drop_pooled(cache);
	return 0;
}

static const struct hazard_case cases[] = {
	{"launched", launched}, {"idle", idle}, {"destroyed", destroyed}, {"updated", updated},
	{"set", set},           {"many", many}, {"reset", reset},
};

int main(int argc, char **argv)
{
	return hazard_main(cases, sizeof(cases) / sizeof(*cases), argc, argv);
}
