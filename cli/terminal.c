/* What the terminal behind a file can show. */
#include "config.h"

#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "reports/files.h"

#define USUAL_COLUMNS 80 /* of a terminal that does not tell */

const char *vt__terminal_choices(void)
{
	return "auto, always, never";
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

static bool is_terminal(FILE *out)
{
	const char *terminal = getenv("TERM");

	return isatty(vt__stream_descriptor(out)) && terminal && strcmp(terminal, "dumb") != 0;
}

bool vt__colour_wanted(const char *choice, FILE *out)
{
	if (choice && strcmp(choice, "auto") != 0)
		return strcmp(choice, "always") == 0;
	return is_terminal(out) && !is_set("NO_COLOR");
}

/* Terminals name themselves by a variable; those of which every version with the name has
 * hyperlinks, or with at least that version. */
static bool knows_links(void)
{
	static const struct {
		const char *variable;
		const char *begins; /* NULL: a version follows */
		long least;
	} rows[] = {
		{"VTE_VERSION", NULL, 5000},
		{"KONSOLE_VERSION", NULL, 201200},
		{"WT_SESSION", "", 0},
		{"DOMTERM", "", 0},
		{"TERM_PROGRAM", "iTerm.app", 0},
		{"TERM_PROGRAM", "WezTerm", 0},
		{"TERM_PROGRAM", "vscode", 0},
		{"TERM_PROGRAM", "ghostty", 0},
		{"TERM", "xterm-kitty", 0},
		{"TERM", "xterm-ghostty", 0},
		{"TERM", "alacritty", 0},
		{"TERM", "foot", 0},
		{"TERM", "contour", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *value = getenv(rows[i].variable);

		if (!value || !*value)
			continue;
		if (rows[i].begins ? !strncmp(value, rows[i].begins, strlen(rows[i].begins))
				   : strtol(value, NULL, 10) >= rows[i].least)
			return true;
	}
	return false;
}

bool vt__hyperlinks_wanted(const char *choice, FILE *out)
{
	const char *terminal = getenv("TERM");

	if (choice && strcmp(choice, "auto") != 0)
		return strcmp(choice, "always") == 0;
	/* a multiplexer stands between, and keeps the outer terminal's variables */
	if (!is_terminal(out) || is_set("SSH_CONNECTION") || is_set("TMUX") ||
	    strncmp(terminal, "screen", 6) == 0)
		return false;
	return knows_links();
}

unsigned vt__columns_of(FILE *out)
{
	const int descriptor = vt__stream_descriptor(out);
	struct winsize size;

	if (!isatty(descriptor))
		return 0;
	if (ioctl(descriptor, TIOCGWINSZ, &size) || !size.ws_col)
		return USUAL_COLUMNS;
	return size.ws_col;
}
