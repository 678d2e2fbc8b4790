/*
 * Frame description entries: the part of .eh_frame that tells about one
 * function.
 */
#ifndef VT_LEDGER_UNWIND_FDE_H
#define VT_LEDGER_UNWIND_FDE_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind/unwind_bytes.h"
#include "unwind/unwind_object.h"

struct vt__fde {
	uintptr_t code; /* where the function begins */
	uintptr_t code_length;
	struct vt__bytes initial; /* instructions for every function of the CIE */
	struct vt__bytes program; /* instructions for this one */
	uint64_t code_align;
	int64_t data_align;
	uint64_t return_register;
	uint8_t encoding; /* of code addresses */
	uint8_t specific; /* encoding of the pointer to language-specific data */
	bool augmented;   /* has augmentation data before the program */
	bool signal_frame;
	bool is_plain; /* has nothing in which a reader that checks nothing could go wrong */
};

/* Finds what .eh_frame says about the function at `pc`. Reads nothing outside
 * the object's segments, however damaged its tables are. Returns 0, -ENOENT if
 * they say nothing, or -EBADMSG if they are damaged there. */
int vt__fde_find(const struct vt__object *object, uintptr_t pc, struct vt__fde *out);

#endif
