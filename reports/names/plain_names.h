/*
 * Names of functions and modules without what is not theirs to keep: the work of
 * compilers, linkers and package versions.
 */
#ifndef VT_REPORTS_PLAIN_NAMES_H
#define VT_REPORTS_PLAIN_NAMES_H

#include <stddef.h>

/* A name without what compilers and versions add; `bytes` is set to the length.
 * Point into the name. */
const char *vt__plain_function(const char *function, size_t *bytes);
const char *vt__plain_module(const char *path, size_t *bytes);

/*
 * The name of a function as it counts: also without parameters, return type and
 * marks of an ABI. Debug information names an inlined function without them, and
 * whether a function is inlined is the compiler's mood. Arguments of templates
 * stay; "(anonymous namespace)" is "(anonymous)". Identities are made of it: what
 * it makes of a name must not change. The caller frees it; NULL if out of memory.
 */
char *vt__plain_name(const char *function);

#endif
