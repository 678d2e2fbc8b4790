/* Options of every command that writes the text report, and what it is shown on. */
#ifndef VT_CLI_TEXT_OPTIONS_H
#define VT_CLI_TEXT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/options.h"
#include "reports/report.h"

struct vt__text_settings {
	unsigned long sections;
	bool all;
	const char *bytes, *hyperlinks; /* NULL: not given */
};

/* The choices of --bytes. */
const char *vt__bytes_choices(void);

#define VT__TEXT_SECTION_HELP(id, word, what) "; " word ": " what

/* Rows of a struct vt__option table; `base` is where the struct vt__text_settings stands in the
 * command's settings, `not` options with which they have no effect. */
#define VT__TEXT_OPTION_ROWS(base, not )                                                              \
	{.name = "show",                                                                              \
	 .type = VT__OPTION_WORDS,                                                                    \
	 .shown = "PART,...",                                                                         \
	 .choices = vt__report_sections,                                                              \
	 .help = "parts of the text to show in whole, not in a line; all: each of them" VT__SECTIONS( \
		 VT__TEXT_SECTION_HELP),                                                              \
	 .not_with = "merge," not,                                                                    \
	 .offset = (base) + offsetof(struct vt__text_settings, sections)},                            \
		{.name = "all",                                                                       \
		 .type = VT__OPTION_SWITCH,                                                           \
		 .help = "show every finding and row of the text; without it ten findings",           \
		 .not_with = not,                                                                     \
		 .offset = (base) + offsetof(struct vt__text_settings, all)},                         \
		{.name = "bytes",                                                                     \
		 .type = VT__OPTION_CHOICE,                                                           \
		 .choices = vt__bytes_choices,                                                        \
		 .help = "how the text tells bytes: human (the default), 64.0 MiB, or exact, "        \
			 "67108864 B",                                                                \
		 .not_with = not,                                                                     \
		 .offset = (base) + offsetof(struct vt__text_settings, bytes)},                       \
	{                                                                                             \
		.name = "hyperlinks", .type = VT__OPTION_CHOICE, .choices = vt__terminal_choices,     \
		.help = "links from frames to their files in text; auto (the default): on a "         \
			"terminal that is known to have them, not by SSH, tmux or screen",            \
		.not_with = "merge," not,                                                             \
		.offset = (base) + offsetof(struct vt__text_settings, hyperlinks)                     \
	}

/* How the text goes to a file. `colour` is the choice of --color. */
struct vt__text_view vt__text_view_for(const struct vt__text_settings *settings, const char *colour,
				       bool full_stacks, FILE *out);

#endif
