/*
 * Streams, captures, graphs and copies inside the simulated driver. Work is done at once, in
 * the calling thread; on a capturing stream it becomes a node of the graph instead.
 * Every function here is called entered (driver_state.h) unless it says otherwise.
 */
#ifndef VT_SIMULATE_DRIVER_STREAM_H
#define VT_SIMULATE_DRIVER_STREAM_H

#include "simulate/driver_state.h"

/* One side of a copy, resolved to host addresses. */
struct vt__side {
	uintptr_t address;
	size_t pitch; /* bytes from row to row */
	size_t slice; /* bytes from plane to plane */
	bool plain;   /* the program's memory: it cannot be checked */
};

struct vt__copy {
	struct vt__side from, to;
	size_t width; /* bytes */
	size_t height, depth;
};

struct vt__fill {
	uintptr_t address;
	size_t pitch;
	size_t width; /* elements */
	size_t height, depth;
	size_t element; /* bytes: 1, 2 or 4 */
	unsigned int value;
};

/* A graph's allocation: its address lives while a node, an executable or a region holds it. */
struct vt__graph_memory {
	uintptr_t address;
	size_t size;
	CUdevice device;
	unsigned int holders;
};

struct vt__work {
	CUgraphNodeType type;
	union {
		struct vt__copy copy;
		struct vt__fill fill;
		struct {
			CUhostFn function;
			void *argument;
		} host;
		struct vt__graph_memory *allocation;
		CUdeviceptr freed;
	} as;
};

struct CUgraphNode_st {
	struct vt__object object;
	CUgraph graph;
	CUgraphNode next;
	struct vt__work work;
};

struct CUgraph_st {
	struct vt__object object;
	CUgraphNode first; /* in an order that respects the dependencies */
	CUgraphNode *last;
	size_t count;
};

/* One ongoing capture; streams that take part point at it. */
struct vt__capture {
	CUgraph graph;
	CUstream origin;
	CUstreamCaptureMode mode;
	CUcontext context;
	unsigned long long id;
	unsigned long long thread;
	bool broken;
	struct vt__capture *next; /* all ongoing ones */
};

struct CUstream_st {
	struct vt__object object;
	CUstream next; /* of per-thread streams */
	unsigned long long thread;
	unsigned int flags;
	int priority;
	unsigned long long id;
	struct vt__capture *capture;
	CUgraphNode tail; /* the last node captured on it */
};

/* The stream behind a handle, of the current context for the default ones; NULL if none. */
CUstream vt__stream_of(CUstream handle, CUcontext context);

/*
 * Runs the work or, on a capturing stream, records it. Leaves the lock for a while when a
 * host function runs.
 */
CUresult vt__stream_do(CUstream handle, CUcontext context, const struct vt__work *work);

/* A whole asynchronous call: enters, does the work, leaves. */
CUresult vt__stream_call(CUstream handle, const struct vt__work *work);

/* The work itself, driver_work.c. For copies and fills: checked against the live regions. */
CUresult vt__work_run(const struct vt__work *work);
CUresult vt__copy_run(const struct vt__copy *copy);
CUresult vt__fill_run(const struct vt__fill *fill);

/* Whether a call that synchronises implicitly is unsafe now; if so the capture breaks. */
bool vt__capture_forbids(CUcontext context);
void vt__capture_break(CUstream stream);

/* Whether stream is the legacy one, which would synchronise with a capture; breaks that. */
bool vt__capture_implicit(CUstream stream);

/* The ongoing capture of that id, or NULL. */
struct vt__capture *vt__capture_of(unsigned long long id);

void vt__capture_end_all(CUcontext context); /* the context goes */

/* Adds a node; NULL without memory. */
CUgraphNode vt__graph_add(CUgraph graph, const struct vt__work *work);
CUgraph vt__graph_create(void);
void vt__graph_destroy(CUgraph graph);

/* Address space for an allocation node; NULL without memory. One holder. */
struct vt__graph_memory *vt__graph_memory_create(CUdevice device, size_t size);
void vt__graph_memory_release(struct vt__graph_memory *memory);

/* A number of the calling thread; needs no lock. */
unsigned long long vt__thread_number(void);

#endif
