/* What `vramtrack top` calls programs and call sites. */
#include "config.h"

#include "cli/top_names.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/names/shown_name.h"
#include "reports/names/site.h"
#include "reports/text/escape.h"
#include "reports/text/path.h"

char *vt__top_text(const char *text)
{
	char *copy = vt__utf8_copy(text);

	if (copy)
		vt__make_harmless(copy);
	return copy;
}

char *vt__top_program(const struct vt__recording *recording)
{
	const struct vt_format_header *header = vt__recording_header(recording);
	const char *path = vt__raw_to_escape(vt__recording_string(recording, header->program));
	const char *command = vt__raw_to_escape(vt__recording_string(recording, header->command));
	const char *arguments = strchrnul(command, '\x1f');
	const bool runs = vt__recording_state(recording) == VT__PROCESS_RUNNING;
	char *words = NULL, *name;

	if (asprintf(&words, "%s%s%s", runs ? "" : "(ended) ", vt__last_part(path), arguments) < 0)
		return NULL;
	for (char *at = words; (at = strchr(at, '\x1f'));)
		*at = ' ';
	name = vt__top_text(words);
	free(words);
	return name;
}

/* "serve llm.py:15"; a namespace without a name is left out. */
static void write_frame(const struct vt__frame *frame, bool with_file, FILE *out)
{
	static const char none[] = "(anonymous namespace)::";
	char *shown = vt__shown_plain(frame->function, VT__NAME_WIDTH);
	const char *name = shown ? shown : frame->function;

	fputs(name + (strncmp(name, none, strlen(none)) ? 0 : strlen(none)), out);
	if (frame->line && with_file && frame->file)
		fprintf(out, " %s", vt__last_part(frame->file));
	if (frame->line)
		fprintf(out, ":%" PRIu32, frame->line);
	free(shown);
}

char *vt__top_site(const struct vt__frames *frames)
{
	const struct vt__frame *all = frames->frames;
	const size_t site = vt__site_of(frames);
	size_t caller = site == VT__NO_SITE ? 0 : site + 1, length;
	char *words = NULL;
	FILE *out;

	if (site == VT__NO_SITE || !all[site].function)
		return NULL;
	out = open_memstream(&words, &length);
	if (!out)
		return NULL;
	write_frame(&all[site], true, out);
	while (caller < frames->count &&
	       (all[caller].role != VT__ROLE_USER || !all[caller].function))
		caller++;
	if (caller < frames->count) {
		fputs(", by ", out);
		write_frame(&all[caller], false, out);
	}
	if (fclose(out)) {
		free(words);
		words = NULL;
	}
	return words;
}
