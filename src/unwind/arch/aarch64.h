/*
 * Stacks of 64-bit Arm: the return address is in x30 until the function saves it, mostly with the
 * caller's x29 as a frame record, two words that x29 then points at; the record may be anywhere
 * below the canonical frame address (CFA). The registers that a walk needs are pc, sp and x29, and
 * x30 where a signal interrupted a function that has not saved it.
 *
 * A saved return address may be signed (PAC): bits of it that no address uses hold a code made of
 * key, address and stack pointer. A walk takes them away and does not check them.
 */
#ifndef VT_UNWIND_ARCH_AARCH64_H
#define VT_UNWIND_ARCH_AARCH64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

/* ---- Registers, by the numbers of call frame information ---------------------------------- */

#define VT__ARCH_FP 29u
#define VT__ARCH_SP 31u
#define VT__ARCH_RA 30u
#define VT__ARCH_LAST_REGISTER 31u
#define VT__ARCH_HAS_LINK true
#define VT__ARCH_HAS_PLT_RULE false
#define VT__ARCH_FP_IS_RECORD true /* by the ABI never used for anything else */
#define VT__ARCH_WORDS_TELL_SP false

/* Whether a function that is called leaves the register as it was: x19 to x29, sp. */
static inline bool vt__arch_keeps(uint64_t number)
{
	return (number >= 19 && number <= 29) || number == 31;
}

/* DW_CFA_AARCH64_negate_ra_state, and the same with a program counter: whether x30 is signed, by
 * either key. Bits that say nothing are taken away from every return address, signed or not. */
static inline bool vt__arch_cfi_passes(uint8_t code)
{
	return code == 0x2d || code == 0x2c;
}

/* A letter of an augmentation that has no data: B, return addresses are signed by the other key;
 * G, frames that are tagged (MTE). */
static inline bool vt__arch_augments(char letter)
{
	return letter == 'B' || letter == 'G';
}

/* A return address without its signature. `hint 7` is xpaclri, which does nothing on a processor
 * that signs none. */
static inline uintptr_t vt__arch_strip(uintptr_t ip)
{
	register uintptr_t x30 __asm__("x30") = ip;

	__asm__("hint #7" : "+r"(x30));
	return x30;
}

/* ---- Where a walk begins ------------------------------------------------------------------ */

/* The frame record of the function that the start is of. */
struct vt__arch_record {
	uintptr_t at;
};

#define VT__ARCH_START_HERE()                                                                      \
	{                                                                                          \
		.ip = vt__arch_strip((uintptr_t)__builtin_return_address(0)),                      \
		.sp = (uintptr_t)__builtin_dwarf_cfa(),                                            \
		.bp = *(const uintptr_t *)__builtin_frame_address(0),                              \
		.record = {(uintptr_t)__builtin_frame_address(0)},                                 \
	}

static inline uintptr_t vt__arch_record_at(uintptr_t sp, struct vt__arch_record record)
{
	(void)sp;
	return record.at;
}

/* ---- A step ------------------------------------------------------------------------------- */

struct vt__arch_walk {
	uintptr_t ip_slot;    /* where the last step read the return address; 0: in no word */
	uintptr_t link;       /* x30 where a signal interrupted; else 0 */
	bool sp_is_not_known; /* the last step was by a frame record, which does not tell it */
};

/* A rule has the return address's place below the CFA in words in bytes 1 and 2, and that of x29
 * from there in words in byte 3: a record's is -1. */
static inline uintptr_t vt__arch_ip_slot(uint64_t rule, uintptr_t cfa)
{
	return cfa + (uintptr_t)(intptr_t)(int16_t)(rule >> 8) * sizeof(uintptr_t);
}

static inline uintptr_t vt__arch_bp_slot(uint64_t rule, uintptr_t cfa)
{
	return vt__arch_ip_slot(rule, cfa) +
	       (uintptr_t)(intptr_t)(int8_t)(rule >> 24) * sizeof(uintptr_t);
}

static inline void vt__arch_stepped(struct vt__arch_walk *walk, uintptr_t ip_slot)
{
	walk->ip_slot = ip_slot;
	walk->link = 0;
	walk->sp_is_not_known = false;
}

/* The record may be anywhere in its frame. */
static inline void vt__arch_stepped_by_pointer(struct vt__arch_walk *walk)
{
	*walk = (struct vt__arch_walk){.sp_is_not_known = true};
}

static inline bool vt__arch_knows_base(const struct vt__arch_walk *walk, bool is_fp)
{
	return is_fp || !walk->sp_is_not_known;
}

static inline uintptr_t vt__arch_link(const struct vt__arch_walk *walk)
{
	return walk->link;
}

static inline void vt__arch_set_link(struct vt__arch_walk *walk, uintptr_t link)
{
	*walk = (struct vt__arch_walk){.link = vt__arch_strip(link)};
}

static inline uintptr_t vt__arch_word_at(const struct vt__arch_walk *walk, uintptr_t sp)
{
	(void)sp;
	return walk->ip_slot;
}

/* As it lies there: with its signature. */
static inline uintptr_t vt__arch_word(uintptr_t at, uintptr_t ip)
{
	(void)ip;
	return *(const uintptr_t *)at;
}

#define VT__ARCH_RECORD_BYTES (2 * sizeof(uintptr_t))

/* ---- The kernel's signal frame, from its stack pointer: a siginfo_t, then a ucontext_t ------- */

#define VT__ARCH_IN_CONTEXT(member) (128 + offsetof(ucontext_t, uc_mcontext.member))
#define VT__ARCH_SIGNAL_IP VT__ARCH_IN_CONTEXT(pc)
#define VT__ARCH_SIGNAL_SP VT__ARCH_IN_CONTEXT(sp)
#define VT__ARCH_SIGNAL_BP VT__ARCH_IN_CONTEXT(regs[29])
#define VT__ARCH_SIGNAL_LINK VT__ARCH_IN_CONTEXT(regs[30])

/* ---- libunwind's ABI ------------------------------------------------------------------------ */

#define VT__ARCH_UNWIND_NAME "aarch64"
#define VT__ARCH_UNWIND_BP 29
#define VT__ARCH_UNWIND_SP 31
#define VT__ARCH_UNWIND_IP 30 /* x30, which it takes for the address of each frame */
#define VT__ARCH_UNWIND_CURSOR_WORDS 4096

static inline void vt__arch_set_context(ucontext_t *context, uintptr_t ip, uintptr_t sp,
					uintptr_t bp)
{
	context->uc_mcontext.pc = ip;
	context->uc_mcontext.sp = sp;
	context->uc_mcontext.regs[29] = bp;
	context->uc_mcontext.regs[30] = ip;
}

/* ---- valgrind's client requests ------------------------------------------------------------- */

static inline uintptr_t vt__arch_ask_valgrind(const uintptr_t words[6])
{
	register uintptr_t answer __asm__("x3") = 0;
	register const uintptr_t *asked __asm__("x4") = words;

	__asm__ volatile("ror x12, x12, #3; ror x12, x12, #13\n\t"
			 "ror x12, x12, #51; ror x12, x12, #61\n\t"
			 "orr x10, x10, x10"
			 : "+r"(answer)
			 : "r"(asked)
			 : "cc", "memory");
	return answer;
}

#endif
