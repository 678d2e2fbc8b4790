/*
 * Names a finding in one line: where in the program it is.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/describe.h"
#include "reports/text/escape.h"
#include "reports/gate/gate.h"
#include "reports/findings/identity.h"

/* Names of templates can fill a screen. */
#define FUNCTION_BYTES 160

/* Code that comes with the compiler or the system says little about the program. */
static bool is_own(const struct vt__frame *frame)
{
	return frame->function && frame->file && strncmp(frame->file, "/usr/", 5) != 0;
}

/* The innermost frame with a line of the program's; else with a name; else any. */
static const struct vt__frame *choose(const struct vt__frames *frames)
{
	const struct vt__frame *named = NULL, *any = NULL;
	const size_t end = vt__frames_end(frames);
	size_t i;

	for (i = 0; i < end; i++) {
		const struct vt__frame *frame = &frames->frames[i];

		if (frame->runtime || frame->library || vt__frame_is_start(frame))
			continue;
		if (is_own(frame))
			return frame;
		if (!named && frame->function)
			named = frame;
		if (!any)
			any = frame;
	}
	return named ? named : any;
}

/* Copies with a limit, not inside a character. */
static void print_cut(FILE *out, const char *text, size_t length, size_t limit)
{
	char *copy;

	if (length > limit)
		for (length = limit; length && (text[length] & 0xc0) == 0x80; length--)
			;
	copy = strndup(text, length);
	if (copy)
		vt__print_escaped(out, copy);
	if (copy && text[length] && length > limit - 4)
		fputs("...", out);
	free(copy);
}

/* With its parameters for those who look; without for what is to stay the same. */
static void print_function(FILE *out, const char *function, bool whole)
{
	size_t bytes;
	char *name = whole ? NULL : vt__identity_name(function);

	if (name) {
		print_cut(out, name, strlen(name), FUNCTION_BYTES);
	} else {
		function = vt__identity_function(function, &bytes);
		print_cut(out, function, bytes, FUNCTION_BYTES);
	}
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
		print_function(out, frame->function, with_line);
	if (frame->function && frame->file) {
		fputs(" at ", out);
		print_file(out, judged->process, frame->file, with_line);
		if (with_line && frame->line)
			fprintf(out, ":%" PRIu32, frame->line);
	} else {
		const char *module = frame->module ? vt__identity_module(frame->module, &bytes)
						   : NULL;

		fputs(frame->function ? " in " : "", out);
		if (module)
			print_cut(out, module, bytes, FUNCTION_BYTES);
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

	if (stream && !error)
		print_title(stream, judged, choose(&frames), with_line);
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
