/*
 * Text report: stacks, frames and the names of APIs.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "reports/text/escape.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

/* Names of templates can fill a screen. */
#define FUNCTION_BYTES 160

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static void write_function(const struct vt__text *text, const char *function)
{
	char cut[FUNCTION_BYTES + 1];
	size_t length = strlen(function);

	if (length <= FUNCTION_BYTES) {
		vt__print_escaped(text->out, function);
		return;
	}
	/* Not inside a character. */
	for (length = FUNCTION_BYTES; length && (function[length] & 0xc0) == 0x80; length--)
		;
	memcpy(cut, function, length);
	cut[length] = '\0';
	vt__print_escaped(text->out, cut);
	fputs("...", text->out);
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
		vt__print_escaped(text->out, base_name(frame->module));
	else
		fputs("no module", text->out);
	fprintf(text->out, "+0x%" PRIx64, frame->offset);
}

void vt__text_frame(const struct vt__text *text, const struct vt__frame *frame)
{
	if (!frame->function && !frame->file) {
		write_module(text, frame);
		return;
	}
	if (frame->function)
		write_function(text, frame->function);
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

/* Past the last of the runtime's frames that begin at `first`. */
static size_t end_of_runtime(const struct vt__frames *frames, size_t first, size_t end)
{
	while (first < end && frames->frames[first].runtime)
		first++;
	return first;
}

int vt__text_stack(struct vt__text *text, uint32_t stack)
{
	struct vt__frames *frames = &text->frames;
	const int error = vt__stack_frames(text->process->stacks, stack, frames);
	size_t i, next, lines = 0, end = frames->count;

	if (error)
		return error;
	if (vt__frames_end(frames))
		end = vt__frames_end(frames);
	if (!end)
		fputs(frames->is_limited
			      ? "    (other call sites: the recording came to its limit, "
				"option recording)\n"
			      : "    (no stack was kept)\n",
		      text->out);
	for (i = 0; i < end && lines < VT__TEXT_FRAMES; i = next, lines++) {
		next = end_of_runtime(frames, i, end);
		next = next > i ? next : i + 1;
		fprintf(text->out, "    #%-3zu", lines);
		vt__text_frame(text, &frames->frames[next - 1]);
		if (next > i + 1)
			fprintf(text->out, " (and %zu more of the CUDA runtime)", next - i - 1);
		fputc('\n', text->out);
	}
	if (i < end)
		fprintf(text->out, "    ... %zu more frame%s\n", end - i, vt__plural(end - i));
	else if (frames->truncated && end)
		fprintf(text->out, "    ... deeper frames were not kept (option %s)\n",
			frames->is_limited ? "recording" : "depth");
	if (frames->is_lost)
		fputs("    the stack ends here: no unwind information (all of its callers are "
		      "one here)\n",
		      text->out);
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
