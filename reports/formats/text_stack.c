/*
 * Text report: stacks, frames and the names of APIs.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/formats/fold.h"
#include "reports/names/shown_name.h"
#include "reports/text/escape.h"
#include "reports/text/path.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

static void write_function(const struct vt__text *text, const char *function, bool plain)
{
	const size_t width = text->full_stacks ? VT__NAME_WIDTH_FULL : VT__NAME_WIDTH;
	char *name = plain ? vt__shown_plain(function, VT__NAME_WIDTH)
			   : vt__shown_name(function, width);

	vt__print_escaped(text->out, name ? name : "(out of memory)");
	free(name);
}

/* Files below the folder in which the program ran are named from there. */
static void write_file(const struct vt__text *text, const char *file)
{
	const struct vt__recording *recording = text->process ? text->process->recording : NULL;
	const char *folder =
		recording      ? vt__raw_to_compare(vt__recording_string(
					 recording, vt__recording_header(recording)->working_directory))
		: text->folder ? text->folder
			       : "";
	const size_t length = strlen(folder);

	if (length > 1 && !strncmp(file, folder, length) && file[length] == '/')
		file += length + 1;
	vt__print_escaped(text->out, file);
}

static void write_module(const struct vt__text *text, const struct vt__frame *frame)
{
	if (frame->module)
		vt__print_escaped(text->out, vt__last_part(frame->module));
	else
		fputs("no module", text->out);
	fprintf(text->out, "+0x%" PRIx64, frame->offset);
}

static void write_frame(const struct vt__text *text, const struct vt__frame *frame, bool plain)
{
	if (!frame->function && !frame->file) {
		write_module(text, frame);
		return;
	}
	if (frame->function)
		write_function(text, frame->function, plain);
	else
		write_module(text, frame);
	vt__style(text, VT__DIM);
	fputs(frame->file ? " at " : " in ", text->out);
	if (frame->file)
		write_file(text, frame->file);
	else
		write_module(text, frame);
	if (frame->file && frame->line)
		fprintf(text->out, ":%" PRIu32, frame->line);
	if (frame->inlined)
		fputs(" (inlined)", text->out);
	vt__style(text, VT__PLAIN);
}

void vt__text_site(const struct vt__text *text, const struct vt__frame *frame)
{
	write_frame(text, frame, true);
}

/* Past the last of the runtime's frames that begin at `first`. */
static size_t end_of_runtime(const struct vt__frames *frames, size_t first, size_t end)
{
	while (first < end && frames->frames[first].runtime)
		first++;
	return first;
}

static void write_line(const struct vt__text *text, const struct vt__fold *fold,
		       const struct vt__fold_line *line)
{
	if (line->shown) {
		fprintf(text->out, "    #%-3zu", line->first);
		write_frame(text, line->shown, false);
		if (line->count > 1)
			fprintf(text->out, " (and %zu more of the CUDA runtime)", line->count - 1);
	} else {
		vt__style(text, VT__DIM);
		fprintf(text->out, "    ... %zu frames of ", line->count);
		vt__fold_owners(fold, line, text->out);
		vt__style(text, VT__PLAIN);
	}
	fputc('\n', text->out);
}

/* What is not in the stack. */
static void write_end(const struct vt__text *text, size_t left)
{
	const struct vt__frames *frames = &text->frames;

	if (left)
		fprintf(text->out, "    ... %zu more frame%s\n", left, vt__plural(left));
	else if (frames->truncated && frames->count)
		fprintf(text->out, "    ... deeper frames were not kept (option %s)\n",
			frames->is_limited ? "recording" : "depth");
	if (frames->is_lost)
		fputs("    the stack ends here: no unwind information (all of its callers are "
		      "one here)\n",
		      text->out);
}

int vt__text_stack(struct vt__text *text, uint32_t stack)
{
	struct vt__frames *frames = &text->frames;
	const int error = vt__stack_frames(text->process->stacks, stack, frames);
	struct vt__fold_line line;
	struct vt__fold fold;
	size_t lines = 0;

	if (error)
		return error;
	if (!frames->count)
		fputs(frames->is_limited
			      ? "    (other call sites: the recording came to its limit, "
				"option recording)\n"
			      : "    (no stack was kept)\n",
		      text->out);
	vt__fold_begin(&fold, frames, text->full_stacks);
	while ((text->full_stacks || lines++ < VT__TEXT_FRAMES) && vt__fold_next(&fold, &line))
		write_line(text, &fold, &line);
	write_end(text, vt__fold_left(&fold));
	return 0;
}

void vt__text_api_name(const struct vt__text *text, struct vt__raw api)
{
	if (vt__raw_is_empty(api))
		fputs("an unknown API", text->out);
	else
		vt__print_raw(text->out, api);
}

void vt__text_api(const struct vt__text *text, struct vt__raw api)
{
	const struct vt__frames *frames = &text->frames;
	const size_t end = end_of_runtime(frames, 0, frames->count);
	const char *function = end ? frames->frames[end - 1].function : NULL;

	if (function && !strncmp(function, "cuda", 4)) {
		vt__print_escaped(text->out, function);
		fputs(" (", text->out);
		vt__print_raw(text->out, api);
		fputc(')', text->out);
	} else {
		vt__text_api_name(text, api);
	}
}

void vt__text_place(const struct vt__text *text, uint32_t kind, uint32_t device)
{
	const struct vt_format_device *record = vt__recording_device(text->process->recording,
								     device);

	fprintf(text->out, " of %s", kind < VT_KIND_COUNT ? vt__kind_words[kind].text : "memory");
	if (record && record->ordinal >= 0)
		fprintf(text->out, " on GPU %" PRId32, record->ordinal);
}

int vt__text_titled_stack(struct vt__text *text, const char *title, uint32_t stack)
{
	if (stack == VT_FORMAT_NONE)
		return 0;
	fprintf(text->out, "  %s:\n", title);
	return vt__text_stack(text, stack);
}
