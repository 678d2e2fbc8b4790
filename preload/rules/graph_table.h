/*
 * What graphs allocate and free: who defined the allocation at an address, and
 * what a launch of an executable graph leaves allocated or frees.
 *
 * A node's address stays the same for as long as its graph is there. An
 * executable is described once, when it is made, and never changed after: a
 * launch looks at it without a lock. Thread-safe; leaves errno alone.
 */
#ifndef VT_PRELOAD_GRAPH_TABLE_H
#define VT_PRELOAD_GRAPH_TABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "ledger/ledger.h"

/* ---- Definitions --------------------------------------------------------- */

/* The call that added a node to a graph. */
struct vt__graph_origin {
	const char *api; /* static string */
	struct vt__stack stack;
	const char *purpose; /* NULL: none */
	const char *label;   /* NULL: none */
};

/* Remembers a copy of `origin`; a definition there before is replaced. False
 * when out of memory. */
bool vt__graph_define(uint64_t address, const struct vt__graph_origin *origin);

/* The graph is gone; executables keep what they know. */
void vt__graph_forget(uint64_t address);

/* Whether anything was ever defined: until then graphs have no memory. */
bool vt__graph_any_defined(void);

/* ---- Executable graphs --------------------------------------------------- */

struct vt__graph_exec;

/* One address that a launch allocates, or, of another graph, frees. */
struct vt__graph_memory {
	uint64_t address;
	uint64_t bytes; /* 0 for a free */
	int32_t device; /* ordinal, -1: host memory */
	bool frees;
	const struct vt__graph_origin *origin; /* NULL: not known, or a free */
};

/* A description to be filled, for its caller alone; NULL when out of memory. `context`: that it
 * ends with, 0: none that is known. */
struct vt__graph_exec *vt__graph_exec_new(uint64_t context);

/* A node of it; false when out of memory. In any order: what is allocated and
 * freed by the same executable is never left allocated. */
bool vt__graph_exec_allocates(struct vt__graph_exec *exec, uint64_t address, uint64_t bytes,
			      int32_t device);
bool vt__graph_exec_frees(struct vt__graph_exec *exec, uint64_t address);

/* Makes it the description of `handle`, in place of any other, and no longer
 * the caller's. Nothing is kept of one without memory. */
void vt__graph_exec_enter(uint64_t handle, struct vt__graph_exec *exec);

/* The description of `handle`, to be given back; NULL: it has no memory. */
struct vt__graph_exec *vt__graph_exec_get(uint64_t handle);

/* The same, and `handle` has none any more: before the driver destroys it. */
struct vt__graph_exec *vt__graph_exec_take(uint64_t handle);

/* `exec` may be NULL. */
void vt__graph_exec_give(struct vt__graph_exec *exec);

/* The context ended, and its executables with it, which nobody needs to destroy. */
void vt__graph_execs_drop_context(uint64_t context);

/* What a launch leaves allocated and what it frees, one after another; NULL
 * begins, and ends. */
const struct vt__graph_memory *vt__graph_exec_next(const struct vt__graph_exec *exec,
						   const struct vt__graph_memory *previous);

/* All that a launch allocates, in bytes. */
uint64_t vt__graph_exec_bytes(const struct vt__graph_exec *exec);

uint64_t vt__graph_exec_context(const struct vt__graph_exec *exec);

/* For vt__graph_exec_any() alone: set by the first executable with memory. */
extern atomic_bool vt__graph_exec_entered;

/* Whether any executable ever had memory: for the launches that have none. */
static inline bool vt__graph_exec_any(void)
{
	return atomic_load_explicit(&vt__graph_exec_entered, memory_order_relaxed);
}

#endif
