/*
 * Steps of a stack walk: by unwind rules, over signal frames and, where
 * nothing is known about the code, by a frame pointer that proves right.
 */
#include "config.h"

#include <errno.h>

#include "unwind/own_stack.h"
#include "unwind/unwind_cfi.h"
#include "unwind/unwind_expression.h"
#include "unwind/unwind_object.h"
#include "unwind/unwind_step.h"

/* Stack switches of one walk that go to a lower address: a coroutine below
 * its caller. More are a loop. */
#define SWITCHES 4

VT__READS_STACK static bool read_word(struct vt__walk *walk, uintptr_t slot, uintptr_t *out)
{
	if (slot % sizeof(uintptr_t))
		return false;
	if (!vt__range_holds(&walk->range, slot) && !vt__range_reach(&walk->range, slot))
		return false;
	*out = *(const uintptr_t *)slot;
	return true;
}

static bool is_return_address(uintptr_t ip)
{
	return vt__code_follows_call(ip) || vt__code_is_sigreturn(ip);
}

static bool find_bp(struct vt__walk *walk, uint64_t rule, uintptr_t cfa, uintptr_t *slot,
		    uintptr_t *bp)
{
	*slot = 0;
	switch (rule & VT__RULE_SAVING) {
	case VT__RULE_SAVED:
		*slot = vt__arch_bp_slot(rule, cfa);
		break;
	case VT__RULE_SAVED_BY_FP:
		*slot = walk->bp + vt__rule_bp_offset(rule);
		break;
	case VT__RULE_SAME:
		*bp = walk->bp;
		return true;
	default:
		*bp = 0;
		return true;
	}
	return read_word(walk, *slot, bp);
}

/* The return address of a frame, and where it was read; 0: in the link register. */
static bool find_ip(struct vt__walk *walk, bool in_link, uint64_t rule, uintptr_t cfa,
		    uintptr_t *slot, uintptr_t *ip)
{
	*slot = in_link ? 0 : vt__arch_ip_slot(rule, cfa);
	*ip = vt__arch_link(&walk->arch);
	if (in_link)
		return *ip != 0;
	if (!read_word(walk, *slot, ip))
		return false;
	*ip = vt__arch_strip(*ip);
	return true;
}

/* By a rule of any form, with every check. */
static bool step_by_rule(struct vt__walk *walk, uint64_t rule)
{
	bool in_link = VT__ARCH_HAS_LINK && (rule & VT__RULE_AT);
	uintptr_t cfa = (rule & VT__RULE_FP) ? walk->bp : walk->sp;
	uintptr_t slot, bp_slot;
	uintptr_t ip;
	uintptr_t bp;

	cfa += vt__rule_offset(rule);
	if (!in_link && (rule & VT__RULE_AT)) {
		walk->odd = true;
		if (!read_word(walk, cfa, &cfa))
			return false;
		cfa += vt__rule_add(rule);
	}
	if (!find_ip(walk, in_link, rule, cfa, &slot, &ip) ||
	    !find_bp(walk, rule, cfa, &bp_slot, &bp))
		return false;
	if (cfa < walk->sp || (cfa == walk->sp && !in_link)) {
		walk->odd = true;
		if (walk->switches++ == SWITCHES || !is_return_address(ip))
			return false;
	}
	vt__walk_to_caller(walk, ip, cfa, bp, bp_slot);
	vt__arch_stepped(&walk->arch, slot);
	return true;
}

/* The kernel's frame holds a ucontext_t. The registers in it are exact:
 * what they interrupted need not be a call. */
static bool step_over_signal(struct vt__walk *walk)
{
	uintptr_t link = 0;
	uintptr_t ip;
	uintptr_t sp;
	uintptr_t bp;

	if (!read_word(walk, walk->sp + VT__ARCH_SIGNAL_IP, &ip) ||
	    !read_word(walk, walk->sp + VT__ARCH_SIGNAL_SP, &sp) ||
	    !read_word(walk, walk->sp + VT__ARCH_SIGNAL_BP, &bp) ||
	    (VT__ARCH_HAS_LINK && !read_word(walk, walk->sp + VT__ARCH_SIGNAL_LINK, &link)))
		return false;
	vt__walk_to_caller(walk, ip, sp, bp, 0);
	vt__arch_set_link(&walk->arch, link);
	walk->pc = ip;
	walk->signal = true;
	return true;
}

/* By the ABI a chain of frame pointers ends with 0, and where the frame pointer can be nothing
 * else, one that was read as 0 is the end of the stack: _start of glibc before 2.34 has no tables
 * on Arm. Nothing is guessed. */
static bool ends_by_record(const struct vt__walk *walk)
{
	return VT__ARCH_FP_IS_RECORD && walk->bp == 0 && walk->bp_slot && !walk->guessed;
}

/* The frame pointer of code that nothing is known about. It may hold anything,
 * so from here on every page of the stack is tested in this walk. A chain of them ends
 * with 0; one that did not begin is none. */
static bool step_by_pointer(struct vt__walk *walk)
{
	uintptr_t ip;
	uintptr_t bp;

	walk->ended = walk->bp == 0 && walk->guessed;
	if (!walk->guessed) {
		walk->guessed = true;
		walk->range = (struct vt__range){0};
	}
	if (walk->bp < walk->sp || !read_word(walk, walk->bp, &bp) ||
	    !read_word(walk, walk->bp + sizeof(uintptr_t), &ip))
		return false;
	ip = vt__arch_strip(ip);
	if (!is_return_address(ip))
		return false;
	vt__walk_to_caller(walk, ip, walk->bp + VT__ARCH_RECORD_BYTES, bp, 0);
	vt__arch_stepped_by_pointer(&walk->arch);
	return true;
}

/* Over a stub of the linker's that a signal interrupted: its caller is in the link register. */
static bool step_over_stub(struct vt__walk *walk)
{
	const uintptr_t link = vt__arch_link(&walk->arch);
	const int pushed = link && walk->pc == walk->ip ? vt__code_stub_pushed(walk->ip) : -1;

	if (pushed < 0)
		return false;
	vt__walk_to_caller(walk, link, walk->sp + (uintptr_t)pushed, walk->bp, 0);
	vt__arch_stepped(&walk->arch, 0);
	return true;
}

/* Whether a function begins at `ip` and nothing before it can have called it: the
 * address was put on the stack to be returned to, as makecontext() does it. */
static bool is_trampoline(const struct vt__object *object, const struct vt__walk *walk)
{
	struct vt__fde fde;

	return walk->pc != walk->ip && vt__fde_find(object, walk->ip, &fde) == 0 &&
	       fde.code == walk->ip;
}

static uint64_t rule_in(const struct vt__object *object, const struct vt__walk *walk)
{
	struct vt__fde fde;
	int found = vt__fde_find(object, walk->pc, &fde);

	if (found == 0)
		return vt__cfi_rule(&fde, walk->pc, walk->ip);
	if (found == -EBADMSG)
		return VT__RULE_BAD;
	return is_trampoline(object, walk) ? VT__RULE_END : VT__RULE_POINTER;
}

struct making {
	const struct vt__walk *walk;
	uint64_t key;
	uint64_t rule;
};

/* What the code at `pc` is. Kept only for code of loaded objects: their
 * unloading is announced, that of other code is not. */
static void make_rule(void *closure)
{
	struct making *it = closure;
	const struct vt__walk *walk = it->walk;
	struct vt__object object;
	bool in_object = vt__object_find(walk->pc, walk->generation, &object);
	uint64_t rule = in_object ? rule_in(&object, walk) : VT__RULE_POINTER;

	if (vt__code_is_sigreturn(walk->ip))
		rule = VT__RULE_SIGNAL | (rule & VT__RULE_PLAIN);
	if (in_object)
		vt__rule_keep(it->key, rule);
	it->rule = rule;
}

/* The rule of the frame that the walk is at; made anew, it takes some kilobytes of room. */
static uint64_t rule_of(const struct vt__walk *walk)
{
	struct making it = {.walk = walk, .key = vt__rule_key(walk->pc, walk->generation)};

	it.rule = vt__rule_find(it.key);
	if (!it.rule)
		vt__own_stack_run(make_rule, &it);
	return it.rule;
}

bool vt__walk_step_carefully(struct vt__walk *walk)
{
	int saved_errno = errno;
	uint64_t rule = rule_of(walk);
	bool stepped = false;

	switch (rule & VT__RULE_KIND) {
	case VT__RULE_FRAME:
		if (vt__arch_knows_base(&walk->arch, rule & VT__RULE_FP)) {
			stepped = step_by_rule(walk, rule);
			break;
		}
		walk->odd = true;
		stepped = step_by_pointer(walk);
		break;
	case VT__RULE_SIGNAL:
		walk->odd = true;
		stepped = step_over_signal(walk);
		break;
	case VT__RULE_POINTER:
		walk->ended = ends_by_record(walk);
		if (walk->ended)
			break;
		walk->odd = true;
		stepped = step_over_stub(walk) || step_by_pointer(walk);
		break;
	case VT__RULE_COMPLEX:
		walk->complex = true;
		break;
	case VT__RULE_BAD:
		break;
	default: /* VT__RULE_END */
		walk->ended = true;
		break;
	}
	errno = saved_errno;
	return stepped && walk->ip != 0;
}

bool vt__walk_is_plain(struct vt__walk *walk)
{
	int saved_errno = errno;
	uint64_t rule = rule_of(walk);
	struct vt__walk copy;
	bool leads_on = true;

	walk->ended = (rule & VT__RULE_KIND) == VT__RULE_END;
	walk->interrupted = (rule & VT__RULE_KIND) == VT__RULE_SIGNAL;
	walk->signal |= walk->interrupted;
	copy = *walk;
	if ((rule & VT__RULE_KIND) == VT__RULE_FRAME)
		leads_on = step_by_rule(&copy, rule);
	else if (walk->interrupted || (rule & VT__RULE_AT))
		leads_on = vt__memory_all_readable(walk->sp, VT__SIGNAL_FRAME_BYTES);
	errno = saved_errno;
	return leads_on && (rule & VT__RULE_PLAIN);
}
