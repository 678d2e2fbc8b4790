/*
 * Takes the calling thread's stack.
 *
 * Return addresses are found from the call frame information of the loaded
 * objects (.eh_frame), one rule a return address, kept in a table that all
 * threads share; frames that were there at the thread's last stack are only
 * compared. Signal frames are read as the kernel wrote them. Code without call
 * frame information (generated code) is passed by its frame pointer if that
 * leads to a call; else the stack ends there. What a rule cannot express
 * (hand-written assembly) is left to libunwind, which vt__unwind_init() opens
 * at run time. libunwind trusts the tables: each frame's are checked before it
 * is given them, and where they are damaged the stack ends.
 *
 * Thread-safe, and usable in a signal handler. vt__unwind() calls no malloc.
 * For a stack whose return addresses are all known it takes no lock and makes
 * no system call; for a new return address it makes system calls, and only
 * libunwind takes the loader's lock: hold no lock of ours around it.
 */
#ifndef VT_LEDGER_UNWIND_H
#define VT_LEDGER_UNWIND_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind/arch/arch.h"
#include "unwind/stack.h"

/* Where a walk begins: the state of the caller of the wrapped function, right
 * after its call returned. */
struct vt__unwind_start {
	uintptr_t ip; /* return address into the caller */
	uintptr_t sp; /* the caller's stack pointer after the return (the CFA) */
	uintptr_t bp; /* the caller's frame pointer register */
	struct vt__arch_record record;
};

/* The start of the function this is used in. Forces a frame pointer there. Not
 * for a function that aligns its stack: there the CFA is elsewhere. */
#define VT__UNWIND_HERE() ((struct vt__unwind_start)VT__ARCH_START_HERE())

/* Looks for _dl_find_object and opens libunwind (`beside`: folder that is looked in first, may be
 * NULL). Without it stacks end at the first frame that has no rule. May be called again; calls
 * malloc: never under a lock of ours. Returns 0, or -ENOENT if no libunwind was found. */
int vt__unwind_init(const char *beside);

/* Takes a stack of up to `most` return addresses to `ips`, innermost first,
 * beginning with `start->ip`. errno is left alone. */
void vt__unwind_stack(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
		      struct vt__stack *out);

/* The same with the frames' stack pointers (vt__stack.sps), of which `sps` has room for as many. */
void vt__unwind_places(const struct vt__unwind_start *start, uintptr_t *ips, uintptr_t *sps,
		       unsigned most, struct vt__stack *out);

/* Code, and a place on the stack. */
struct vt__unwind_goal {
	uintptr_t place; /* 0: none is known, the code tells */
	uintptr_t code;
	uintptr_t code_end;
};

/* Whether a walk gets to the frame that holds the place, or else to the first frame of the code,
 * without passing a signal frame or one that a rule cannot express. Remembers nothing. */
bool vt__unwind_reaches(const struct vt__unwind_start *start, const struct vt__unwind_goal *goal);

/* Whether a stack is more than what a walk finds: then vt__unwind_known() is not all of it, and
 * vt__unwind_noted() finds nothing. Made so once, and never for programs of which it is. */
bool vt__unwind_is_part(void);
void vt__unwind_make_part(void);

/* The same as vt__unwind_stack() of a stack that the thread remembers, and true; else nothing. The
 * return addresses stay where they are (vt__stack.is_borrowed): it is for a ledger, which does not
 * read them of a stack that it has noted. `sps` and `passed_signal` are not set. */
bool vt__unwind_known(const struct vt__unwind_start *start, unsigned most, struct vt__stack *out);

/* The same of any stack, in room of the thread's own, which a handler that comes before
 * vt__unwind_end() does without. False: there is none, and nothing to end. */
bool vt__unwind_begin(const struct vt__unwind_start *start, unsigned most, struct vt__stack *out);
void vt__unwind_end(void);

/* What the ledger noted with a stack that the thread remembers; no node: nothing. In a process that
 * asks for as many frames of each stack. */
struct vt__stack_note vt__unwind_noted(const struct vt__unwind_start *start);

/* Notes it with a stack that has room for it. A signal handler may have put another in its place,
 * with which nothing is noted then. */
void vt__unwind_note(const struct vt__stack *stack, const struct vt__stack_note *note);

/* Notes a number with a stack of vt__unwind_known(), by the same rule: vt__stack.beside tells it.
 */
void vt__unwind_note_beside(const struct vt__stack *stack, uint64_t number);

/* What is noted there, by the same rule. */
struct vt__stack_note vt__unwind_noted_with(const struct vt__stack *stack);

/* The first; says through `truncated` whether there were more. Returns how many. */
unsigned vt__unwind(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
		    bool *truncated);

/* The same walk by libunwind alone: the reference to compare with. Returns 0
 * frames when libunwind is not open, or may not be given one of the frames. */
unsigned vt__unwind_reference(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
			      bool *truncated);

/* Forget every rule: an object was unloaded and another may take its place.
 * Called before and after the unloading. An unloading that it is not told of
 * can give wrong frames where another object takes the same addresses. */
void vt__unwind_forget(void);

/* The calling thread is in no walk any more: if it was in one, a jump took it out. */
void vt__unwind_left(void);

/* Changes with every vt__unwind_forget(): stacks taken under different
 * numbers may mean different code at the same address. */
uint32_t vt__unwind_generation(void);

#endif
