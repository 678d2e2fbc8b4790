/*
 * The part of the recording's format about what went wrong: findings, and frees
 * that the driver did not do.
 */
#ifndef VT_LEDGER_FORMAT_FINDINGS_H
#define VT_LEDGER_FORMAT_FINDINGS_H

#include <stdint.h>

enum vt_finding_class {
	VT_FINDING_BAD_FREE = 1,
	VT_FINDING_OUT_OF_MEMORY,
	VT_FINDING_LATE_FREE, /* freed while the driver was shutting down: no leak, nothing is wrong
			       */
	VT_FINDING_FAULT,     /* the device met one: recording/format_faults.h */
	/* Memory was freed while its address stood in an executable graph: `stack` of the free,
	 * `free_stack` of the graph's instantiation, `reason` of vt_stale_reason. */
	VT_FINDING_STALE_GRAPH,
	VT_FINDING_CLASSES_END
};

enum vt_stale_reason {
	VT_STALE_IDLE = 0, /* the graph was not launched since */
	VT_STALE_LAUNCHED, /* it was */
	VT_STALE_UNDONE,   /* the free was refused after all: nothing is to be told */
};

enum vt_bad_free_reason {
	VT_BAD_FREE_UNKNOWN = 0,  /* a pointer that was never seen */
	VT_BAD_FREE_DOUBLE,       /* freed before; its stacks are given */
	VT_BAD_FREE_REFUSED,      /* live, and the driver refused all the same */
	VT_BAD_FREE_AFTER_RESET,  /* its context was reset or destroyed before */
	VT_BAD_FREE_INTERIOR,     /* inside a live allocation, not its start */
	VT_BAD_FREE_HOST_POINTER, /* the driver knows no device memory there */
	VT_BAD_FREE_WRONG_FAMILY, /* live, but made by a function this one does not belong to */
	VT_BAD_FREE_OTHER_DEVICE, /* live on another device than the one freed on */
	VT_BAD_FREE_GRAPH,        /* an address that a graph's definition gave: no memory yet */
	VT_BAD_FREE_MAPPED,       /* addresses at which memory is still mapped */
	VT_BAD_FREE_REASONS,
};

/* Something that happened, `count` times with the same stacks, result and purpose. */
struct vt_format_finding {
	uint32_t finding_class;    /* enum vt_finding_class */
	uint32_t reason;           /* enum vt_bad_free_reason for a bad free, else 0 */
	uint32_t api;              /* string */
	int32_t result;            /* CUresult the driver gave */
	uint32_t kind;             /* enum vt_kind; VT_FORMAT_NONE if unknown */
	uint32_t device;           /* number of the device record; VT_FORMAT_NONE if unknown */
	uint32_t stack;            /* of the call */
	uint32_t allocation_stack; /* of what was freed, or NONE */
	uint32_t free_stack; /* of the free that came first, or what stands in the way, or NONE */
	uint32_t thread;
	uint64_t address; /* of the first occurrence */
	uint64_t bytes;   /* asked for (out of memory) or allocated there (a free) */
	uint64_t count;
	uint64_t time_ns; /* of the first occurrence */
	/* out of memory: at that moment, as cuMemGetInfo told; 0 if unknown */
	uint64_t device_free_bytes;
	uint64_t device_total_bytes;
	uint64_t live_bytes; /* tracked, of the bucket */
	/* out of memory: of the first occurrence; VT_FORMAT_NONE if none */
	uint32_t label;              /* string */
	uint32_t purpose;            /* string */
	uint64_t allocation_address; /* of a bad free: where its allocation starts; 0 if unknown */
	uint32_t account;            /* out of memory: number of the ACCOUNT, or NONE */
	uint32_t injected; /* enum vt_injected: refused by the tool itself, as it was asked to */
};

/* Who held how much when an allocation was refused: the largest of them, by
 * site and purpose. */
struct vt_format_holder {
	uint32_t finding; /* number of the finding */
	uint32_t site;
	uint32_t purpose; /* string, VT_FORMAT_NONE if none */
	uint32_t reserved;
	uint64_t bytes;
	uint64_t count;
};

enum vt_intent_state {
	VT_INTENT_NONE = 0, /* the record is unused */
	VT_INTENT_UNDER_WAY = 1,
};

/* A free that is with the driver: written before the driver is asked, over when it
 * has answered. Where the process ended meanwhile, no answer came. Of frees that
 * can be wrong in a way that ends the process: of what is not live, and of handles
 * that the driver follows without a look. A thread has one at a time. */
struct vt_format_intent {
	uint32_t state; /* enum vt_intent_state */
	uint32_t reserved;
	/* As of a bad free, with result 0. Reason VT_BAD_FREE_REFUSED: it was live
	 * until this free. */
	struct vt_format_finding free;
};

/* Refused frees that are told apart at one call site; more are counted in a record
 * of their own, whose `stack` and `api` are VT_FORMAT_NONE and whose result is that
 * of the first. */
#define VT_FORMAT_REFUSED_FREES 4u

/* A free of live memory that the driver refused, `count` times at the same place
 * with the same result: what an allocation's `link` names. The memory stayed. */
struct vt_format_refused_free {
	uint32_t site;   /* of what was to be freed */
	uint32_t stack;  /* of the free */
	uint32_t api;    /* string */
	int32_t result;  /* CUresult the driver gave */
	uint32_t thread; /* of the first, as is what follows */
	uint32_t reserved;
	uint64_t address;
	uint64_t time_ns;
	uint64_t count;
};

/* What keeps physical memory alive. VT_REFERENCE(identifier, name in JSON) */
#define VT_REFERENCES(VT_REFERENCE)                                                                \
	VT_REFERENCE(NONE, NULL) /* the record is unused */                                        \
	VT_REFERENCE(HANDLE, "handle")                                                             \
	VT_REFERENCE(MAPPING, "mapping")                                                           \
	VT_REFERENCE(BINDING, "binding")

enum vt_reference_how {
#define VT_REFERENCE(id, json) VT_REFERENCE_##id,
	VT_REFERENCES(VT_REFERENCE)
#undef VT_REFERENCE
	VT_REFERENCE_COUNT
};

/* One thing that refers to the allocation of physical memory `object`, which has
 * that for its address: all its handles together (`count` references, 0: all were
 * released), one mapping, one binding to a multicast object. */
struct vt_format_reference {
	uint32_t how; /* enum vt_reference_how */
	/* Of the mapping or binding; of handles, where the last was had in addition to
	 * that of the allocation, or NONE. */
	uint32_t stack;
	uint64_t object;
	uint64_t start; /* address, or offset in the multicast object */
	uint64_t bytes;
	uint64_t count;
};

_Static_assert(sizeof(struct vt_format_reference) == 40, "no hidden padding");
_Static_assert(sizeof(struct vt_format_finding) == 120, "no hidden padding");
_Static_assert(sizeof(struct vt_format_holder) == 32, "no hidden padding");
_Static_assert(sizeof(struct vt_format_intent) == 128, "no hidden padding");
_Static_assert(sizeof(struct vt_format_refused_free) == 48, "no hidden padding");

#endif
