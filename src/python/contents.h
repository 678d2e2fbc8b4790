/*
 * What a code object says of itself: file, name, first line and line table. Equal contents mean
 * equal names and lines, whatever object has them.
 *
 * From 3.12 on an object has a number that no other of its interpreter gets. Before, its address
 * may be another's that was freed: so what it says is compared with a copy of what it said.
 */
#ifndef VT_PYTHON_CONTENTS_H
#define VT_PYTHON_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "python/walk.h"

#define VT__NO_OFFSET INT64_MIN /* the position is not known: no line */

/* Bytes of an object: characters of a string, or the line table. */
struct vt__part {
	uintptr_t object;
	uintptr_t data;
	size_t bytes;
	uint32_t state; /* of a string: its word of state */
	unsigned width; /* bytes of a character, 1 for the table */
};

enum {
	VT__PART_FILE,
	VT__PART_NAME,
	VT__PART_TABLE,
	VT__PARTS
};

struct vt__contents {
	struct vt__part parts[VT__PARTS];
	int32_t first_line;
};

#define VT__COPY_WORDS 512u

struct vt__code_slot {
	uintptr_t code;
	uintptr_t thread;
	uint32_t version;
	uint32_t serial; /* changes with what is in it; 0: nothing */
	bool is_copied;  /* else `hash` tells alone */
	struct vt__hash128 hash;
	struct vt__contents of;
	uint64_t copy[VT__COPY_WORDS]; /* of the parts, each from a word on */
};

/* False if something is not there. */
bool vt__contents_read(const struct vt__python_layout *layout, struct vt__pages *pages,
		       uintptr_t code, struct vt__contents *out);

/* The hash of a code's contents, by the thread's slots where it has memory; says in the hop how
 * to compare it the next time. False if it cannot be read. */
bool vt__contents_find(const struct vt__python *python, struct vt__python_memory *memory,
		       struct vt__pages *pages, uintptr_t code, struct vt__python_hop *hop,
		       struct vt__hash128 *out);

/* Whether the code, which is under way, is the one of the slot still. */
bool vt__contents_are(const struct vt__python_layout *layout, const struct vt__code_slot *slot,
		      uintptr_t code);

/* The line of an offset by the table; 0: it has none. */
uint32_t vt__contents_line(const struct vt__python_layout *layout,
			   const struct vt__contents *contents, int64_t offset);

#endif
