/*
 * Takes the calling thread's stack.
 *
 * Return addresses are found from the call frame information of the loaded
 * objects (.eh_frame), one rule a return address, kept in a table that all
 * threads share. What such a rule cannot express (signal frames, hand-written
 * assembly) is left to libunwind, which vt__unwind_init() opens at run time.
 *
 * Thread-safe. vt__unwind() calls no malloc, takes no lock in the common case
 * and makes no system call in it.
 */
#ifndef VT_LEDGER_UNWIND_H
#define VT_LEDGER_UNWIND_H

#include <stdbool.h>
#include <stdint.h>

/* Where a walk begins: the state of the caller of the wrapped function, right
 * after its call returned. */
struct vt__unwind_start {
	uintptr_t ip; /* return address into the caller */
	uintptr_t sp; /* the caller's stack pointer after the return (the CFA) */
	uintptr_t bp; /* the caller's frame pointer register */
};

/* The start of the function this is used in. Forces a frame pointer there. */
#define VT__UNWIND_HERE()                                                                          \
	((struct vt__unwind_start){                                                                \
		.ip = (uintptr_t)__builtin_return_address(0),                                      \
		.sp = (uintptr_t)__builtin_frame_address(0) + 2 * sizeof(uintptr_t),               \
		.bp = *(const uintptr_t *)__builtin_frame_address(0),                              \
	})

/* Opens libunwind (`beside`: folder that is looked in first, may be NULL).
 * Without it stacks end at the first frame that has no rule. May be called
 * again; calls malloc: never under a lock of ours.
 * Returns 0, or -ENOENT if no libunwind was found. */
int vt__unwind_init(const char *beside);

/* Writes up to `most` return addresses to `ips`, innermost first, beginning
 * with `start->ip`; says through `truncated` whether there were more.
 * Returns how many. errno is left alone. */
unsigned vt__unwind(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
		    bool *truncated);

/* The same walk by libunwind alone: the reference to compare with. Returns 0
 * frames when libunwind is not open. */
unsigned vt__unwind_reference(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
			      bool *truncated);

/* Forget every rule: an object was unloaded and another may take its place.
 * Called before and after the unloading. */
void vt__unwind_forget(void);

/* Changes with every vt__unwind_forget(): stacks taken under different
 * numbers may mean different code at the same address. */
uint32_t vt__unwind_generation(void);

#endif
