/*
 * The stacks of one recording as frames that a report can print.
 *
 * Frames of the shim itself are left out: they are the tool's, not the program's.
 */
#ifndef VT_REPORTS_STACKS_H
#define VT_REPORTS_STACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reports/names/allowance.h"
#include "reports/names/frame.h"
#include "reports/recording/reader.h"
#include "reports/names/symbolizer.h"

struct vt__stacks;

/* A buffer for frames, grown as needed; start with zeros. */
struct vt__frames {
	struct vt__frame *frames;
	size_t count;
	size_t capacity;
	bool truncated;  /* there were more frames than were kept */
	bool is_limited; /* since the recording came to its limit */
	bool is_lost;    /* nothing told how to go on from the last */
};

/* A raw frame that means the same in every recording of one symbolizer. */
struct vt__place {
	struct vt__module *module;       /* NULL: code in no module */
	const struct vt__source *source; /* NULL: it is told by module and address */
	uint64_t address;
};

/* Both are borrowed and must outlive the stacks. NULL if out of memory. */
struct vt__stacks *vt__stacks_new(const struct vt__recording *recording,
				  struct vt__symbolizer *symbolizer);
void vt__stacks_free(struct vt__stacks *stacks);

/*
 * The raw frames (see VT_FORMAT_FRAME_MODULE) of stack `number`, innermost
 * first, without the shim's. Loan from the recording; none for a stack that is
 * not there.
 */
const uint64_t *vt__stack_raw(const struct vt__stacks *stacks, uint32_t number, size_t *count,
			      bool *truncated);

/* Whether the unwinder could not go on from the stack's last frame: stacks of
 * several callers may be this one. */
bool vt__stack_is_lost(const struct vt__stacks *stacks, uint32_t number);

/* Appends what one raw frame stands for: the function and those inlined into
 * it. Strings are loans until the symbolizer is freed. 0 or -ENOMEM. */
int vt__stack_expand(struct vt__stacks *stacks, uint64_t raw, enum vt__names names,
		     struct vt__frames *frames);

/* The place of one raw frame. 0 or -ENOMEM. */
int vt__stack_place(struct vt__stacks *stacks, uint64_t raw, struct vt__place *out);

/* Appends what one place stands for; strings are loans until the symbolizer is
 * freed. 0 or -ENOMEM. */
int vt__place_expand(struct vt__symbolizer *symbolizer, struct vt__place place,
		     struct vt__frames *frames);

/* Says of frames between others of a library, in the same module, that they are its own:
 * when a whole stack was appended. */
void vt__frames_settle(struct vt__frames *frames);

/* All frames of stack `number`, in place of what `frames` held. 0 or -ENOMEM. */
int vt__stack_frames(struct vt__stacks *stacks, uint32_t number, struct vt__frames *frames);

/* The same by the modules' own files, without what starts main() and threads at
 * its end: the same on every machine. */
int vt__stack_own_frames(struct vt__stacks *stacks, uint32_t number, struct vt__frames *frames);

/* The number of the stack among those of all recordings of the symbolizer: the same for the same
 * places. One that is not there is the stack without places. 0 or -ENOMEM. */
int vt__stack_number(struct vt__stacks *stacks, uint32_t number, uint32_t *number_out);

/* Whether a rule that says who keeps memory is of one of its frames, by the modules' own files.
 * `frames` is room. 1, 0 or -ENOMEM. */
int vt__stack_may_be_kept(struct vt__stacks *stacks, uint32_t number, struct vt__frames *frames);

/* What starts main() and threads: it says nothing about the program. */
bool vt__frame_is_start(const struct vt__frame *frame);

/* Of the C library: a frame of it without a name, outside of main() or of the
 * function of a thread, is such a one. */
bool vt__frame_is_of_libc(const struct vt__frame *frame);

/* How many frames there are without what starts main() and threads, with a name
 * or, where libc has no symbols here, without one. */
size_t vt__frames_end(const struct vt__frames *frames);

/* Bytes of what a frame says, about. */
size_t vt__frame_bytes(const struct vt__frame *frame);

void vt__frames_release(struct vt__frames *frames);

/* How much of them may still be written in documents that have all of them. */
struct vt__allowance *vt__stacks_allowance(struct vt__stacks *stacks);

/* What the symbolizer said about module `number`; NULL if nothing. */
const char *vt__stacks_module_note(const struct vt__stacks *stacks, uint32_t number);

#endif
