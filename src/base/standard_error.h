/*
 * The tool's own lines on standard error.
 *
 * Nothing is written where standard error is no longer what it was when the
 * program started: its number may have become a file of the program's. errno
 * is left alone, and a closed pipe raises no SIGPIPE.
 */
#ifndef VT_LEDGER_STANDARD_ERROR_H
#define VT_LEDGER_STANDARD_ERROR_H

#include <stdbool.h>

#include "base/text.h"

/* One line or several, in one write. */
void vt__say_text(const struct vt__text *text);

/* Whether vt__say_text() would write. */
bool vt__can_print(void);

/* Takes standard error as it is now for the one that the program started with.
 * Runs by itself when the program starts. */
void vt__remember_standard_error(void);

#endif
