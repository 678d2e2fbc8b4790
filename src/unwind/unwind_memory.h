/*
 * Reads of memory that may not be there: a range of stack pages that were
 * tested, and tests of code.
 *
 * The test is a system call that copies from the address and is refused
 * afterwards, so it can neither fault nor change anything, and no sandbox that
 * lets a C library run forbids it. Everything here is async-signal-safe.
 * errno is not kept: callers do that.
 */
#ifndef VT_LEDGER_UNWIND_MEMORY_H
#define VT_LEDGER_UNWIND_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Readable memory: low <= address < high, both on page boundaries. */
struct vt__range {
	uintptr_t low;
	uintptr_t high;
};

/* Whether the process runs in valgrind. */
bool vt__memory_in_valgrind(void);

/* Whether the eight bytes at `address` (a multiple of 8) can be read. */
bool vt__memory_readable(uintptr_t address);

/* Whether all of [address, address + length) can be read. */
bool vt__memory_all_readable(uintptr_t address, size_t length);

/* Makes the word at `slot` part of the range: tests the pages between, or
 * starts a new range where it is far away or one of them cannot be read. False,
 * range as far as it got, if that word cannot be read. */
bool vt__range_reach(struct vt__range *range, uintptr_t slot);

/* The calling thread's range of the last walk. One word is kept, so that a
 * signal handler that walks too never leaves half of another range. */
struct vt__range vt__range_recall(void);
void vt__range_remember(struct vt__range range);

/* The range that a walk from there begins with, with what it stands on tested. Keeps errno. */
struct vt__range vt__range_at(uintptr_t sp);

static inline bool vt__range_holds(const struct vt__range *range, uintptr_t slot)
{
	return slot - range->low < range->high - range->low;
}

#endif
