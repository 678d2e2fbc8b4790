/*
 * Text report: links from a frame to its file, as terminals take them (OSC 8).
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "reports/formats/text.h"

/* Nothing of a name that a recording holds gets through but what a path in a URI may hold. */
static void write_encoded(FILE *out, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				    "-._~/+,@=";

	for (; *path; path++) {
		if (strchr(plain, *path))
			fputc(*path, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*path);
	}
}

/* The files of a recording are those of the machine where it was made. */
static bool is_here(const struct vt__text *text, const char *host)
{
	const struct vt__recording *recording = text->process ? text->process->recording : NULL;
	const struct vt__raw recorded =
		recording ? vt__recording_string(recording, vt__recording_header(recording)->host)
			  : (struct vt__raw){0};

	return recording && !strcmp(vt__raw_to_compare(recorded), host);
}

/* Python names a file as it was given one; compilers tell where theirs were, and who names them
 * makes them absolute, unless they left that out. "": it is absolute. NULL: not known. */
static const char *folder_of(const struct vt__text *text, const struct vt__frame *frame)
{
	const struct vt__recording *recording = text->process ? text->process->recording : NULL;

	const char *folder;

	if (frame->file[0] == '/')
		return "";
	if (!recording || frame->language != VT__LANGUAGE_PYTHON)
		return NULL;
	folder = vt__raw_to_compare(vt__recording_string(
		recording, vt__recording_header(recording)->working_directory));
	return *folder == '/' ? folder : NULL;
}

bool vt__text_link(const struct vt__text *text, const struct vt__frame *frame)
{
	const char *folder;
	char host[256];

	if (!text->hyperlinks)
		return false;
	folder = folder_of(text, frame);
	if (!folder || strlen(folder) + strlen(frame->file) > VT__TEXT_LINK_BYTES)
		return false;
	if (gethostname(host, sizeof(host)))
		return false;
	host[sizeof(host) - 1] = '\0';
	if (!is_here(text, host))
		return false;
	fputs("\033]8;;file://", text->out);
	write_encoded(text->out, host);
	write_encoded(text->out, folder);
	fputs(*folder ? "/" : "", text->out);
	write_encoded(text->out, frame->file);
	if (frame->line)
		fprintf(text->out, "#%" PRIu32, frame->line);
	fputs("\033\\", text->out);
	return true;
}

void vt__text_link_end(const struct vt__text *text)
{
	fputs("\033]8;;\033\\", text->out);
}
