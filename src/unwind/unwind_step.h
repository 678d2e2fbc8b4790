/*
 * One step of a stack walk: from a frame to its caller.
 */
#ifndef VT_LEDGER_UNWIND_STEP_H
#define VT_LEDGER_UNWIND_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "unwind/arch/arch.h"
#include "unwind/unwind_memory.h"
#include "unwind/unwind_rules.h"

#define VT__READS_STACK VT__READS_FOREIGN

struct vt__walk {
	uintptr_t ip;
	uintptr_t pc; /* address to look up: in the call before ip, or ip itself */
	uintptr_t sp;
	uintptr_t bp;
	struct vt__range range;
	uint32_t generation;
	uint8_t switches;
	bool guessed;      /* a step was taken that no call frame information proves */
	bool complex;      /* stopped at a rule that only libunwind can follow */
	bool signal;       /* a signal frame was passed */
	bool interrupted;  /* of vt__walk_is_plain(): it is a signal frame */
	bool ended;        /* stopped at the outermost frame; so did a walk whose ip is 0 */
	bool odd;          /* a step was of a kind that unwind/unwind_memo.h cannot list in words */
	uintptr_t bp_slot; /* where the last step read bp; 0: nowhere */
	struct vt__arch_walk arch;
};

/* A step of any kind, with every check; makes the rule if it is not known.
 * False at the last frame. Keeps errno. */
bool vt__walk_step_carefully(struct vt__walk *walk);

/* Whether libunwind, which trusts all that the tables say, may be given the frame: they
 * are plain, and the step as far as it is known here leads to memory that is there. Says
 * in the walk whether the frame is an outermost one. Keeps errno. */
bool vt__walk_is_plain(struct vt__walk *walk);

static inline void vt__walk_to_caller(struct vt__walk *walk, uintptr_t ip, uintptr_t sp,
				      uintptr_t bp, uintptr_t bp_slot)
{
	walk->ip = ip;
	walk->pc = ip - 1;
	walk->sp = sp;
	walk->bp = bp;
	walk->bp_slot = bp_slot;
}

/* Works on a copy: a walk whose address is never taken stays in registers. */
static inline bool vt__walk_step_slowly(struct vt__walk *walk)
{
	struct vt__walk copy = *walk;
	bool stepped = vt__walk_step_carefully(&copy);

	*walk = copy;
	return stepped;
}

/* To the caller, if there is one. The usual frame is done here, in registers:
 * a known rule, both slots in the tested range. */
VT__READS_STACK static inline bool vt__walk_step(struct vt__walk *walk)
{
	uint64_t rule = vt__rule_find_first(vt__rule_key(walk->pc, walk->generation));
	uintptr_t cfa = ((rule & VT__RULE_FP) ? walk->bp : walk->sp) + vt__rule_offset(rule);
	uintptr_t slot = vt__arch_ip_slot(rule, cfa);
	uintptr_t bp_slot = 0;
	uintptr_t bp = walk->bp;
	uintptr_t ip;

	if ((rule & (VT__RULE_KIND | VT__RULE_AT)) != VT__RULE_FRAME ||
	    !vt__arch_knows_base(&walk->arch, rule & VT__RULE_FP))
		return vt__walk_step_slowly(walk);
	if (slot < walk->sp || !vt__range_holds(&walk->range, slot) || cfa % sizeof(uintptr_t))
		return vt__walk_step_slowly(walk);
	if ((rule & VT__RULE_SAVING) != VT__RULE_SAME) {
		bp_slot = vt__arch_bp_slot(rule, cfa);
		if ((rule & VT__RULE_SAVING) != VT__RULE_SAVED ||
		    !vt__range_holds(&walk->range, bp_slot) || bp_slot % sizeof(uintptr_t))
			return vt__walk_step_slowly(walk);
		bp = *(const uintptr_t *)bp_slot;
	}
	ip = vt__arch_strip(*(const uintptr_t *)slot);
	vt__walk_to_caller(walk, ip, cfa, bp, bp_slot);
	vt__arch_stepped(&walk->arch, slot);
	return ip != 0;
}

#endif
