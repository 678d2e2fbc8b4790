/*
 * Streams, captures and copies inside the simulated driver. Work is done at once, in
 * the calling thread; on a capturing stream it becomes a node of the graph instead.
 * Every function here is called entered (driver_state.h) unless it says otherwise.
 */
#ifndef VT_SIMULATE_DRIVER_STREAM_H
#define VT_SIMULATE_DRIVER_STREAM_H

#include "simulate/driver/state.h"

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

/* Parameters of a kernel that are kept: words of 8 bytes, as a PTX image declares them. */
#define VT_PARAMETERS_MOST 8u

struct vt__work {
	CUgraphNodeType type;
	unsigned int parameter_count;
	uint64_t parameters[VT_PARAMETERS_MOST];
	union {
		struct vt__copy copy;
		struct vt__fill fill;
		struct {
			CUhostFn function;
			void *argument;
		} host;
		struct vt__graph_memory *allocation;
		CUdeviceptr freed;
		CUfunction kernel;
		CUgraph child;
	} as;
};

/*
 * Where a stream stands in a capture: what its next node depends on. Never changed once
 * made; all of them live as long as their capture.
 */
struct vt__tails {
	struct vt__tails *next; /* of the capture */
	size_t count;
	CUgraphNode nodes[];
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
	bool given; /* the graph is the program's: it outlives a capture that breaks */
	struct vt__tails *tails;
	struct vt__capture *next; /* all ongoing ones */
};

/* Another stream, as far as a number: waiting for this one is waiting for that too. */
struct vt__awaited {
	struct vt__awaited *next;
	unsigned long long stream;
	unsigned long long number;
};

struct CUstream_st {
	struct vt__object object;
	CUstream next; /* of per-thread streams */
	unsigned long long thread;
	unsigned int flags;
	int priority;
	unsigned long long id;
	unsigned int held_up;          /* by so many functions of the program that are running */
	unsigned long long held_up_at; /* a number of vt__next_id */
	struct vt__awaited *awaited;   /* what it waited for: owned */
	struct vt__capture *capture;
	CUgreenCtx green;              /* that it was made for, or NULL */
	bool used;                     /* work was given to it */
	const struct vt__tails *tails; /* NULL: nothing captured on it yet */
};

/* NULL without memory. */
CUstream vt__stream_create(CUcontext context, unsigned int flags, int priority);

/* driver_green.c: the current green context, or NULL; and whether the stream's is alive. */
CUgreenCtx vt__green_current(void);
bool vt__green_usable(CUstream stream);

/* The stream that a handle names, of the current context for the default ones; NULL if none. */
CUstream vt__stream_of(CUstream handle, CUcontext context);

/* Whether work may be given to it; it may be NULL. */
CUresult vt__stream_may_work(CUstream stream);

/*
 * A function of the program runs in it, outside the lock: until it returns, the stream is held
 * up. The id is that of the stream, which may be gone by then.
 */
void vt__stream_hold_up(CUstream stream);
void vt__stream_go_on(CUstream stream, unsigned long long id);

/*
 * Waits, outside the lock, until the stream is held up by nothing that began before the number.
 * Returns entered; false if the stream is gone.
 */
bool vt__stream_wait(CUstream stream, unsigned long long number);

/* The stream was waited for, and with it what it waited for: pools give back. */
void vt__stream_settle(CUstream stream, unsigned long long number);

/* The stream waits for another, which may be NULL: gone, as far as the number. */
void vt__stream_await(CUstream stream, CUstream other, unsigned long long id,
		      unsigned long long number);

void vt__streams_wait(CUcontext context); /* for all of a context */

/* It is destroyed: a function that runs in it goes on. */
void vt__stream_end(CUstream stream);

/* Whether it is held up by what began before the number. */
bool vt__stream_is_behind(CUstream stream, unsigned long long number);

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

/* The ongoing capture that adds to this graph, or NULL. */
struct vt__capture *vt__capture_into(CUgraph graph);

/* On a capturing stream: adds the work as a node after what came before on it. */
CUresult vt__capture_add(CUstream stream, const struct vt__work *work);

/* The same for an allocation, whose address belongs to the graph from now on. */
CUresult vt__capture_allocate(CUstream stream, CUdevice device, size_t size, CUdeviceptr *address);

/* A set of nodes, perhaps empty; NULL without memory. */
const struct vt__tails *vt__capture_tails(struct vt__capture *capture, const CUgraphNode *nodes,
					  size_t count);

/* Both sets in one, for a stream that waits; NULL without memory. Either may be NULL. */
const struct vt__tails *vt__capture_join(struct vt__capture *capture, const struct vt__tails *one,
					 const struct vt__tails *other);

/* A number of the calling thread; needs no lock. */
unsigned long long vt__thread_number(void);

#endif
