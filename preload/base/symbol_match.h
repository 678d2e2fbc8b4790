/*
 * Whether a function of a stack, or the library it is in, has a name of a pattern.
 */
#ifndef VT_PRELOAD_SYMBOL_MATCH_H
#define VT_PRELOAD_SYMBOL_MATCH_H

#include <stdbool.h>
#include <stdint.h>

/* `pattern` is a shell's (fnmatch), for names as they stand in symbol tables:
 * those of C++ and Rust are mangled, and still have the function's name in
 * them. Return addresses, as unwinding gives them; always with one pattern in
 * a process. Slow where an address is new: takes the loader's lock and reads
 * the object's file. Thread-safe. */
bool vt__symbols_match(const uintptr_t *ips, unsigned depth, const char *pattern);

#endif
