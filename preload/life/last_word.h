/*
 * The end of a process that goes through exit(): the recording is closed, and
 * under bare LD_PRELOAD the report is printed, after every destructor of the
 * program and of its libraries.
 */
#ifndef VT_PRELOAD_LAST_WORD_H
#define VT_PRELOAD_LAST_WORD_H

/* In our destructor, where there is a ledger: from now on stdio's clean-up speaks it. */
void vt__last_word_arm(void);

/* The status given to exit(). */
void vt__last_word_status(int status);

#endif
