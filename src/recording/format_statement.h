/*
 * The part of the recording's format about where every byte of a device went: what takes memory
 * that no allocation call names, and who held what at the moment of an account.
 *
 * A charge is one call site (a stack and a driver function) at which such memory was taken, of one
 * kind, in one context. Its bytes are *computed*, by a rule that the driver's number agreed with,
 * or *measured*: the driver's number after the call less the one before. Objects share granules of
 * the driver's, so that a call may move nothing, or move what others are to use: bytes are those
 * of the site's calls together. Bytes that come back are taken off the site whose object went, then
 * off others of that kind and context; a context's end takes all of its own.
 */
#ifndef VT_LEDGER_FORMAT_STATEMENT_H
#define VT_LEDGER_FORMAT_STATEMENT_H

#include <stdint.h>

/* VT_CHARGE(identifier, name in JSON, words in text) */
#define VT_CHARGES(VT_CHARGE)                                                                      \
	VT_CHARGE(CONTEXT, "contexts", "contexts")                                                 \
	VT_CHARGE(LOCAL_MEMORY, "local_memory", "local memory of threads")                         \
	VT_CHARGE(DEVICE_HEAP, "device_heap",                                                      \
		  "device heap (of malloc in kernels: its leaks are not seen)")                    \
	VT_CHARGE(MODULE, "modules", "modules: code and variables")                                \
	VT_CHARGE(FIRST_LAUNCH, "first_launches",                                                  \
		  "first launches: code, variables, printf's buffer")                              \
	VT_CHARGE(GRAPH_EXEC, "graph_execs", "executable graphs")                                  \
	VT_CHARGE(STREAM, "streams", "streams")                                                    \
	VT_CHARGE(ARRAY, "array_padding", "tiles of arrays, beyond their elements")

enum vt_charge {
#define VT_CHARGE(id, json, words) VT_CHARGE_##id,
	VT_CHARGES(VT_CHARGE)
#undef VT_CHARGE
	VT_CHARGE_COUNT
};

struct vt_format_charge {
	uint32_t device;         /* number of the device record */
	uint32_t what;           /* enum vt_charge */
	uint32_t stack;          /* of the calls, VT_FORMAT_NONE: not known */
	uint32_t api;            /* string: the function called */
	uint64_t context;        /* that it ends with */
	uint64_t computed_bytes; /* held now */
	uint64_t measured_bytes; /* the same */
	uint64_t calls;          /* of the site that were looked at */
	uint64_t moved;          /* of these, those that the driver's number moved at */
	uint64_t shared;         /* of these, those at which others may have moved it */
	uint64_t first_time_ns;
	uint64_t last_time_ns;
};

#define VT_FORMAT_STATEMENT_LINES 64u
#define VT_FORMAT_STATEMENT_KINDS 16u /* room for later kinds of charges */

struct vt_format_statement_line {
	uint32_t number; /* of the SITE or CHARGE record */
	uint32_t reserved;
	uint64_t bytes;
};

/* Who held what of a device when an account was taken: the largest, of sites and of charges each;
 * and the sums of all charges. */
struct vt_format_statement {
	uint32_t account; /* number of the ACCOUNT record */
	uint32_t site_count;
	uint32_t charge_count;
	uint32_t untold_arrays; /* that were live, and whose size on the device no rule told */
	/* What the driver gives for the live allocations that come from no pool, rounded as it
	 * rounds; VT_FORMAT_UNKNOWN: not counted, there were too many */
	uint64_t granule_bytes;
	uint64_t computed_bytes[VT_FORMAT_STATEMENT_KINDS]; /* by enum vt_charge */
	uint64_t measured_bytes[VT_FORMAT_STATEMENT_KINDS];
	struct vt_format_statement_line sites[VT_FORMAT_STATEMENT_LINES];   /* largest first */
	struct vt_format_statement_line charges[VT_FORMAT_STATEMENT_LINES]; /* the same */
};

_Static_assert(sizeof(struct vt_format_charge) == 80, "no hidden padding");
_Static_assert(sizeof(struct vt_format_statement) ==
		       24 + 16 * VT_FORMAT_STATEMENT_KINDS + 32 * VT_FORMAT_STATEMENT_LINES,
	       "no hidden padding");
_Static_assert(VT_CHARGE_COUNT <= VT_FORMAT_STATEMENT_KINDS, "a statement has room for all kinds");

#endif
