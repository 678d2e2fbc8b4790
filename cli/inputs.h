/* Recordings and folders that the user names, and the file for what is made of them. */
#ifndef VT_CLI_INPUTS_H
#define VT_CLI_INPUTS_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/collect.h"
#include "cli/options.h"
#include "cli/show.h"
#include "cli/terminal.h"
#include "reports/files.h"

/* Rows of a command's options: `what` it writes goes to settings.output, in
 * settings.colour; settings.recursive is for vt__inputs_add(). */
#define VT__INPUT_OPTIONS(settings, what)                                                          \
	{.name = "output",                                                                         \
	 .letter = 'o',                                                                            \
	 .type = VT__OPTION_TEXT,                                                                  \
	 .shown = "FILE",                                                                          \
	 .help = "write the " what " to FILE, not to standard output",                             \
	 .offset = offsetof(settings, output)},                                                    \
		{.name = "color",                                                                  \
		 .type = VT__OPTION_CHOICE,                                                        \
		 .choices = vt__terminal_choices,                                                  \
		 .help = "colour in text; auto (the default): on a terminal, unless NO_COLOR is "  \
			 "set",                                                                    \
		 .not_with = "format!=text",                                                       \
		 .offset = offsetof(settings, colour)},                                            \
	{                                                                                          \
		.name = "recursive", .letter = 'r', .type = VT__OPTION_SWITCH,                     \
		.help = "a FOLDER stands for the recordings of the folders in it too",             \
		.offset = offsetof(settings, recursive)                                            \
	}

/* Adds a recording, or all recordings of a folder, with `recursive` of those in it
 * too. Returns 0 or an exit code, and has said why. */
int vt__inputs_add(const char *path, bool recursive, struct vt__recordings *recordings);

/* Where a report goes: the file of --output, which is there whole or as it was, or standard output.
 */
struct vt__output {
	FILE *out;
	const char *name;            /* for messages */
	struct vt__atomic_file file; /* zeros: standard output */
};

/*
 * Opens the file `path`; NULL is standard output. `sets` of recordings must
 * not be written over: the command's name is for that message. Returns 0 or an
 * exit code, and has said why.
 */
int vt__output_open(const char *command, const char *path, const struct vt__recordings *const *sets,
		    size_t set_count, struct vt__output *output);

/* Puts the file in its place, or leaves it as it was where `status`, that of the report, is
 * negative: it failed, which has been said. Returns 0 or an exit code, and has said why. */
int vt__output_close(struct vt__output *output, int status);

#endif
