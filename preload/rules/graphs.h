/*
 * Memory of graphs: nodes that allocate, and what a launch leaves behind.
 *
 * Thread-safe. Nothing here fails: an error is a counted loss.
 */
#ifndef VT_PRELOAD_GRAPHS_H
#define VT_PRELOAD_GRAPHS_H

#include <stdint.h>

#include "preload/rules/call.h"
#include "preload/rules/graph_table.h"
#include "preload/rules/graph_uses.h"

/* A call defined a node that allocates at `address` whenever its graph runs:
 * an explicit node, or an allocation on a capturing stream. The stack of the
 * call is the stack of those allocations. Or there is no memory for it. */
void vt__graphs_define(struct vt__call *call, uint64_t address, uint64_t bytes);

/* Fills `exec` with the memory nodes of the graph and of its child graphs, and `words` with the
 * addresses that stand in it; each may be NULL. Whether every memory node could be read. */
bool vt__graphs_read(const struct vt__driver *driver, CUgraph graph, struct vt__graph_exec *exec,
		     struct vt__graph_words *words);

/* Forgets what the allocation nodes of the graph were defined by. */
void vt__graphs_forget(const struct vt__driver *driver, CUgraph graph);

#endif
