/* Reads the nodes of a graph from the driver: its memory, and the addresses that stand in it. */
#include "config.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/page.h"
#include "preload/rules/graphs.h"

#define NESTED_MOST 32 /* graphs in graphs */

struct reading {
	const struct vt__driver *driver;
	struct vt__graph_exec *exec;   /* NULL: not wanted */
	struct vt__graph_words *words; /* the same */
	bool forgets;                  /* definitions, instead */
};

static bool read_graph(const struct reading *reading, CUgraph graph, unsigned depth);

static bool read_allocation(const struct reading *reading, CUgraphNode node)
{
	CUDA_MEM_ALLOC_NODE_PARAMS told;
	int32_t device = VT__DEVICE_NONE;

	if (!reading->driver->cuGraphMemAllocNodeGetParams ||
	    reading->driver->cuGraphMemAllocNodeGetParams(node, &told) != CUDA_SUCCESS)
		return false;
	if (reading->forgets)
		vt__graph_forget(told.dptr);
	if (!reading->exec)
		return true;
	if (told.poolProps.location.type == CU_MEM_LOCATION_TYPE_DEVICE)
		device = told.poolProps.location.id;
	return vt__graph_exec_allocates(reading->exec, told.dptr, told.bytesize, device);
}

static bool read_free(const struct reading *reading, CUgraphNode node)
{
	CUdeviceptr address;

	if (!reading->exec)
		return true;
	if (!reading->driver->cuGraphMemFreeNodeGetParams ||
	    reading->driver->cuGraphMemFreeNodeGetParams(node, &address) != CUDA_SUCCESS)
		return false;
	return vt__graph_exec_frees(reading->exec, address);
}

static bool read_child(const struct reading *reading, CUgraphNode node, unsigned depth)
{
	CUgraph child;

	return depth < NESTED_MOST && reading->driver->cuGraphChildGraphNodeGetGraph &&
	       reading->driver->cuGraphChildGraphNodeGetGraph(node, &child) == CUDA_SUCCESS &&
	       read_graph(reading, child, depth + 1);
}

static bool read_node(const struct reading *reading, CUgraphNode node, unsigned depth)
{
	CUgraphNodeType type;

	if (reading->driver->cuGraphNodeGetType(node, &type) != CUDA_SUCCESS)
		return false;
	switch (type) {
	case CU_GRAPH_NODE_TYPE_MEM_ALLOC:
		return read_allocation(reading, node);
	case CU_GRAPH_NODE_TYPE_MEM_FREE:
		return read_free(reading, node);
	case CU_GRAPH_NODE_TYPE_GRAPH:
		return read_child(reading, node, depth);
	default:
		if (reading->words)
			vt__graph_words_of(reading->words, reading->driver, node, type);
		return true;
	}
}

static bool read_nodes(const struct reading *reading, CUgraph graph, CUgraphNode *nodes,
		       size_t count, unsigned depth)
{
	bool complete = true;

	if (reading->driver->cuGraphGetNodes(graph, nodes, &count) != CUDA_SUCCESS)
		return false;
	for (size_t i = 0; i < count; i++)
		complete = read_node(reading, nodes[i], depth) && complete;
	return complete;
}

/* Whether every memory node could be read. */
static bool read_graph(const struct reading *reading, CUgraph graph, unsigned depth)
{
	const struct vt__driver *driver = reading->driver;
	CUgraphNode *nodes;
	size_t count = 0, bytes;
	bool complete;

	if (!driver->cuGraphGetNodes || !driver->cuGraphNodeGetType ||
	    driver->cuGraphGetNodes(graph, NULL, &count) != CUDA_SUCCESS)
		return false;
	if (count == 0)
		return true;
	bytes = vt__page_round(count * sizeof(*nodes));
	nodes = vt__arena_map(bytes);
	if (!nodes)
		return false;
	complete = read_nodes(reading, graph, nodes, count, depth);
	munmap(nodes, bytes);
	return complete;
}

static bool read_whole(const struct reading *reading, CUgraph graph)
{
	int saved = errno;
	bool complete = read_graph(reading, graph, 0);

	errno = saved;
	return complete;
}

bool vt__graphs_read(const struct vt__driver *driver, CUgraph graph, struct vt__graph_exec *exec,
		     struct vt__graph_words *words)
{
	const struct reading reading = {driver, exec, words, false};

	return read_whole(&reading, graph);
}

void vt__graphs_forget(const struct vt__driver *driver, CUgraph graph)
{
	const struct reading reading = {driver, NULL, NULL, true};

	read_whole(&reading, graph);
}
