/*
 * Frames that a document has once: each distinct one is given a number when it is first met.
 */
#ifndef VT_REPORTS_FRAME_TABLE_H
#define VT_REPORTS_FRAME_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/names/frame.h"

struct vt__frame_entry;

/* Start with zeros. */
struct vt__frame_table {
	struct vt__frame_entry *entries;
};

/* The number that was given to an equal frame, or the next, from 0 on. 0 or -ENOMEM. Texts of the
 * frame are told apart by where they are: they are the symbolizer's, which has each once. */
int vt__frame_number(struct vt__frame_table *table, const struct vt__frame *frame, size_t *number,
		     bool *is_new);

void vt__frame_table_release(struct vt__frame_table *table);

#endif
