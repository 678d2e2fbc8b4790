/*
 * Graphs inside the simulated driver: nodes with their dependencies, the memory that
 * allocation nodes own, and copies of graphs, which executables run.
 * Every function here is called entered (driver_state.h).
 */
#ifndef VT_SIMULATE_DRIVER_GRAPH_H
#define VT_SIMULATE_DRIVER_GRAPH_H

#include "simulate/driver/memory/memory.h"
#include "simulate/driver/stream.h"

/* The device is charged for graph memory in whole ones. */
#define VT_GRAPH_BLOCK ((size_t)32 << 20)

/*
 * An allocation of a graph. Its address is fixed when the node is added and stays while a
 * node, an executable or a region holds it; it is memory from a launch until it is freed.
 */
struct vt__graph_memory {
	struct vt__node node; /* key: the address */
	uintptr_t address;
	size_t size;
	CUdevice device;
	unsigned int holders;
	unsigned long long owner; /* id of the graph with the allocation node; 0: not yet */
	bool freed_inside;        /* the owner has a free node */
	bool freed_outside;       /* another graph has one */
	bool planned;             /* during a look ahead: allocated there */
	CUmemPoolProps properties;
	CUmemAccessDesc *access;
	size_t access_count;
};

enum vt__mark {
	VT_UNSEEN,
	VT_OPEN, /* its dependencies are being visited */
	VT_DONE
};

struct CUgraphNode_st {
	struct vt__object object;
	CUgraph graph;
	CUgraphNode next;
	struct vt__work work;
	unsigned long long id;
	unsigned long long origin; /* id of the node that this one copies, or 0 */
	CUgraphNode *dependencies;
	size_t dependency_count;
	bool disabled;
	/* Valid during one copy of the graph and until the next. */
	enum vt__mark mark;
	CUgraphNode twin;                     /* its copy */
	size_t place;                         /* of a copy: in running order */
	void *parameters[VT_PARAMETERS_MOST]; /* to the work's: what questions are answered with */
};

struct CUgraph_st {
	struct vt__object object;
	unsigned long long id;
	CUgraphNode first; /* in the order they were added; of a copy: in running order */
	CUgraphNode *last;
	size_t count;
	unsigned long long origin; /* id of the graph that this one copies, or 0 */
	CUgraphNode holder;        /* the child node that owns it, or NULL */
	bool moved;                /* became a child graph as it was */
};

CUgraph vt__graph_create(void);
void vt__graph_destroy(CUgraph graph);

/* Adds a node without dependencies; NULL without memory. */
CUgraphNode vt__graph_add(CUgraph graph, const struct vt__work *work);

/* Adds dependencies that the node does not have yet. */
CUresult vt__graph_depend(CUgraphNode node, const CUgraphNode *dependencies, size_t count);

/* Takes a node that nothing depends on out of its graph. */
void vt__graph_remove(CUgraphNode node);

/*
 * A deep copy in running order; the originals' twins point into it.
 * CUDA_ERROR_INVALID_VALUE if the dependencies form a cycle.
 */
CUresult vt__graph_copy(CUgraph graph, CUgraph *copy);

/* The node of a copy, or of a child graph in it, that copies the node of that id; or NULL. */
CUgraphNode vt__graph_find_copy(CUgraph copy, unsigned long long origin);

/* Whether it or a child graph has nodes that allocate or free. */
bool vt__graph_has_memory(CUgraph graph);

/* Whether every node is a live one of the graph and no two are the same. */
bool vt__graph_nodes_valid(CUgraph graph, const CUgraphNode *nodes, size_t count);

/* Enters and checks the handle. */
CUresult vt__enter_graph(CUgraph graph);
CUresult vt__enter_graph_node(CUgraphNode node);

/* The same for a question about a node of this type, whose answer goes to `out`. */
CUresult vt__enter_node_of(CUgraphNode node, CUgraphNodeType type, const void *out);

/* Checks and adds a node with its dependencies: a whole call after entering. */
CUresult vt__graph_add_checked(CUgraphNode *node, CUgraph graph, const CUgraphNode *dependencies,
			       size_t count, const struct vt__work *work);

/* driver_graph_work.c: what a node of these parameters does. Not for memory or child nodes. */
CUresult vt__graph_work_of(const CUgraphNodeParams *params, struct vt__work *work);
void vt__graph_params_of_kernel(const CUDA_KERNEL_NODE_PARAMS_v1 *kernel,
				CUgraphNodeParams *params);
void vt__graph_params_of_kernel_v2(const CUDA_KERNEL_NODE_PARAMS_v2 *kernel,
				   CUgraphNodeParams *params);
void vt__graph_params_of_memset(const CUDA_MEMSET_NODE_PARAMS_v1 *memset,
				CUgraphNodeParams *params);
void vt__graph_params_of_memcpy(const CUDA_MEMCPY3D *copy, CUgraphNodeParams *params);
void vt__graph_params_of_host(const CUDA_HOST_NODE_PARAMS_v1 *host, CUgraphNodeParams *params);

/* driver_graph_memory.c: address space for an allocation node. One holder. */
CUresult vt__graph_memory_create(const CUDA_MEM_ALLOC_NODE_PARAMS *wanted,
				 struct vt__graph_memory **memory);
void vt__graph_memory_hold(struct vt__graph_memory *memory);
void vt__graph_memory_release(struct vt__graph_memory *memory);

/* Whether a free node for the address may be added to the graph; takes note of it if so. */
CUresult vt__graph_memory_plan_free(CUgraph graph, CUdeviceptr address);

/* The allocations of a child graph, and of those in it, become the owner's. */
void vt__graph_memory_move(CUgraph child, CUgraph owner);

/*
 * Before a run of an executable's copy: takes device memory for the most that it needs at a
 * time. When launching, CUDA_ERROR_INVALID_VALUE if it would allocate what is still live or
 * free what is not.
 */
CUresult vt__graph_memory_prepare(CUgraph copy, bool launching);

/* In a run: the address becomes memory. */
CUresult vt__graph_memory_begin(struct vt__graph_memory *memory);

/* What earlier launches left allocated. */
void vt__graph_memory_free_left_over(CUgraph copy);

#endif
