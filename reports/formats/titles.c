/*
 * What processes, devices and frames are called in the formats of other programs.
 */
#include "config.h"

#include "reports/formats/titles.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "reports/findings/launch.h"
#include "reports/names/site.h"
#include "reports/text/escape.h"
#include "reports/text/path.h"

/* Takes over `text`. */
static char *clean(char *text)
{
	char *copy = text ? vt__clean_copy(text, false) : NULL;

	free(text);
	return copy;
}

char *vt__program_title(const struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;
	const char *program = vt__raw_to_copy(
		vt__recording_string(recording, vt__recording_header(recording)->program));

	return vt__clean_copy(*program ? vt__last_part(program) : "process", false);
}

char *vt__process_title(const struct vt__process *process)
{
	const uint32_t pid = vt__recording_header(process->recording)->pid;
	char *program = vt__program_title(process), *title = NULL;
	struct vt__launch launch;
	int length = -1;

	vt__launch_of(process->recording, &launch);
	if (program && launch.known)
		length = asprintf(&title, "%s (pid %" PRIu32 ", rank %" PRIu32 ")", program, pid,
				  launch.rank);
	else if (program)
		length = asprintf(&title, "%s (pid %" PRIu32 ")", program, pid);
	free(program);
	return length < 0 ? NULL : title;
}

const char *vt__device_title(const struct vt__sample *sample, char text[VT__DEVICE_TITLE_BYTES])
{
	const int32_t ordinal = sample->process->devices[sample->site->device].record->ordinal;

	if (ordinal < 0)
		return "no device";
	snprintf(text, VT__DEVICE_TITLE_BYTES, "GPU %" PRId32, ordinal);
	return text;
}

/* ---- Frames ---------------------------------------------------------------------------- */

static char *function_title(const struct vt__frame *frame)
{
	char *title;
	int length;

	if (frame->function)
		return vt__clean_copy(frame->function, false);
	if (frame->module)
		length = asprintf(&title, "%s+0x%" PRIx64, vt__last_part(frame->module),
				  frame->offset);
	else
		length = asprintf(&title, "0x%" PRIx64, frame->offset);
	return length < 0 ? NULL : clean(title);
}

char *vt__frame_title(const struct vt__frame *frame)
{
	char *function = function_title(frame), *title;
	int length;

	if (!function || frame->language == VT__LANGUAGE_NATIVE || !frame->file)
		return function;
	length = asprintf(&title, "%s (%s)", function, vt__last_part(frame->file));
	free(function);
	return length < 0 ? NULL : clean(title);
}

char *vt__frame_place(const struct vt__frame *frame)
{
	char *function = function_title(frame), *title;
	int length;

	if (!function || !frame->file)
		return function;
	length = frame->line ? asprintf(&title, "%s (%s:%" PRIu32 ")", function,
					vt__last_part(frame->file), frame->line)
			     : asprintf(&title, "%s (%s)", function, vt__last_part(frame->file));
	free(function);
	return length < 0 ? NULL : clean(title);
}

char *vt__site_title(const struct vt__frames *frames, const char *missing)
{
	const size_t site = vt__site_of(frames);

	if (site == VT__NO_SITE)
		return vt__clean_copy(missing ? missing : "[no stack]", false);
	return vt__frame_place(&frames->frames[site]);
}

/* ---- Stacks ------------------------------------------------------------------------------- */

const char *vt__missing_frames(const struct vt__recording *recording, uint32_t number)
{
	const struct vt_format_stack *stack = vt__recording_stack(recording, number);

	if (!stack || (!stack->depth && !(stack->truncated & VT_FORMAT_STACK_LIMIT)))
		return "[no stack was kept]";
	if (!stack->depth)
		return "[other call sites: the recording came to its limit]";
	if (stack->truncated & VT_FORMAT_STACK_LIMIT)
		return "[deeper frames were not kept: option recording]";
	if (stack->truncated & VT_FORMAT_STACK_LOST)
		return "[the stack ends here: no unwind information]";
	return stack->truncated ? "[deeper frames were not kept: option depth]" : NULL;
}

int vt__titled_stack(struct vt__stacks *stacks, const struct vt__recording *recording,
		     uint32_t stack, struct vt__frames *frames, const char **missing)
{
	struct vt__allowance *allowance = vt__stacks_allowance(stacks);
	uint64_t bytes = 0;
	size_t end;
	int error;

	frames->count = 0;
	*missing = VT__STACK_NOT_SHOWN;
	if (!vt__allowance_has(allowance))
		return 0;
	error = vt__stack_frames(stacks, stack, frames);
	if (error)
		return error;
	*missing = vt__missing_frames(recording, stack);
	end = vt__frames_end(frames);
	frames->count = end ? end : frames->count;
	for (size_t i = 0; i < frames->count; i++)
		bytes += vt__frame_bytes(&frames->frames[i]);
	vt__allowance_take(allowance, bytes);
	if (!frames->count && !*missing)
		*missing = "[no stack was kept]";
	return 0;
}
