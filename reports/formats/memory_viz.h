/*
 * The parts of the report for PyTorch's memory viewer: what is in a snapshot, and its stacks,
 * each of which is written once and then named by what the reader remembers.
 */
#ifndef VT_REPORTS_MEMORY_VIZ_H
#define VT_REPORTS_MEMORY_VIZ_H

#include "reports/findings/kept.h"
#include "reports/formats/frame_table.h"
#include "reports/formats/pickle.h"

#define VT__VIZ_NOT_WRITTEN UINT32_MAX

struct vt__viz_member {
	const struct vt__process *process;
	struct vt__kept_list kept;
	uint32_t *stacks; /* of its call sites: where they are remembered, or VT__VIZ_NOT_WRITTEN */
	uint32_t *numbers; /* of its devices in the viz */
};

/* A device of the viz. */
struct vt__viz_slot {
	struct vt__viz_member *member; /* NULL: there is none of that number */
	uint32_t device;
};

struct vt__viz {
	struct vt__pickle pickle;
	struct vt__viz_member *members;
	size_t count;
	struct vt__viz_slot *slots;
	uint32_t slot_count;
	struct vt__frame_table table;
	uint32_t *frames; /* by number in the table: where they are remembered */
	size_t frame_capacity;
	struct vt__frames stack; /* buffer */
};

/* A list of frames, the innermost first. 0 or -ENOMEM. */
int vt__viz_stack(struct vt__viz *viz, const struct vt__process *process, uint32_t stack);

/* "frames" of what a call site allocated. 0 or -ENOMEM. */
int vt__viz_frames(struct vt__viz *viz, struct vt__viz_member *member, uint32_t site);

/* The same of what has no stack: one frame of that name. */
void vt__viz_no_frames(struct vt__viz *viz, const char *name);

/* Whether a device is in a snapshot, and an allocation: of its device memory. */
bool vt__viz_is_shown(const struct vt__viz_member *member, uint32_t device);
bool vt__viz_is_memory(const struct vt__viz_member *member, const struct vt__kept *kept);

/* The list of what happened on a device; NULL: on none. 0 or -ENOMEM. */
int vt__viz_trace(struct vt__viz *viz, struct vt__viz_member *member, uint32_t device);

#endif
