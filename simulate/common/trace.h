/*
 * Reporting of driver calls: between the doors and whoever asked to hear of them.
 *
 * The simulated CUPTI finds struct vt__trace by the symbol VT_TRACE_SYMBOL of the simulated
 * driver. The types here are plain, for neither side includes the other's headers.
 */
#ifndef VT_SIMULATE_TRACE_H
#define VT_SIMULATE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VT_TRACE_SYMBOL "vramtrack_simulated_trace"

/* One call of the program, on its thread's stack from entry to exit. */
struct vt__traced_call {
	uint32_t id;       /* CUpti_driver_api_trace_cbid */
	uint32_t listener; /* whom the entry was reported to; 0: nobody */
	bool exit;
	const char *name;     /* lives as long as the driver */
	const void *params;   /* struct NAME_params, or NULL for a call without arguments */
	int *result;          /* CUresult; NULL at entry */
	const char *kernel;   /* of a launch, else NULL */
	void *context;        /* CUcontext that is current, or NULL */
	uint32_t context_id;  /* 0 without a context */
	uint32_t correlation; /* the same at entry and exit, of no other call */
	uint64_t data;        /* the listener's own, from entry to exit; 0 at entry */
};

typedef void (*vt__trace_hook)(struct vt__traced_call *call);

struct vt__trace {
	size_t size;  /* of this struct */
	uint32_t ids; /* ids are 1 to ids - 1 */

	/* Whether calls of this id are reported. Thread-safe; the id must be in range. */
	void (*enable)(uint32_t id, bool enabled);
	bool (*enabled)(uint32_t id);

	/*
	 * Sets who hears of calls; NULL is nobody. When it returns, no other thread is in the
	 * former hook. Two threads must not call it at once.
	 */
	void (*listen)(vt__trace_hook hook);
};

#endif
