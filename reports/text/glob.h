/*
 * The patterns of LeakSanitizer's suppressions.
 *
 * '*' stands for any bytes, '^' at the beginning for the text's beginning, '$'
 * at the end for its end; otherwise the pattern may begin and end anywhere.
 */
#ifndef VT_REPORTS_GLOB_H
#define VT_REPORTS_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/* Linear in the sum of both lengths: no backtracking. `pattern` has `bytes`
 * bytes, and need not end in a NUL. */
bool vt__glob_matches(const char *pattern, size_t bytes, const char *text);

#endif
