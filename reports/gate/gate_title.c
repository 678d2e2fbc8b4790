/*
 * Names a finding in one line: where in the program it is.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/escape.h"
#include "reports/gate/gate.h"
#include "reports/names/plain_names.h"
#include "reports/names/shown_name.h"
#include "reports/names/site.h"

#define MODULE_BYTES 160

/* Takes over the name. */
static void print_cut(FILE *out, char *name)
{
	if (name)
		vt__print_escaped(out, name);
	free(name);
}

/* A whole path differs from machine to machine; the name of the file does not. */
static void print_file(FILE *out, const struct vt__process *process, const char *file, bool path)
{
	const char *folder = vt__raw_to_compare(vt__recording_string(
		process->recording, vt__recording_header(process->recording)->working_directory));
	const size_t length = strlen(folder);
	const char *slash = path ? NULL : strrchr(file, '/');

	if (slash)
		file = slash + 1;
	else if (length > 1 && !strncmp(file, folder, length) && file[length] == '/')
		file += length + 1;
	vt__print_escaped(out, file);
}

static void print_title(FILE *out, const struct vt__judged *judged, const struct vt__frame *frame,
			bool with_line)
{
	size_t bytes;

	if (!frame) {
		fputs("(no stack was kept)", out);
		return;
	}
	if (frame->function)
		print_cut(out, vt__shown_plain(frame->function, VT__NAME_WIDTH));
	if (frame->function && frame->file) {
		fputs(" at ", out);
		print_file(out, judged->process, frame->file, with_line);
		if (with_line && frame->line)
			fprintf(out, ":%" PRIu32, frame->line);
	} else {
		const char *module = frame->module ? vt__plain_module(frame->module, &bytes) : NULL;

		fputs(frame->function ? " in " : "", out);
		if (module)
			print_cut(out,
				  strndup(module, bytes < MODULE_BYTES ? bytes : MODULE_BYTES));
		else
			fputs("code of no module", out);
	}
}

static void write_title(const struct vt__judged *judged, bool with_line, char *out, size_t room)
{
	struct vt__frames frames = {.frames = NULL};
	char *text = NULL;
	size_t bytes;
	FILE *stream = open_memstream(&text, &bytes);
	const int error = vt__stack_frames(judged->process->stacks, judged->row->stack, &frames);

	size_t site;

	if (stream && !error) {
		site = vt__site_of(&frames);
		print_title(stream, judged, site == VT__NO_SITE ? NULL : &frames.frames[site],
			    with_line);
	}
	if (stream && fclose(stream) == 0 && bytes) {
		if (bytes >= room)
			for (bytes = room - 1; bytes && (text[bytes] & 0xc0) == 0x80; bytes--)
				;
		memcpy(out, text, bytes);
		out[bytes] = '\0';
	} else {
		snprintf(out, room, "(no stack was kept)");
	}
	free(text);
	vt__frames_release(&frames);
}

void vt__judged_title(const struct vt__judged *judged, char *out, size_t room)
{
	write_title(judged, true, out, room);
}

void vt__judged_place(const struct vt__judged *judged, char *out, size_t room)
{
	write_title(judged, false, out, room);
}
