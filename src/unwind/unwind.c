/*
 * The stack walk: frame by frame (unwind/unwind_step.h), or not at all where nothing
 * that it depends on has changed (unwind/unwind_memo.h).
 */
#include "config.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "unwind/unwind.h"
#include "base/attributes.h"
#include "unwind/loaded.h"
#include "unwind/unwind_fallback.h"
#include "unwind/unwind_libunwind.h"
#include "unwind/walker.h"
#include "unwind/unwind_step.h"

/* The generation plus one, and IS_PART: what a thread's walker is to be ready for. */
static VT__READ_OFTEN _Atomic uint64_t wanted = 1;
#define IS_PART (UINT64_C(1) << 63)

bool vt__unwind_is_part(void)
{
	return atomic_load_explicit(&wanted, memory_order_relaxed) & IS_PART;
}

void vt__unwind_make_part(void)
{
	atomic_fetch_or(&wanted, IS_PART);
}

uint32_t vt__unwind_generation(void)
{
	return (uint32_t)atomic_load_explicit(&wanted, memory_order_acquire) - 1;
}

int vt__unwind_init(const char *beside)
{
	vt__loaded_init();
	return vt__libunwind_open(beside);
}

void vt__unwind_forget(void)
{
	uint32_t next = (uint32_t)atomic_fetch_add(&wanted, 1);

	/* Keys hold 16 bits of it: before they come again, their rules go. */
	if ((next & 0xffff) == 0)
		vt__rule_clear();
	vt__libunwind_flush();
}

void vt__unwind_left(void)
{
	vt__walker_left();
}

/* The stack under construction. */
struct stack {
	uintptr_t *ips;
	uintptr_t *sps; /* stack pointers; NULL: not asked for */
	unsigned most;
	unsigned count;
	bool more; /* there are frames for which there was no room */
};

static inline void keep(struct stack *stack, const struct vt__walk *walk)
{
	if (stack->sps)
		stack->sps[stack->count] = walk->sp;
	stack->ips[stack->count++] = walk->ip;
}

/* From a frame that is not in the stack yet to the end. */
VT__READS_STACK static inline void walk_on(struct vt__walk *walk, struct stack *stack)
{
	do {
		stack->more = stack->count == stack->most;
		if (stack->more)
			return;
		keep(stack, walk);
	} while (vt__walk_step(walk));
}

static void add_word(struct vt__memo_draft *draft, uintptr_t at, uintptr_t value)
{
	if (draft->count < VT__MEMO_WORDS)
		draft->words[draft->count] = (struct vt__memo_word){at, value};
	draft->count++;
}

/* Where the walk has its frame pointer from, as long as no rule used it. */
struct pointer {
	uintptr_t at; /* 0: known to be used, or to be a constant */
	uintptr_t value;
};

/* One step, and the words that it depended on. Whether these are all. */
static bool step_with_words(struct vt__walk *walk, struct vt__memo_draft *draft,
			    struct pointer *pointer, bool *left)
{
	uint64_t key = vt__rule_key(walk->pc, walk->generation);
	uintptr_t slot;
	uint64_t rule;

	*left = vt__walk_step(walk);
	rule = vt__rule_find(key);
	if (walk->odd || walk->complex || !rule)
		return false;
	if (walk->ended) {
		/* by a frame pointer of 0 (unwind_step.c): that it was 0 is part of the way */
		if (pointer->at && (rule & VT__RULE_KIND) == VT__RULE_POINTER)
			add_word(draft, pointer->at, pointer->value);
		return true;
	}
	if (!*left && walk->ip != 0) /* a word could not be read */
		return false;
	if (pointer->at &&
	    ((rule & VT__RULE_FP) || (rule & VT__RULE_SAVING) == VT__RULE_SAVED_BY_FP)) {
		add_word(draft, pointer->at, pointer->value);
		pointer->at = 0;
	}
	slot = vt__arch_word_at(&walk->arch, walk->sp);
	add_word(draft, slot, vt__arch_word(slot, walk->ip));
	if ((rule & VT__RULE_SAVING) != VT__RULE_SAME)
		*pointer = (struct pointer){walk->bp_slot, walk->bp};
	return true;
}

/* Walks to the end and lists what the walk depended on. Whether that is a memo. */
static bool walk_with_words(struct vt__walk *walk, struct stack *stack,
			    const struct vt__walker *walker, struct vt__memo_draft *draft)
{
	struct pointer pointer = {(uintptr_t)&walker->constants.bp, walk->bp};
	bool left = true;

	while (left && stack->count < stack->most) {
		keep(stack, walk);
		if (!step_with_words(walk, draft, &pointer, &left)) {
			if (left)
				walk_on(walk, stack);
			return false;
		}
	}
	stack->more = left;
	return draft->count <= VT__MEMO_WORDS && stack->count <= UINT8_MAX;
}

/* Walks a way that is not remembered, and remembers it when it comes again. */
static void walk_anew(struct vt__walk *walk, struct vt__walker *walker,
		      const struct vt__unwind_start *start, struct stack *stack,
		      const struct vt__memo_miss *miss)
{
	struct vt__memos *memos = walker->memos;
	struct vt__memo_draft *draft;

	if (!memos || stack->most > VT__MEMO_MOST || !vt__memos_want(memos, start, miss)) {
		walk_on(walk, stack);
		return;
	}
	draft = vt__memos_begin(memos);
	if (walk_with_words(walk, stack, walker, draft))
		vt__memos_add(memos, draft, start,
			      &(struct vt__stack){.ips = stack->ips,
						  .depth = stack->count,
						  .truncated = stack->more},
			      stack->most, miss);
	else
		vt__memos_refuse(memos, start, miss);
}

/* Past a frame that a rule cannot express. Whether it came to the end: libunwind
 * ends like that where it knows nothing, too. What it may not be given ends the walk, or
 * is passed by a rule that can be checked. */
VT__READS_STACK static bool finish_by_libunwind(const struct vt__unwind_start *start,
						uint32_t generation, struct stack *stack,
						bool *signal)
{
	struct vt__walk walk = {.generation = generation};
	struct vt__libunwind_stack by_libunwind = {
		.ips = stack->ips, .sps = stack->sps, .most = stack->most};
	unsigned count = vt__fallback_walk(start, &walk, &by_libunwind);

	*signal |= walk.signal;
	if (count == 0)
		return false;
	if (count > stack->count || by_libunwind.refused)
		stack->count = count;
	stack->more = by_libunwind.truncated;
	if (!by_libunwind.refused || stack->more)
		return stack->more || walk.ended;
	if (vt__walk_step(&walk))
		walk_on(&walk, stack);
	*signal |= walk.signal;
	return stack->more || walk.ended || walk.ip == 0;
}

/* Takes a stack that is not remembered. */
static void walk_to(const struct vt__unwind_start *start, struct vt__walker *walker,
		    const struct vt__memo_miss *miss, uint32_t generation, unsigned most,
		    uintptr_t *ips, uintptr_t *sps, struct vt__stack *out)
{
	struct vt__walk walk = {.generation = generation, .range = vt__range_at(start->sp)};
	struct stack stack = {.ips = ips, .sps = sps, .most = most};
	bool lost;

	vt__walk_to_caller(&walk, start->ip, start->sp, start->bp, 0);
	if (walker)
		walk_anew(&walk, walker, start, &stack, miss);
	else
		walk_on(&walk, &stack);
	vt__range_remember(walk.range);
	lost = !stack.more && !walk.ended && walk.ip != 0;
	if (walk.complex && !walk.guessed)
		lost = !finish_by_libunwind(start, generation, &stack, &walk.signal);
	*out = (struct vt__stack){
		.ips = ips,
		.sps = sps,
		.depth = stack.count,
		.generation = generation,
		.truncated = stack.more,
		.is_lost = lost,
		.passed_signal = walk.signal,
	};
}

/* The memo is the thread's own: nobody but a signal handler of it changes it. `passed_signal` and
 * `sps` are not told: a walk that passed a signal frame is no memo. */
static inline void tell_memo(struct vt__memo *memo, uint32_t generation, struct vt__stack *out)
{
	out->ips = vt__memo_ips(memo);
	out->form = (struct vt__stack_form){
		.depth = memo->depth,
		.truncated = memo->truncated,
		.is_borrowed = true,
		.has_key = true,
	};
	out->key = memo->key;
	out->note = &memo->note;
	out->beside = vt__memo_rest(memo)->beside;
	out->generation = generation;
	out->python = NULL;
}

/* The walk's memo, of a walker that is not shared or in use. */
static inline struct vt__memo *find_memo(struct vt__walker *walker,
					 const struct vt__unwind_start *start, unsigned most,
					 struct vt__memo_miss *miss)
{
	walker->constants.bp = start->bp;
	return vt__memos_find(walker->memos, start, most, miss);
}

/* Right above the word that each return address was read from. */
static void find_places(const struct vt__memo *memo, uintptr_t *sps)
{
	const struct vt__memo_word *word = memo->words;

	sps[0] = memo->sp;
	for (unsigned i = 1; i < memo->depth; i++) {
		while (word < memo->end && word->value != vt__memo_ips(memo)[i])
			word++;
		sps[i] = word < memo->end ? (word++)->at + sizeof(uintptr_t) : 0;
	}
}

static void copy_memo(struct vt__memo *memo, bool shared, uint32_t generation, uintptr_t *ips,
		      uintptr_t *sps, struct vt__stack *out)
{
	tell_memo(memo, generation, out);
	memcpy(ips, vt__memo_ips(memo), memo->depth * sizeof(*ips));
	out->ips = ips;
	out->is_borrowed = false;
	out->passed_signal = false; /* nor is one that passed a signal frame a memo */
	out->sps = sps;
	if (sps && memo->depth)
		find_places(memo, sps);
	if (shared)
		out->note = NULL;
}

void vt__unwind_places(const struct vt__unwind_start *start, uintptr_t *ips, uintptr_t *sps,
		       unsigned most, struct vt__stack *out)
{
	uint32_t generation = vt__unwind_generation();
	struct vt__walker *walker = vt__walker_take(generation);
	struct vt__memo_miss miss = {0};
	struct vt__memo *memo = NULL;

	if (walker && walker->memos)
		memo = find_memo(walker, start, most, &miss);
	if (memo && (VT__ARCH_WORDS_TELL_SP || !sps))
		copy_memo(memo, walker->shared, generation, ips, sps, out);
	else
		walk_to(start, walker, &miss, generation, most, ips, sps, out);
	if (walker)
		vt__walker_give(walker);
}

bool vt__unwind_begin(const struct vt__unwind_start *start, unsigned most, struct vt__stack *out)
{
	uint32_t generation = vt__unwind_generation();
	struct vt__walker *walker = vt__walker_take(generation);
	struct vt__memo_miss miss = {0};
	struct vt__memo *memo;

	if (!walker)
		return false;
	if (walker->shared || !walker->memos || most > VT__WALKER_ROOM) {
		vt__walker_give(walker);
		return false;
	}
	memo = find_memo(walker, start, most, &miss);
	if (memo)
		tell_memo(memo, generation, out);
	else
		walk_to(start, walker, &miss, generation, most, walker->ips, walker->sps, out);
	return true;
}

void vt__unwind_end(void)
{
	vt__walker_give(vt__visitor.walker);
}

/* The end of a look for a walk that is remembered. */
static inline bool end_known(struct vt__walker *walker, struct vt__memo *memo, uint32_t generation,
			     struct vt__stack *out)
{
	if (VT__LIKELY(memo))
		tell_memo(memo, generation, out);
	vt__walker_give(walker);
	return memo != NULL;
}

bool vt__unwind_known(const struct vt__unwind_start *start, unsigned most, struct vt__stack *out)
{
	uint32_t generation = vt__unwind_generation();
	struct vt__walker *walker = vt__visitor.walker;
	struct vt__memo_miss miss;

	if (!vt__walker_is_ready(walker, (uint64_t)generation + 1))
		return false;
	vt__walker_begin(walker);
	return end_known(walker, find_memo(walker, start, most, &miss), generation, out);
}

/* What is noted with a memo; the walker is given back. */
static inline struct vt__stack_note end_noted(struct vt__walker *walker,
					      const struct vt__memo *memo)
{
	struct vt__stack_note note = {.node = NULL};

	if (VT__LIKELY(memo))
		note = memo->note;
	vt__walker_give(walker);
	return note;
}

static VT__APART struct vt__stack_note noted_elsewhere(struct vt__walker *walker,
						       const struct vt__unwind_start *start)
{
	return end_noted(walker, vt__memos_look_on(walker->memos, start));
}

static VT__APART struct vt__stack_note noted_with_others(struct vt__walker *walker,
							 struct vt__memo *memo,
							 const struct vt__memo_word *left)
{
	return end_noted(walker, vt__memos_go_on(walker->memos, memo, left));
}

/* Apart from those who call it: an allocation has then brought it near for the free. What is seldom
 * goes on in its place, so that it saves no registers. */
VT__WHOLE VT__APART struct vt__stack_note vt__unwind_noted(const struct vt__unwind_start *start)
{
	const uint64_t generation = atomic_load_explicit(&wanted, memory_order_acquire);
	struct vt__walker *walker = vt__visitor.walker;
	const struct vt__memo_word *left;
	struct vt__stack_note note;
	struct vt__memo *memo;

	if (VT__UNLIKELY(!vt__walker_is_ready(walker, generation)))
		return (struct vt__stack_note){.node = NULL};
	vt__walker_begin(walker);
	walker->constants.bp = start->bp;
	memo = vt__memos_look(walker->memos, start, &left);
	if (VT__UNLIKELY(!memo))
		return noted_elsewhere(walker, start);
	if (VT__UNLIKELY(left))
		return noted_with_others(walker, memo, left);
	note = memo->note;
	vt__walker_give_own(walker, generation);
	return note;
}

void vt__unwind_stack(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
		      struct vt__stack *out)
{
	vt__unwind_places(start, ips, NULL, most, out);
}

unsigned vt__unwind(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
		    bool *truncated)
{
	struct vt__stack stack;

	vt__unwind_stack(start, ips, most, &stack);
	*truncated = stack.truncated;
	return stack.depth;
}
