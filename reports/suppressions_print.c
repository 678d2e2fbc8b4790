/*
 * Writes suppressions for what was found.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/escape.h"
#include "reports/identity.h"
#include "reports/stream.h"
#include "reports/suppressions.h"
#include "reports/units.h"

/* Frames of a rule: enough to mean this place, few enough to last. */
#define FRAMES 3

/* A name as a pattern that is the whole of it. Bytes that mean something in a
 * rule, or would break the line, become '*'. */
static void print_pattern(FILE *out, const char *key, const char *name, size_t bytes, bool whole)
{
	size_t i;

	fprintf(out, "%s^", key);
	for (i = 0; i < bytes; i++) {
		const unsigned char byte = (unsigned char)name[i];
		const bool special = byte < ' ' || byte == 0x7f || byte == ' ' || byte == '#' ||
				     (byte == '.' && i + 2 < bytes && name[i + 1] == '.');

		fputc(special ? '*' : byte, out);
	}
	/* What a compiler or a version adds may follow. */
	fputs(whole ? "$" : "*", out);
}

static void print_frame(FILE *out, const struct vt__frame *frame)
{
	const char *name = frame->function ? frame->function : frame->module;
	size_t bytes;

	if (frame->function)
		name = vt__identity_function(name, &bytes);
	else
		name = vt__identity_module(name, &bytes);
	print_pattern(out, frame->function ? "fun:" : "module:", name, bytes, !name[bytes]);
}

static int print_rule(const struct vt__judged *judged, struct vt__frames *frames, FILE *out)
{
	const struct vt__finding_row *row = judged->row;
	const int error = vt__stack_frames(judged->process->stacks, row->stack, frames);
	char title[256], bytes[VT__UNIT_BYTES];
	size_t i, printed = 0;

	if (error)
		return error;
	vt__judged_title(judged, title, sizeof(title));
	fprintf(out, "# %s, %s: %s\n", vt__class_words[row->finding_class].one,
		vt__bytes(judged->sum.bytes, bytes), title);
	for (i = 0; i < frames->count && printed < FRAMES; i++) {
		const struct vt__frame *frame = &frames->frames[i];

		if (frame->runtime || vt__frame_is_start(frame) ||
		    (!frame->function && !frame->module))
			continue;
		if (printed++)
			fputs("...", out);
		else
			fprintf(out, "%s:", vt__class_words[row->finding_class].json);
		print_frame(out, frame);
	}
	fputs(printed ? "\n" : "# (it has no stack: no rule can be written)\n", out);
	return 0;
}

int vt__suppressions_print(const struct vt__gate *gate, FILE *out)
{
	struct vt__frames frames = {.frames = NULL};
	int error = 0;
	size_t i;

	for (i = 0; i < gate->judged_count && !error; i++) {
		const struct vt__judged *judged = &gate->judged[i];
		const bool open = judged->standing == VT__STANDING_NEW ||
				  judged->standing == VT__STANDING_GROWN;

		if (open &&
		    (judged->fails || vt__class_words[judged->row->finding_class].is_finding))
			error = print_rule(judged, &frames, out);
	}
	vt__frames_release(&frames);
	return error ? error : vt__stream_error(out);
}
