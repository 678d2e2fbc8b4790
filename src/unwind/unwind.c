/*
 * The stack walk: frame by frame (ledger/unwind_step.h), along the frames of the
 * thread's last walk (ledger/unwind_reuse.h), or not at all where nothing that
 * it depends on has changed (ledger/unwind_memo.h).
 */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <ucontext.h>

#include "unwind/unwind.h"
#include "base/attributes.h"
#include "unwind/loaded.h"
#include "unwind/unwind_fallback.h"
#include "unwind/unwind_libunwind.h"
#include "unwind/unwind_reuse.h"
#include "unwind/unwind_step.h"

static VT__READ_OFTEN _Atomic uint32_t unloads;

uint32_t vt__unwind_generation(void)
{
	return atomic_load_explicit(&unloads, memory_order_acquire);
}

#if defined(__x86_64__)

int vt__unwind_init(const char *beside)
{
	vt__loaded_init();
	return vt__libunwind_open(beside);
}

void vt__unwind_forget(void)
{
	uint32_t next = atomic_fetch_add(&unloads, 1) + 1;

	/* Keys hold 16 bits of it: before they come again, their rules go. */
	if ((next & 0xffff) == 0)
		vt__rule_clear();
	vt__libunwind_flush();
}

void vt__unwind_left(void)
{
	vt__reuse_left();
}

/* The tested range to begin with. The word below sp is the stack's own even
 * where sp is its very top. */
static struct vt__range range_at(uintptr_t sp)
{
	uintptr_t slot = (sp - 1) & ~(sizeof(uintptr_t) - 1);
	struct vt__range range = vt__range_recall();

	if (!vt__range_holds(&range, slot)) {
		int saved_errno = errno;

		vt__range_reach(&range, slot);
		errno = saved_errno;
	}
	return range;
}

/* The stack under construction. */
struct stack {
	uintptr_t *ips;
	unsigned most;
	unsigned count;
	bool more; /* there are frames for which there was no room */
};

/* From a frame that is not in the stack yet to the end. */
VT__READS_STACK static inline void walk_on(struct vt__walk *walk, struct stack *stack)
{
	do {
		stack->more = stack->count == stack->most;
		if (stack->more)
			return;
		stack->ips[stack->count++] = walk->ip;
	} while (vt__walk_step(walk));
}

/* Whether the frame before `seen` was called from there, as it was then. */
VT__READS_STACK static inline bool still_calls(const struct vt__seen *seen)
{
	return *(const uintptr_t *)(seen->sp - sizeof(uintptr_t)) == seen->ip &&
	       (!seen->bp_slot || *(const uintptr_t *)seen->bp_slot == seen->bp);
}

static inline bool is_at(const struct vt__walk *walk, const struct vt__seen *seen)
{
	return walk->sp == seen->sp && walk->ip == seen->ip && walk->bp == seen->bp;
}

/* Copies the known frames from `at` on to the stack, as far as they still
 * hold. Returns the index behind the last; the walk is then at that last. */
VT__READS_STACK static inline unsigned follow(struct vt__walk *walk, struct vt__reuse *reuse,
					      unsigned at, struct stack *stack)
{
	const struct vt__seen *seen;

	/* The way here may be another than last time. */
	reuse->known[at].bp_slot = walk->bp_slot;
	do {
		stack->ips[stack->count++] = reuse->known[at++].ip;
	} while (stack->count < stack->most && at < VT__REUSE_FRAMES &&
		 still_calls(&reuse->known[at]));
	seen = &reuse->known[at - 1];
	vt__walk_to_caller(walk, seen->ip, seen->sp, seen->bp, seen->bp_slot);
	return at;
}

static inline void add_fresh(struct vt__reuse *reuse, unsigned fresh, const struct vt__walk *walk)
{
	reuse->fresh[fresh] = (struct vt__seen){
		.ip = walk->ip,
		.sp = walk->sp,
		.bp = walk->bp,
		.bp_slot = walk->bp_slot,
	};
}

/* Walks with the frames of the last walk at hand, and keeps those of this one.
 * True if frames are left for walk_on(). */
VT__READS_STACK static inline bool walk_again(struct vt__walk *walk, struct vt__reuse *reuse,
					      struct stack *stack)
{
	unsigned rest = VT__REUSE_FRAMES;
	unsigned at = reuse->first;
	unsigned fresh = 0;
	bool left = true;

	while (left && stack->count < stack->most && !walk->odd && fresh < VT__REUSE_FRAMES) {
		while (reuse->known[at].sp < walk->sp)
			at++;
		if (is_at(walk, &reuse->known[at])) {
			unsigned from = at;
			unsigned count;

			at = follow(walk, reuse, from, stack);
			count = at - from;
			if (at == VT__REUSE_FRAMES || stack->count == stack->most ||
			    fresh + count > VT__REUSE_FRAMES) {
				rest = from;
				break;
			}
			memcpy(&reuse->fresh[fresh], &reuse->known[from],
			       count * sizeof(reuse->known[0]));
			fresh += count;
		} else {
			stack->ips[stack->count++] = walk->ip;
			add_fresh(reuse, fresh++, walk);
		}
		left = vt__walk_step(walk);
	}
	if (rest < VT__REUSE_FRAMES) {
		walk->ended = at == VT__REUSE_FRAMES && reuse->ended;
		left = !walk->ended && vt__walk_step(walk);
	}
	/* The end of known frames that were not reached is where it was. */
	vt__reuse_keep(reuse, fresh, rest,
		       rest < VT__REUSE_FRAMES && at < VT__REUSE_FRAMES ? reuse->ended
									: walk->ended);
	return left;
}

static void add_word(struct vt__memo *memo, uintptr_t at, uintptr_t value)
{
	if (memo->count < VT__MEMO_WORDS)
		memo->words[memo->count] = (struct vt__memo_word){at, value};
	memo->count++;
}

/* Where the walk has its frame pointer from, as long as no rule used it. */
struct pointer {
	uintptr_t at; /* 0: known to be used, or to be a constant */
	uintptr_t value;
};

/* One step, and the words that it depended on. Whether these are all. */
static bool step_with_words(struct vt__walk *walk, struct vt__memo *memo, struct pointer *pointer,
			    bool *left)
{
	uint64_t key = vt__rule_key(walk->pc, walk->generation);
	uint64_t rule;

	*left = vt__walk_step(walk);
	rule = vt__rule_find(key);
	if (walk->odd || walk->complex || !rule)
		return false;
	if (walk->ended)
		return true;
	if (!*left && walk->ip != 0) /* a word could not be read */
		return false;
	if (pointer->at &&
	    ((rule & VT__RULE_RBP) || (rule & VT__RULE_SAVING) == VT__RULE_SAVED_BY_RBP)) {
		add_word(memo, pointer->at, pointer->value);
		pointer->at = 0;
	}
	add_word(memo, walk->sp - sizeof(uintptr_t), walk->ip);
	if ((rule & VT__RULE_SAVING) != VT__RULE_SAME)
		*pointer = (struct pointer){walk->bp_slot, walk->bp};
	return true;
}

/* Walks to the end and lists what the walk depended on. Whether that is a memo. */
static bool walk_with_words(struct vt__walk *walk, struct stack *stack,
			    const struct vt__memos *memos, struct vt__memo *memo)
{
	struct pointer pointer = {vt__memos_pointer(memos), walk->bp};
	bool left = true;

	while (left && stack->count < stack->most) {
		stack->ips[stack->count++] = walk->ip;
		if (!step_with_words(walk, memo, &pointer, &left)) {
			if (left)
				walk_on(walk, stack);
			return false;
		}
	}
	stack->more = left;
	return memo->count <= VT__MEMO_WORDS;
}

/* Walks a way that is not remembered, and remembers it when it comes again. */
static void walk_anew(struct vt__walk *walk, struct vt__reuse *reuse,
		      const struct vt__unwind_start *start, struct stack *stack,
		      const struct vt__memo_miss *miss)
{
	struct vt__memos *memos = reuse->memos;
	struct vt__memo *memo;

	if (!memos || stack->most > VT__MEMO_MOST || !vt__memos_want(memos, start, miss)) {
		if (walk_again(walk, reuse, stack))
			walk_on(walk, stack);
		return;
	}
	memo = vt__memos_begin(memos);
	if (walk_with_words(walk, stack, memos, memo))
		vt__memos_add(memos, memo, start,
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
						uint32_t generation, struct stack *stack)
{
	struct vt__walk walk = {.generation = generation};
	struct vt__libunwind_stack by_libunwind = {.ips = stack->ips, .most = stack->most};
	unsigned count = vt__fallback_walk(start, &walk, &by_libunwind);

	if (count == 0)
		return false;
	if (count > stack->count || by_libunwind.refused)
		stack->count = count;
	stack->more = by_libunwind.truncated;
	if (!by_libunwind.refused || stack->more)
		return stack->more || walk.ended;
	if (vt__walk_step(&walk))
		walk_on(&walk, stack);
	return stack->more || walk.ended || walk.ip == 0;
}

/* Takes a stack that is not remembered. */
static void walk_to(const struct vt__unwind_start *start, struct vt__reuse *reuse,
		    const struct vt__memo_miss *miss, uint32_t generation, unsigned most,
		    uintptr_t *ips, struct vt__stack *out)
{
	struct vt__walk walk = {.generation = generation, .range = range_at(start->sp)};
	struct stack stack = {.ips = ips, .most = most};
	bool lost;

	vt__walk_to_caller(&walk, start->ip, start->sp, start->bp, 0);
	if (reuse)
		walk_anew(&walk, reuse, start, &stack, miss);
	else
		walk_on(&walk, &stack);
	vt__range_remember(walk.range);
	lost = !stack.more && !walk.ended && walk.ip != 0;
	if (walk.complex && !walk.guessed)
		lost = !finish_by_libunwind(start, generation, &stack);
	*out = (struct vt__stack){
		.ips = ips,
		.depth = stack.count,
		.generation = generation,
		.truncated = stack.more,
		.is_lost = lost,
	};
}

/* The memo is the thread's own: nobody but a signal handler of it changes it. */
static inline void tell_memo(struct vt__memo *memo, uint32_t generation, struct vt__stack *out)
{
	out->ips = memo->ips;
	out->is_lost = false; /* a walk that was is no memo */
	out->is_borrowed = true;
	out->depth = memo->depth;
	out->generation = generation;
	out->truncated = memo->truncated;
	out->has_key = true;
	out->key = memo->key;
	out->note = &memo->note;
}

static void copy_memo(struct vt__memo *memo, bool shared, uint32_t generation, uintptr_t *ips,
		      struct vt__stack *out)
{
	tell_memo(memo, generation, out);
	memcpy(ips, memo->ips, memo->depth * sizeof(*ips));
	out->ips = ips;
	out->is_borrowed = false;
	if (shared)
		out->note = NULL;
}

void vt__unwind_stack(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
		      struct vt__stack *out)
{
	uint32_t generation = vt__unwind_generation();
	struct vt__reuse *reuse = vt__reuse_take(generation);
	struct vt__memo_miss miss = {0};
	struct vt__memo *memo = NULL;

	if (reuse && reuse->memos)
		memo = vt__memos_find(reuse->memos, start, most, &miss);
	if (memo)
		copy_memo(memo, reuse->shared, generation, ips, out);
	else
		walk_to(start, reuse, &miss, generation, most, ips, out);
	if (reuse)
		vt__reuse_give(reuse);
}

bool vt__unwind_begin(const struct vt__unwind_start *start, unsigned most, struct vt__stack *out)
{
	uint32_t generation = vt__unwind_generation();
	struct vt__reuse *reuse = vt__reuse_take(generation);
	struct vt__memo_miss miss = {0};
	struct vt__memo *memo;

	if (!reuse)
		return false;
	if (reuse->shared || !reuse->memos || most > VT__REUSE_ROOM) {
		vt__reuse_give(reuse);
		return false;
	}
	memo = vt__memos_find(reuse->memos, start, most, &miss);
	if (memo)
		tell_memo(memo, generation, out);
	else
		walk_to(start, reuse, &miss, generation, most, reuse->ips, out);
	return true;
}

void vt__unwind_end(void)
{
	vt__reuse_give(vt__reuse_own);
}

bool vt__unwind_known(const struct vt__unwind_start *start, unsigned most, struct vt__stack *out)
{
	uint32_t generation = vt__unwind_generation();
	struct vt__reuse *reuse = vt__reuse_own;
	struct vt__memo_miss miss;
	struct vt__memo *memo;

	if (VT__UNLIKELY(!reuse) || VT__UNLIKELY(!vt__reuse_is_ready(reuse, generation)))
		return false;
	vt__reuse_begin(reuse);
	memo = vt__memos_find(reuse->memos, start, most, &miss);
	if (VT__LIKELY(memo))
		tell_memo(memo, generation, out);
	vt__reuse_give(reuse);
	return memo != NULL;
}

#else

int vt__unwind_init(const char *beside)
{
	vt__loaded_init();
	return vt__libunwind_open(beside);
}

void vt__unwind_forget(void)
{
	atomic_fetch_add(&unloads, 1);
	vt__libunwind_flush();
}

void vt__unwind_left(void)
{
}

void vt__unwind_stack(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
		      struct vt__stack *out)
{
	*out = (struct vt__stack){.ips = ips, .generation = vt__unwind_generation()};
	out->depth = vt__unwind_reference(start, ips, most, &out->truncated);
	if (out->depth == 0 && most > 0) {
		ips[0] = start->ip;
		out->depth = 1;
	}
}

bool vt__unwind_begin(const struct vt__unwind_start *start, unsigned most, struct vt__stack *out)
{
	return vt__unwind_known(start, most, out);
}

void vt__unwind_end(void)
{
}

bool vt__unwind_known(const struct vt__unwind_start *start, unsigned most, struct vt__stack *out)
{
	(void)start;
	(void)most;
	(void)out;
	return false;
}

#endif

unsigned vt__unwind(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
		    bool *truncated)
{
	struct vt__stack stack;

	vt__unwind_stack(start, ips, most, &stack);
	*truncated = stack.truncated;
	return stack.depth;
}
