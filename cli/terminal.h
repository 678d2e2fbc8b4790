/* What the terminal behind a file can show. */
#ifndef VT_CLI_TERMINAL_H
#define VT_CLI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* The choices of --color and --hyperlinks. */
const char *vt__terminal_choices(void);

/*
 * True if text written to a file may hold escapes for colour: `choice` is "always"; or "auto", the
 * file is a terminal that knows colour and NO_COLOR is not set.
 */
bool vt__colour_wanted(const char *choice, FILE *out);

/*
 * The same for hyperlinks (OSC 8). With "auto" the terminal must be one that is known to have
 * them, by what it sets in the environment, and this machine the one in front of the user: a link
 * into the files of another machine leads nowhere.
 */
bool vt__hyperlinks_wanted(const char *choice, FILE *out);

/* Columns of the terminal; 0 if the file is none. */
unsigned vt__columns_of(FILE *out);

#endif
