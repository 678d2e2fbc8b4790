/*
 * Unwind rules: how to get from a frame to its caller, one 64-bit word for
 * each program counter, and the table all threads keep them in.
 *
 * A rule says how to get the canonical frame address (CFA), which is the
 * caller's stack pointer, from the stack or frame pointer, and where from there the
 * return address and the caller's frame pointer are. The last is the processor's
 * (unwind/arch): on x86-64 the return address lies right below the CFA.
 *
 * The table takes no lock. An entry is two words, the key xor the rule and the
 * rule; a reader that sees one word of one writer and one of another computes
 * a key that is not its own, and has a miss. Keys are spread over 64 bits, so
 * that this check is as good as a 48-bit hash (16 bits choose the place).
 */
#ifndef VT_LEDGER_UNWIND_RULES_H
#define VT_LEDGER_UNWIND_RULES_H

#include <stdatomic.h>
#include <stdint.h>

/* Bits 0 to 2. Zero is no rule. */
enum vt__rule_kind {
	VT__RULE_NONE,
	VT__RULE_FRAME,   /* the fields below say all */
	VT__RULE_END,     /* outermost frame */
	VT__RULE_SIGNAL,  /* the kernel's signal frame is at the stack pointer */
	VT__RULE_POINTER, /* nothing known: a frame pointer may help */
	VT__RULE_COMPLEX, /* well-formed, but needs more registers than a rule has */
	VT__RULE_BAD,     /* the tables make no sense here: nothing leads on */
	VT__RULE_KIND = 7,
};

/* Bits 3 and 4: what the CFA is. Where there is a link register, a frame with VT__RULE_AT has its
 * return address still in it, and its CFA is no word. */
enum vt__rule_base {
	VT__RULE_SP = 0 << 3,    /* sp + offset */
	VT__RULE_FP = 1 << 3,    /* bp + offset */
	VT__RULE_AT_SP = 2 << 3, /* the word at sp + offset, plus `add` */
	VT__RULE_AT_FP = 3 << 3, /* the word at bp + offset, plus `add` */
	VT__RULE_AT = 2 << 3,
	VT__RULE_BASE = 3 << 3,
};

/* Bits 5 and 6: where the caller's frame pointer is. */
enum vt__rule_saved {
	VT__RULE_SAME = 0 << 5,
	VT__RULE_SAVED = 1 << 5,       /* at vt__arch_bp_slot() */
	VT__RULE_SAVED_BY_FP = 2 << 5, /* at bp + bp_offset */
	VT__RULE_LOST = 3 << 5,
	VT__RULE_SAVING = 3 << 5,
};

/* Bit 7: what the tables say of the frame was checked for a reader that checks
 * nothing (libunwind). Every VT__RULE_COMPLEX has it. */
#define VT__RULE_PLAIN ((uint64_t)1 << 7)

#define VT__RULE_SLOTS 65536u
#define VT__RULE_LINE 4u /* entries in a cache line: what one look-up searches */

struct vt__rule_entry {
	_Atomic uint64_t check;
	_Atomic uint64_t rule;
};

/* 1 MiB of zero pages, of which only those in use take memory. */
extern struct vt__rule_entry vt__rule_table[VT__RULE_SLOTS] __attribute__((visibility("hidden")));

/* Bytes 1 and 2: bp_offset, byte 3: add, bytes 4 to 7: offset. */
static inline uint64_t vt__rule_frame(enum vt__rule_base base, int32_t offset, int8_t add,
				      enum vt__rule_saved saved, int16_t bp_offset)
{
	return (uint64_t)VT__RULE_FRAME | (uint64_t)base | (uint64_t)saved |
	       (uint64_t)(uint16_t)bp_offset << 8 | (uint64_t)(uint8_t)add << 24 |
	       (uint64_t)(uint32_t)offset << 32;
}

/* Each offset in bytes, as the number that an address needs. */
static inline uintptr_t vt__rule_offset(uint64_t rule)
{
	return (uintptr_t)((int64_t)rule >> 32);
}

static inline uintptr_t vt__rule_bp_offset(uint64_t rule)
{
	return (uintptr_t)(intptr_t)(int16_t)(rule >> 8);
}

static inline uintptr_t vt__rule_add(uint64_t rule)
{
	return (uintptr_t)(intptr_t)(int8_t)(rule >> 24);
}

/* Unlike for unlike (pc, generation modulo 65536) while addresses have 48
 * bits; 0 for none but (0, 0). */
static inline uint64_t vt__rule_key(uintptr_t pc, uint32_t generation)
{
	return (pc ^ (uint64_t)generation << 48) * 0x9e3779b97f4a7c15u;
}

/* What is in the entry a key looks at first; 0 for another key. */
static inline uint64_t vt__rule_find_first(uint64_t key)
{
	struct vt__rule_entry *entry = &vt__rule_table[key >> 48];
	uint64_t rule = atomic_load_explicit(&entry->rule, memory_order_relaxed);
	uint64_t check = atomic_load_explicit(&entry->check, memory_order_relaxed);

	return (check ^ rule) == key ? rule : 0;
}

/* The rule for a key, or 0. */
uint64_t vt__rule_find(uint64_t key);

void vt__rule_keep(uint64_t key, uint64_t rule);

/* Empties the table: every 65536 generations, when keys come again. */
void vt__rule_clear(void);

#endif
