/*
 * The stack of a judged finding, with the place in it that a report points at.
 */
#include "config.h"

#include "reports/gate/gate_stack.h"

#include <errno.h>
#include <string.h>

#include "reports/names/site.h"

static bool is_pointed_at(const struct vt__frame *frame)
{
	return frame->file && *frame->file && frame->line && frame->role == VT__ROLE_USER;
}

/* Relative paths are below the root, or as good as any that could be had. */
static int find_line(struct vt__gate_stack *stack, struct vt__source_paths *paths,
		     const struct vt__recording *recording)
{
	for (size_t i = 0; i < stack->end; i++) {
		const struct vt__frame *frame = &stack->frames.frames[i];
		const char *path;

		if (!is_pointed_at(frame))
			continue;
		path = vt__source_path(paths, recording, frame->file);
		if (!path)
			return -ENOMEM;
		if (!stack->line || *path != '/') {
			stack->line = frame;
			stack->path = path;
		}
		if (*path != '/')
			break;
	}
	return 0;
}

/* Leaves no frames if too much was written. */
static void allow(struct vt__allowance *allowance, struct vt__frames *frames)
{
	if (frames->count && !vt__allowance_has(allowance)) {
		frames->count = 0;
		frames->truncated = true;
	}
	for (size_t i = 0; i < frames->count; i++)
		vt__allowance_take(allowance, vt__frame_bytes(&frames->frames[i]));
}

int vt__gate_stack_read(struct vt__gate_stack *stack, struct vt__source_paths *paths,
			const struct vt__process *process, uint32_t number)
{
	const struct vt__frame *frames;
	size_t site;
	int error;

	stack->own = stack->line = NULL;
	stack->path = NULL;
	stack->end = 0;
	error = vt__stack_frames(process->stacks, number, &stack->frames);
	if (error)
		return error;
	allow(vt__stacks_allowance(process->stacks), &stack->frames);
	frames = stack->frames.frames;
	stack->end = vt__frames_end(&stack->frames);
	if (!stack->end)
		stack->end = stack->frames.count;
	site = vt__site_of(&stack->frames);
	if (site != VT__NO_SITE)
		stack->own = &frames[site];
	return find_line(stack, paths, process->recording);
}

void vt__gate_stack_release(struct vt__gate_stack *stack)
{
	vt__frames_release(&stack->frames);
	memset(stack, 0, sizeof(*stack));
}

const char *vt__gate_module(const struct vt__gate_stack *stack, const struct vt__judged *judged)
{
	const struct vt__recording *recording = judged->process->recording;
	const char *file = stack->own ? stack->own->module : NULL;

	if (!file || !*file)
		file = vt__raw_to_copy(
			vt__recording_string(recording, vt__recording_header(recording)->program));
	return *file ? file : "unknown";
}
