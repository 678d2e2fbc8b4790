/* Executable graphs inside the simulated driver. Called entered (driver_state.h). */
#ifndef VT_SIMULATE_DRIVER_GRAPH_EXEC_H
#define VT_SIMULATE_DRIVER_GRAPH_EXEC_H

#include "simulate/driver/graphs/graph.h"

struct CUgraphExec_st {
	struct vt__object object;
	unsigned long long flags;
	CUgraph graph;        /* its own copy, in running order */
	CUcontext context;    /* that it was made in, */
	size_t share;         /* and its bytes of what executables have there */
	unsigned int running; /* launches: a host function leaves the lock */
	bool destroyed;       /* to be freed by the last of them */
};

/* Enters and checks the handle. */
CUresult vt__enter_graph_exec(CUgraphExec exec);

/* The same, and finds the copy that the executable has of the node. */
CUresult vt__enter_graph_exec_node(CUgraphExec exec, CUgraphNode node, CUgraphNode *copy);

#endif
