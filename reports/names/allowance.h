/*
 * How much of its stacks a report may write: a recording can have thousands of findings at one
 * deep stack, each of whose frames has a long name.
 */
#ifndef VT_REPORTS_ALLOWANCE_H
#define VT_REPORTS_ALLOWANCE_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes for each byte of a recording, and those that any may take. What programs leave behind
 * takes less than half of it. */
#define VT__ALLOWED_FOR_BYTE 256
#define VT__ALLOWED_OF_ANY ((uint64_t)64 << 20)

#define VT__CUT_WORDS                                                                              \
	"of its stacks not shown: they would make the report more than 256 times as large as the " \
	"recording"

struct vt__allowance {
	uint64_t bytes; /* left */
	uint64_t cut;   /* stacks that had to be left out */
};

static inline struct vt__allowance vt__allowance_of(uint64_t recording_bytes)
{
	return (struct vt__allowance){.bytes = VT__ALLOWED_OF_ANY +
					       VT__ALLOWED_FOR_BYTE * recording_bytes};
}

/* Whether one more stack may be written; counts it if not. */
static inline bool vt__allowance_has(struct vt__allowance *allowance)
{
	if (!allowance->bytes)
		allowance->cut++;
	return allowance->bytes != 0;
}

/* After a stack was written. */
static inline void vt__allowance_take(struct vt__allowance *allowance, uint64_t bytes)
{
	allowance->bytes -= bytes < allowance->bytes ? bytes : allowance->bytes;
}

#endif
