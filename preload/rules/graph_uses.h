/*
 * The addresses that stand in a graph: parameters of its kernels, copies and fills.
 *
 * Collected while its nodes are read (graphs_read.c), then given to the ledger. What cannot be
 * known is a loss. Thread-safe; leaves errno alone.
 */
#ifndef VT_PRELOAD_GRAPH_USES_H
#define VT_PRELOAD_GRAPH_USES_H

#include <stdbool.h>
#include <stddef.h>

#include "ledger/graph_uses.h"
#include "preload/driver/driver.h"

#define VT__GRAPH_WORDS_MOST 65536u

struct vt__graph_words {
	struct vt__graph_word *words;
	uint32_t count;
	bool complete; /* none was left out for want of room, or since the driver does not tell */
	uint64_t began_ns; /* of the thread's own time */
};

/* False: there is no memory, or looking has cost too much so far. Ended by the next. */
bool vt__graph_words_begin(struct vt__graph_words *words);

/* What the ledger has of the executable from now on. */
void vt__graph_words_end(struct vt__graph_words *words, CUgraphExec handle);

/* The words of a node. */
void vt__graph_words_of(struct vt__graph_words *words, const struct vt__driver *driver,
			CUgraphNode node, CUgraphNodeType type);

#endif
