/*
 * Makes strings from recordings fit for a terminal and for JSON: they may hold
 * any bytes.
 */
#ifndef VT_REPORTS_ESCAPE_H
#define VT_REPORTS_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "reports/text/raw.h"

/*
 * Bytes of the well-formed UTF-8 character at `text` (1 to 4), 0 if there is
 * none. `code` is its number. Never looks past a NUL.
 */
size_t vt__utf8_character(const char *text, unsigned *code);

/* Whether a character can move the cursor or reorder a line. */
bool vt__is_dangerous(unsigned code);

/*
 * Writes `text` so that it can neither move the cursor nor reorder the line:
 * control characters, direction marks and bytes that are no UTF-8 become \xNN.
 */
void vt__print_escaped(FILE *out, const char *text);
void vt__print_raw(FILE *out, struct vt__raw raw);

/* The same so that a shell takes it for the very bytes: plain, 'a b', or $'a\xff'. */
void vt__print_quoted(FILE *out, const char *word);

/* The same for a line that cannot grow: '?' for each byte of them, newlines too. */
void vt__make_harmless(char *line);

/* A copy with U+FFFD for each byte that is no UTF-8; the caller frees it.
 * NULL if out of memory. */
char *vt__utf8_copy(const char *text);

/*
 * A copy for documents, without what only does harm in one: U+FFFD stands for
 * each byte that is no UTF-8, for control characters and direction marks, and
 * for what XML cannot hold. Newlines and tabs stay if `lines`. The caller frees
 * it; NULL if out of memory.
 */
char *vt__clean_copy(const char *text, bool lines);

/*
 * The arguments in `command` (separated by U+001F) as one line that a shell
 * would take; the caller frees it. NULL if out of memory.
 */
char *vt__shell_command(struct vt__raw command);

#endif
