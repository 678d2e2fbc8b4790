/*
 * Reads of the interpreter's memory: plain ones, of what a frame under way keeps alive, and tests
 * of what was never seen before.
 */
#ifndef VT_PYTHON_READS_H
#define VT_PYTHON_READS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

VT__READS_FOREIGN static inline uintptr_t vt__read_word(uintptr_t address)
{
	return *(const uintptr_t *)address;
}

VT__READS_FOREIGN static inline uint32_t vt__read_half(uintptr_t address)
{
	return *(const uint32_t *)address;
}

VT__READS_FOREIGN static inline uint8_t vt__read_byte(uintptr_t address)
{
	return *(const uint8_t *)address;
}

/* Whether a word can be a pointer to an object or a frame. */
static inline bool vt__is_pointer(uintptr_t word)
{
	return word >= 0x10000 && word % sizeof(uintptr_t) == 0 && word < (uintptr_t)1 << 47;
}

/* Pages that were tested and could be read, so that most tests make no system call. Zero at
 * first. What was unmapped since is not noticed: it only saves from what was never there. */
struct vt__pages {
	uintptr_t of[64];
};

/* Whether all of [address, address + bytes) can be read. Keeps errno. */
bool vt__pages_hold(struct vt__pages *pages, uintptr_t address, size_t bytes);

#endif
