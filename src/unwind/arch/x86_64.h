/*
 * Stacks of x86-64: the return address lies right below the canonical frame address (CFA), and the
 * caller's stack pointer is the CFA. The registers that a walk needs are rip, rsp and rbp.
 */
#ifndef VT_UNWIND_ARCH_X86_64_H
#define VT_UNWIND_ARCH_X86_64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

/* ---- Registers, by the numbers of call frame information ---------------------------------- */

#define VT__ARCH_FP 6u  /* rbp */
#define VT__ARCH_SP 7u  /* rsp */
#define VT__ARCH_RA 16u /* rip: where the return address is said to be */
#define VT__ARCH_LAST_REGISTER 16u

/* Whether a function that is called leaves the register as it was: rbx, rbp, rsp, r12 to r15. */
static inline bool vt__arch_keeps(uint64_t number)
{
	return number == 3 || number == 6 || number == 7 || (number >= 12 && number <= 15);
}

/* Whether a frame may have its return address in a register still. */
#define VT__ARCH_HAS_LINK false

/* Whether the linker's PLT has an expression of its own (unwind_cfi.c). */
#define VT__ARCH_HAS_PLT_RULE true
#define VT__ARCH_FP_IS_RECORD false

/* Whether the words that a memo lists tell the frames' stack pointers. */
#define VT__ARCH_WORDS_TELL_SP true

/* An instruction of this processor's own that changes nothing here. */
static inline bool vt__arch_cfi_passes(uint8_t code)
{
	(void)code;
	return false;
}

/* A letter of an augmentation that is this processor's own and has no data. */
static inline bool vt__arch_augments(char letter)
{
	(void)letter;
	return false;
}

/* ---- Where a walk begins ------------------------------------------------------------------ */

/* What a start has besides ip, sp and bp: nothing. */
struct vt__arch_record {
};

#define VT__ARCH_START_HERE()                                                                      \
	{                                                                                          \
		.ip = (uintptr_t)__builtin_return_address(0),                                      \
		.sp = (uintptr_t)__builtin_frame_address(0) + 2 * sizeof(uintptr_t),               \
		.bp = *(const uintptr_t *)__builtin_frame_address(0),                              \
	}

/* Where the wrapped function has the caller's frame pointer, and above it the return address. */
static inline uintptr_t vt__arch_record_at(uintptr_t sp, struct vt__arch_record record)
{
	(void)record;
	return sp - 2 * sizeof(uintptr_t);
}

/* ---- A step ------------------------------------------------------------------------------- */

/* What a walk knows besides ip, sp and bp: nothing. */
struct vt__arch_walk {
};

static inline uintptr_t vt__arch_ip_slot(uint64_t rule, uintptr_t cfa)
{
	(void)rule;
	return cfa - sizeof(uintptr_t);
}

static inline uintptr_t vt__arch_bp_slot(uint64_t rule, uintptr_t cfa)
{
	return cfa + (uintptr_t)(intptr_t)(int16_t)(rule >> 8);
}

/* A return address as it lies on the stack, without what a processor adds to it. */
static inline uintptr_t vt__arch_strip(uintptr_t ip)
{
	return ip;
}

/* After a step by a rule: where the return address was read. */
static inline void vt__arch_stepped(struct vt__arch_walk *walk, uintptr_t ip_slot)
{
	(void)walk;
	(void)ip_slot;
}

/* After a step by a frame pointer: the stack pointer is that of the caller. */
static inline void vt__arch_stepped_by_pointer(struct vt__arch_walk *walk)
{
	(void)walk;
}

/* Whether the walk knows the register that the rule begins with. */
static inline bool vt__arch_knows_base(const struct vt__arch_walk *walk, bool is_fp)
{
	(void)walk;
	(void)is_fp;
	return true;
}

/* The return address that a register holds where a signal interrupted; 0: none does. */
static inline uintptr_t vt__arch_link(const struct vt__arch_walk *walk)
{
	(void)walk;
	return 0;
}

static inline void vt__arch_set_link(struct vt__arch_walk *walk, uintptr_t link)
{
	(void)walk;
	(void)link;
}

/* The word of the last step's return address, for a memo. */
static inline uintptr_t vt__arch_word_at(const struct vt__arch_walk *walk, uintptr_t sp)
{
	(void)walk;
	return sp - sizeof(uintptr_t);
}

static inline uintptr_t vt__arch_word(uintptr_t at, uintptr_t ip)
{
	(void)at;
	return ip;
}

/* What a frame record has between its address and the caller's stack pointer. */
#define VT__ARCH_RECORD_BYTES (2 * sizeof(uintptr_t))

/* ---- The kernel's signal frame, from its stack pointer ------------------------------------- */

#define VT__ARCH_GREG(number) (offsetof(ucontext_t, uc_mcontext.gregs) + (number) * sizeof(greg_t))
#define VT__ARCH_SIGNAL_IP VT__ARCH_GREG(REG_RIP)
#define VT__ARCH_SIGNAL_SP VT__ARCH_GREG(REG_RSP)
#define VT__ARCH_SIGNAL_BP VT__ARCH_GREG(REG_RBP)
#define VT__ARCH_SIGNAL_LINK 0 /* there is none */

/* ---- libunwind's ABI: the processor in its names, its registers, an upper bound of unw_cursor_t
 */

#define VT__ARCH_UNWIND_NAME "x86_64"
#define VT__ARCH_UNWIND_BP 6
#define VT__ARCH_UNWIND_SP 7
#define VT__ARCH_UNWIND_IP 16
#define VT__ARCH_UNWIND_CURSOR_WORDS 256

static inline void vt__arch_set_context(ucontext_t *context, uintptr_t ip, uintptr_t sp,
					uintptr_t bp)
{
	context->uc_mcontext.gregs[REG_RIP] = (greg_t)ip;
	context->uc_mcontext.gregs[REG_RSP] = (greg_t)sp;
	context->uc_mcontext.gregs[REG_RBP] = (greg_t)bp;
}

/* ---- valgrind's client requests: elsewhere the instructions change nothing ------------------ */

static inline uintptr_t vt__arch_ask_valgrind(const uintptr_t words[6])
{
	uintptr_t answer = 0;

	__asm__ volatile("rolq $3, %%rdi; rolq $13, %%rdi\n\t"
			 "rolq $61, %%rdi; rolq $51, %%rdi\n\t"
			 "xchgq %%rbx, %%rbx"
			 : "+d"(answer)
			 : "a"(words)
			 : "cc", "memory");
	return answer;
}

#endif
