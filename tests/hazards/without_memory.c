/*
 * The recorder gets no memory for its tables: what it cannot follow then is counted, and the
 * program's calls succeed as alone. Each case has 64 bytes live beside.
 */
#include <cuda.h>
#include <errno.h>

#include "hazard.h"
#include "refuse_calls.h"

#define CHUNK (2 * MIB)
#define CHUNKS 8192 /* more than a block of the recorder's memory has room to remember */

static CUmemAllocationProp properties = {.type = CU_MEM_ALLOCATION_TYPE_PINNED,
					 .location = {.type = CU_MEM_LOCATION_TYPE_DEVICE}};

static void start(void)
{
	CUdeviceptr buffer;
	CUcontext context;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuMemAlloc(&buffer, 64));
}

static void no_more(void)
{
	MUST(refuse_memory_below(2 * MIB, ENOMEM));
}

static CUmemGenericAllocationHandle create(void)
{
	CUmemGenericAllocationHandle handle;

	CALL(cuMemCreate(&handle, CHUNK, &properties, 0));
	return handle;
}

static int handles(char **arguments)
{
	(void)arguments;
	start();
	no_more();
	CALL(cuMemRelease(create()));
	create();
	return 0;
}

/* One piece of memory, mapped again and again. */
static int mappings(char **arguments)
{
	CUmemGenericAllocationHandle handle;
	CUdeviceptr range;

	(void)arguments;
	start();
	handle = create();
	CALL(cuMemAddressReserve(&range, CHUNKS * CHUNK, 0, 0, 0));
	no_more();
	for (size_t i = 0; i < CHUNKS; i++)
		CALL(cuMemMap(range + i * CHUNK, CHUNK, 0, handle, 0));
	CALL(cuMemUnmap(range, CHUNKS * CHUNK));
	CALL(cuMemRelease(handle));
	CALL(cuMemAddressFree(range, CHUNKS * CHUNK));
	return 0;
}

static int graphs(char **arguments)
{
	CUDA_MEM_ALLOC_NODE_PARAMS wanted = {.bytesize = 4096};
	CUgraphExec exec;
	CUgraphNode node;
	CUgraph graph;

	(void)arguments;
	wanted.poolProps.allocType = CU_MEM_ALLOCATION_TYPE_PINNED;
	wanted.poolProps.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
	start();
	no_more();
	CALL(cuGraphCreate(&graph, 0));
	CALL(cuGraphAddMemAllocNode(&node, graph, NULL, 0, &wanted));
	CALL(cuGraphInstantiate(&exec, graph, 0));
	CALL(cuGraphLaunch(exec, NULL));
	CALL(cuMemFree(wanted.dptr));
	CALL(cuGraphExecDestroy(exec));
	CALL(cuGraphDestroy(graph));
	return 0;
}

static const struct hazard_case cases[] = {
	{"handles", handles},
	{"mappings", mappings},
	{"graphs", graphs},
};

int main(int argc, char **argv)
{
	return hazard_main(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
