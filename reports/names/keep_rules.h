/*
 * Rules that say who keeps memory that is still live when its process ends: a library
 * for itself, or the cache of a framework. They stand in the same files as those about
 * frames (frame_rules.h, docs/stacks.md):
 *
 *   retained|cached|leak: by:NAME CONDITION... [kind:NAME[,NAME]...] [unless:VARIABLE[=VALUE]]
 *                         [at:any] [# comment]
 *
 * The conditions are of the frame that allocated, the innermost that is not of CUDA's
 * runtime or of libvramtrack; with at:any of any frame. The first rule that holds counts; `leak`:
 * whoever owns it has lost it after all. `unless`: not where that variable was set when the
 * recording began.
 */
#ifndef VT_REPORTS_KEEP_RULES_H
#define VT_REPORTS_KEEP_RULES_H

#include "reports/names/stacks.h"

enum vt__keep {
	VT__KEEP_NOT, /* nobody says so: it is the program's */
	VT__KEEP_LIBRARY,
	VT__KEEP_CACHE,
};

/* The rule that says so. Loans until the rules are forgotten. */
struct vt__keeper {
	const char *name; /* who keeps it, as "cuBLAS" */
	const char *file;
	unsigned line;
};

/* Whether a rule holds of a frame as it is known here, whatever the memory. 1, 0 or -ENOMEM. */
int vt__keep_rules_concern(const struct vt__frame *frame);

/*
 * Who keeps memory of that kind with that stack; `variables` are those of a recording's
 * `launch`. enum vt__keep, or -ENOMEM.
 */
int vt__keeper_of(const struct vt__frames *frames, uint32_t kind, const char *variables,
		  struct vt__keeper *out);

/* From now on the rules that come with vramtrack say nothing of who keeps what. */
void vt__keep_rules_leave_out_shipped(void);

#endif
