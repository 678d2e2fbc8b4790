/*
 * Names of functions as they are shown: one form for one thing, cut where it hurts
 * least.
 */
#ifndef VT_REPORTS_SHOWN_NAME_H
#define VT_REPORTS_SHOWN_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* What a line has room for; a whole name where all is asked for. */
#define VT__NAME_WIDTH 100u
#define VT__NAME_WIDTH_FULL 4096u

/*
 * A name of at most `width` bytes. What is longer loses the arguments of templates
 * first ("map<...>"), the outermost of them last; then parameters ("(...)"), then
 * the return type, and at last its end ("..."), never inside a character. The
 * caller frees it; NULL if out of memory.
 */
char *vt__shown_name(const char *function, size_t width);

/* The same without parameters, return type and what compilers add: how it is
 * called where only one line tells of it. */
char *vt__shown_plain(const char *function, size_t width);

#endif
