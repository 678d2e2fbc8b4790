/*
 * One-line messages of the command on standard error.
 *
 * A line is written in one call. Control characters in it (a file name may
 * hold any byte) are shown as '?', so that no name can drive the terminal.
 */
#ifndef VT_CLI_MESSAGE_H
#define VT_CLI_MESSAGE_H

/* Writes "vramtrack: " and the text. */
void vt__say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes "vramtrack COMMAND: " and the text; COMMAND NULL is the command line as a whole. */
void vt__say_for(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* From here on a line goes to *into, to be freed, without "vramtrack: "; of several the first.
 * NULL: to standard error again. */
void vt__say_into(char **into);

/* As vt__say_for(), followed by "; see vramtrack COMMAND --help". Returns the code for it. */
int vt__usage_error(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
