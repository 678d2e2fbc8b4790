/*
 * The stacks of a document, each once, as a tree from what starts threads to what allocates.
 *
 * A stack is the number of a node: its innermost frame; the node's parent is the caller. Frames
 * and their texts stand once too, whatever recording they are of. Many stacks of one program so
 * take little room, and the tree is what a flame graph shows.
 */
#ifndef VT_REPORTS_STACK_TABLE_H
#define VT_REPORTS_STACK_TABLE_H

#include <stdint.h>
#include <stdio.h>

#include "reports/formats/source_lines.h"
#include "reports/names/stacks.h"

struct vt__stack_table;

/* A stack of no frames, or one for which there was no room. */
#define VT__NO_STACK (-1)

/* NULL if out of memory. */
struct vt__stack_table *vt__stack_table_new(void);
void vt__stack_table_free(struct vt__stack_table *table);

/*
 * Enters a stack without what starts main() and threads. Its texts are loans that stay until the
 * table is freed. `origin` is who names its files. Sets the node, or VT__NO_STACK. 0 or -ENOMEM.
 */
int vt__stack_table_add(struct vt__stack_table *table, const struct vt__frames *frames,
			const struct vt__source_origin *origin, int64_t *node);

/* `{"strings":[...],"frames":[...],"nodes":[...],...}`. 0, -EIO or -ENOMEM. */
int vt__stack_table_write(const struct vt__stack_table *table, FILE *out);

#endif
