/*
 * A line on standard error that tells how far long work is. It is there only on a terminal, only
 * after a second, and is gone when the work is done.
 *
 * A thread of its own writes it, so that one long step is told too. Whoever writes to a terminal
 * meanwhile takes the line away first.
 */
#ifndef VT_REPORTS_PROGRESS_H
#define VT_REPORTS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/* Work begins; nothing where standard error is no terminal that can take a line back. */
void vt__progress_begin(void);

/* Whether there may be a line. */
bool vt__progress_is_on(void);

/* What is being done: "reading recordings", `done` of `all`; with 0 of 0 without numbers. `what`, a
 * name out of a recording, may be NULL. */
void vt__progress(const char *doing, const char *what, size_t done, size_t all);

/* Takes the line away, for a message. It comes again. */
void vt__progress_clear(void);

/* Work is done: the line is gone. */
void vt__progress_end(void);

#endif
