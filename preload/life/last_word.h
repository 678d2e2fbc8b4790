/*
 * The end of a process that goes through exit(): the recording is closed, and
 * under bare LD_PRELOAD the report is printed, after every destructor of the
 * program and of its libraries.
 */
#ifndef VT_PRELOAD_LAST_WORD_H
#define VT_PRELOAD_LAST_WORD_H

#include "ledger/ledger.h"

/* Once there is a ledger: asks to be told the exit status. */
void vt__last_word_prepare(void);

/* In the middle of the program: prints the report of what is there now, below
 * a line that says why, and waits for it. The recording stays. */
void vt__last_word_now(struct vt__ledger *ledger, const char *why);

#endif
