/*
 * Words for errors and signals that take no lock, no memory and no locale. glibc has functions for
 * that since 2.32; an older one has the tables, which newer ones keep for programs built with it.
 */
#ifndef VT_BASE_WORDS_H
#define VT_BASE_WORDS_H

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#if !__GLIBC_PREREQ(2, 32)
extern const char *const sys_sigabbrev[]; /* exported, but in no header */

static inline const char *strerrordesc_np(int error)
{
	return error >= 0 && error < sys_nerr ? sys_errlist[error] : NULL;
}

static inline const char *sigabbrev_np(int signal)
{
	return signal > 0 && signal < NSIG ? sys_sigabbrev[signal] : NULL;
}
#endif

#endif
