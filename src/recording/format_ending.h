/*
 * The part of the recording's format about an interpreter that ends before its process.
 *
 * What such an interpreter still refers to it frees while it ends, whether it was
 * kept on purpose or by mistake. So what was live when that began is written down once,
 * call site by call site; what of it is live at the end of the process too is told by
 * the times of the allocation records.
 */
#ifndef VT_LEDGER_FORMAT_ENDING_H
#define VT_LEDGER_FORMAT_ENDING_H

#include <stdint.h>

/* That an interpreter began to end, seen at the first call of the driver after that.
 * The first time only: a process may end one and begin another. */
struct vt_format_ending {
	uint32_t language; /* enum vt_language, of what it runs */
	uint32_t reserved;
	uint64_t time_ns;
};

/* What one call site held then. */
struct vt_format_kept {
	uint32_t ending; /* number of the ending */
	uint32_t site;
	uint64_t bytes;
	uint64_t count;
};

_Static_assert(sizeof(struct vt_format_ending) == 16, "no hidden padding");
_Static_assert(sizeof(struct vt_format_kept) == 24, "no hidden padding");

#endif
