/*
 * Text report: stacks, frames and the names of APIs.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/formats/fit.h"
#include "reports/formats/fold.h"
#include "reports/names/shown_name.h"
#include "reports/names/site.h"
#include "reports/text/escape.h"
#include "reports/text/path.h"
#include "reports/formats/text.h"
#include "reports/text/units.h"

#define ANONYMOUS "(anonymous namespace)::"
#define NUMBER_COLUMNS 9 /* before the name of a frame */
#define ROOM_FOR_MORE 60 /* columns of a line that also tells how many frames follow */
#define NAME_LEAST 24u   /* a shorter name tells nothing */

/* Room for a name in a line with the `besides` columns of what tells where it is. */
static size_t name_width(const struct vt__text *text, size_t besides)
{
	if (text->full_stacks)
		return VT__NAME_WIDTH_FULL;
	if (!text->width || !text->brief || text->width >= VT__NAME_WIDTH + besides)
		return VT__NAME_WIDTH;
	return text->width > besides + NAME_LEAST ? text->width - besides : NAME_LEAST;
}

/* Takes every ANONYMOUS out: where a line is all there is, a name has no room for it. */
static size_t leave_out(char *name)
{
	size_t times = 0;
	char *at;

	for (; (at = strstr(name, ANONYMOUS)); times++)
		memmove(at, at + strlen(ANONYMOUS), strlen(at + strlen(ANONYMOUS)) + 1);
	return times;
}

static char *brief_name(const char *function, size_t width)
{
	char *name = vt__shown_plain(function, VT__NAME_WIDTH_FULL);
	const size_t times = name ? leave_out(name) : 0;

	free(name);
	name = vt__shown_plain(function, width + times * strlen(ANONYMOUS));
	if (name)
		leave_out(name);
	return name;
}

static void write_function(const struct vt__text *text, const char *function, bool plain,
			   size_t besides)
{
	const size_t width = name_width(text, besides);
	char *name = text->brief ? brief_name(function, width)
		     : plain     ? vt__shown_plain(function, width)
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

/* " at file.c:12 (inlined)", " in libx.so+0x34" */
static void write_where(const struct vt__text *text, const struct vt__frame *frame)
{
	bool linked;

	fputs(frame->file ? " at " : " in ", text->out);
	if (!frame->file) {
		write_module(text, frame);
	} else {
		linked = vt__text_link(text, frame);
		write_file(text, frame->file);
		if (frame->line)
			fprintf(text->out, ":%" PRIu32, frame->line);
		if (linked)
			vt__text_link_end(text);
	}
	if (frame->inlined && !text->brief)
		fputs(" (inlined)", text->out);
}

static size_t where_columns(const struct vt__text *text, const struct vt__frame *frame)
{
	struct vt__text measured = *text;
	char *words = NULL;
	size_t length, columns;

	if (!text->width || !text->brief)
		return 0;
	measured.hyperlinks = false;
	measured.out = open_memstream(&words, &length);
	if (!measured.out)
		return 0;
	write_where(&measured, frame);
	columns = fclose(measured.out) || !words ? 0 : vt__fit_columns(words);
	free(words);
	return columns;
}

static void write_frame(const struct vt__text *text, const struct vt__frame *frame, bool plain)
{
	if (!frame->function && !frame->file) {
		write_module(text, frame);
		return;
	}
	if (frame->function)
		write_function(text, frame->function, plain,
			       NUMBER_COLUMNS + where_columns(text, frame));
	else
		write_module(text, frame);
	if (text->brief)
		vt__text_keep(text);
	vt__style(text, VT__DIM);
	write_where(text, frame);
	vt__style(text, VT__PLAIN);
}

void vt__text_function(const struct vt__text *text, const struct vt__frame *frame)
{
	if (frame->function)
		write_function(text, frame->function, true, NUMBER_COLUMNS);
	else
		write_module(text, frame);
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

/* Without its end: what follows may be in the same line. */
static void write_line(const struct vt__text *text, const struct vt__fold *fold,
		       const struct vt__fold_line *line)
{
	if (line->shown) {
		fprintf(text->out, "    #%-3zu", line->first);
		write_frame(text, line->shown, false);
		if (line->count > 1 && !text->brief)
			fprintf(text->out, " (and %zu more of the CUDA runtime)", line->count - 1);
	} else {
		vt__style(text, VT__DIM);
		fprintf(text->out, "    ... %zu frames of ", line->count);
		vt__fold_owners(fold, line, text->out);
		vt__style(text, VT__PLAIN);
	}
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

/* From where it allocates, and only so much: who called it is at the end of the last line. */
static void write_brief(const struct vt__text *text, struct vt__fold *fold)
{
	const size_t site = fold->site == VT__NO_SITE ? 0 : fold->site;
	struct vt__fold_line line;
	size_t lines = 0;

	while (lines < text->brief && vt__fold_next(fold, &line)) {
		if (line.first + line.count <= site)
			continue;
		if (lines++)
			fputc('\n', text->out);
		write_line(text, fold, &line);
	}
	if (lines && vt__fold_left(fold) && (!text->width || text->width > ROOM_FOR_MORE)) {
		vt__style(text, VT__DIM);
		fprintf(text->out, ", and %zu more", vt__fold_left(fold));
		vt__style(text, VT__PLAIN);
	}
	if (lines)
		fputc('\n', text->out);
	if (text->frames.is_lost)
		fputs("    the stack ends here: no unwind information\n", text->out);
}

static void write_lines(const struct vt__text *text, struct vt__fold *fold)
{
	const size_t most = text->full_stacks ? SIZE_MAX : vt__text_limit(text, VT__TEXT_FRAMES);
	struct vt__fold_line line;

	for (size_t lines = 0; lines < most && vt__fold_next(fold, &line); lines++) {
		write_line(text, fold, &line);
		fputc('\n', text->out);
	}
	write_end(text, vt__fold_left(fold));
}

int vt__text_stack(struct vt__text *text, uint32_t stack)
{
	struct vt__frames *frames = &text->frames;
	const int error = vt__stack_frames(text->process->stacks, stack, frames);
	struct vt__fold fold;

	if (error)
		return error;
	if (!frames->count)
		fputs(frames->is_limited
			      ? "    (other call sites: the recording came to its limit, "
				"option recording)\n"
			      : "    (no stack was kept)\n",
		      text->out);
	vt__fold_begin(&fold, frames, text->full_stacks);
	(text->brief ? write_brief : write_lines)(text, &fold);
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
		if (text->brief)
			return;
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

int vt__text_titled_site(struct vt__text *text, const char *title, uint32_t stack)
{
	size_t site;
	int error;

	if (stack == VT_FORMAT_NONE)
		return 0;
	error = vt__stack_frames(text->process->stacks, stack, &text->frames);
	site = error ? VT__NO_SITE : vt__site_of(&text->frames);
	if (site != VT__NO_SITE) {
		fputs(title, text->out);
		vt__text_site(text, &text->frames.frames[site]);
	}
	return error;
}

int vt__text_site_line(struct vt__text *text, uint32_t stack)
{
	const int error = vt__stack_frames(text->process->stacks, stack, &text->frames);
	size_t site;

	if (error)
		return error;
	site = vt__site_of(&text->frames);
	if (site == VT__NO_SITE)
		fputs("(no stack was kept)", text->out);
	else
		vt__text_site(text, &text->frames.frames[site]);
	fputc('\n', text->out);
	return 0;
}

int vt__text_titled_stack(struct vt__text *text, const char *title, uint32_t stack)
{
	if (stack == VT_FORMAT_NONE)
		return 0;
	fprintf(text->out, "  %s:%s", title, text->brief ? " " : "\n");
	return (text->brief ? vt__text_site_line : vt__text_stack)(text, stack);
}
