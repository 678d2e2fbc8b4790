/*
 * One time limit for all questions to debuginfod servers, which libdw asks if DEBUGINFOD_URLS is
 * set.
 */
#ifndef VT_REPORTS_DEBUGINFOD_H
#define VT_REPORTS_DEBUGINFOD_H

/* Not asked from here on: names are what files on this machine have. */
void vt__debuginfod_forbid(void);

/* Around what may ask: the question gets what is left of the time. Gives up, and says so once on
 * standard error, after the first question that was not answered in time. */
void vt__debuginfod_begin(void);
void vt__debuginfod_end(void);

#endif
