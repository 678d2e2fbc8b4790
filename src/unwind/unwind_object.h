/*
 * Loaded objects: which one an address belongs to, what of it can be read, and
 * where its call frame information is.
 */
#ifndef VT_LEDGER_UNWIND_OBJECT_H
#define VT_LEDGER_UNWIND_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind/unwind_memory.h"

#define VT__OBJECT_SEGMENTS 16

struct vt__object {
	uintptr_t frame_header; /* .eh_frame_hdr; 0 if it has none */
	unsigned segment_count;
	struct vt__range segments[VT__OBJECT_SEGMENTS]; /* mapped and readable */
};

/* Finds the object that holds the code at `pc`. What it says is true until
 * the object is unloaded: code on the calling thread's stack keeps it. Takes no
 * lock. `generation` changes when an object was unloaded. May change errno. */
bool vt__object_find(uintptr_t pc, uint32_t generation, struct vt__object *out);

/* Where the readable segment that holds `address` ends; 0 if none does. */
uintptr_t vt__object_end(const struct vt__object *object, uintptr_t address);

#endif
