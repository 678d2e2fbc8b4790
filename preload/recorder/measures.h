/*
 * The tables of preload/recorder/measure.h and windows.h: what they know of contexts and devices,
 * and what measuring has cost.
 */
#ifndef VT_PRELOAD_MEASURES_H
#define VT_PRELOAD_MEASURES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "preload/driver/driver.h"
#include "recording/format.h"

enum {
	VT__MEASURED_CONTEXTS = 24,
	VT__MEASURED_DEVICES = 16,
	VT__WINDOW_STREAMS = 4 /* sites of streams that wait for their first use */
};

struct vt__measured_context {
	uint64_t context; /* 0: the place is free */
	uint64_t local;   /* bytes of local memory that it is charged with */
	uint64_t heap;    /* limit that the program set, 0: none, or it is charged */
};

struct vt__waiting {
	uint32_t stack;
	uint32_t calls;
	const char *api;
};

struct vt__window {
	bool is_open;
	bool is_kernel;
	enum vt_charge what;
	uint32_t stack;
	const char *api;
	uint64_t function;
	uint64_t context;
	uint64_t used;      /* of the device, when it opened */
	uint64_t explained; /* of that */
	uint64_t streams_taken;
	struct vt__waiting streams[VT__WINDOW_STREAMS]; /* calls 0: the place is free */
};

/* Forgotten by a forked child. */
struct vt__measures {
	struct vt__lock lock; /* of the two tables */
	_Atomic(uint64_t) began_ns, spent_ns;
	_Atomic(uint64_t) under_way_ns;   /* since when one is, 0: none */
	_Atomic(uint32_t) contexts_asked; /* for which NVML was asked: no part of what is spent */
	_Atomic(uint32_t) crowded;        /* devices that other processes use, bits */
	struct {
		_Atomic(uint64_t) began_ns, spent_ns;
		_Atomic(uint64_t) nvml_from_ns; /* when NVML may be asked again */
	} rest;                                 /* of rest.c */
	struct vt__measured_context contexts[VT__MEASURED_CONTEXTS];
	struct vt__window windows[VT__MEASURED_DEVICES];
};

/* NULL: nothing is measured. */
struct vt__measures *vt__measures(void);

/* Whether it may cost something now; then how long it took is to be told. */
bool vt__measures_may(struct vt__measures *measures, uint64_t *began_ns);
void vt__measures_took(struct vt__measures *measures, uint64_t began_ns);

/* The place of the context, made if there is room; NULL: none. Under the lock. */
struct vt__measured_context *vt__measured_context(struct vt__measures *measures, uint64_t context);

/* Local memory of the device for threads with so many bytes of stack, beyond what there is
 * anyhow. */
uint64_t vt__local_memory(const struct vt__driver *driver, int32_t device, uint64_t stack);

static inline bool vt__is_crowded(const struct vt__measures *measures, int32_t device)
{
	return measures->crowded >> ((uint32_t)device % 32) & 1;
}

/* Whether the driver's number and a rule agree: to a granule. */
static inline bool vt__agree(uint64_t told, uint64_t computed)
{
	return (told > computed ? told - computed : computed - told) <= 2u << 20;
}

#endif
