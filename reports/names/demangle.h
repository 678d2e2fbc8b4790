/*
 * Turns linkage names of C++ and Rust into the names that people wrote.
 */
#ifndef VT_REPORTS_DEMANGLE_H
#define VT_REPORTS_DEMANGLE_H

#include <stdbool.h>

/* Whether the name looks mangled (C++ "_Z", Rust "_R"). */
bool vt__is_mangled(const char *name);

/* The name as written, with parameters; `name` itself if it is not mangled, or if
 * writing it takes more than 64 KiB or 0.2 seconds. For one thread.
 * A symbol version ("@GLIBC_2.34") is left out. The caller frees it; NULL if
 * out of memory. */
char *vt__demangle(const char *name);

#endif
