/*
 * A thread's memory of Python frames, and the way of every recorded call that comes again.
 */
#include "config.h"

#include "python/memo.h"

#include <stddef.h>
#include <string.h>

#include "base/attributes.h"

/* ---- Memos --------------------------------------------------------------------------------- */

/* Each memo has two places. */
static struct vt__python_memo *place_of(struct vt__python_memory *memory,
					const struct vt__hash128 *c_frames, uintptr_t frame,
					uintptr_t position)
{
	uint64_t hash = vt__hash_fold(c_frames->low ^ frame, VT__HASH_B ^ position);

	return &memory->memos[hash % (VT__MEMO_PLACES / VT__MEMO_WAYS) * VT__MEMO_WAYS];
}

static uintptr_t *place_of_first(struct vt__python_memory *memory, uintptr_t frame)
{
	return &memory->firsts[vt__hash_word(frame) % VT__FIRSTS];
}

/* Whether the code that a frame runs, which is where it was, is the one that it was. */
static inline bool is_same_code(struct vt__python_memory *memory,
				const struct vt__python_layout *layout,
				const struct vt__python_hop *hop, uintptr_t code)
{
	const struct vt__code_slot *slot;

	if (hop->version)
		return vt__read_half(code + layout->code_version) == hop->version;
	slot = &memory->slots[hop->slot];
	return slot->serial == hop->serial && vt__contents_are(layout, slot, code);
}

/* Whether the chain from `frame` on is the memo's. */
VT__READS_FOREIGN static bool is_same_chain(struct vt__python_memory *memory,
					    const struct vt__python_memo *memo, uintptr_t frame)
{
	const struct vt__python_layout *layout = memo->python->layout;
	uintptr_t flag = layout->minor >= 14;
	uintptr_t code_before = 0;

	for (uint32_t i = 0; i < memo->hop_count; i++) {
		const struct vt__python_hop *hop = &memo->hops[i];

		if (frame != hop->frame || vt__read_word(frame + layout->frame_code) != hop->code)
			return false;
		if (hop->slot != VT__NO_SLOT) {
			if (vt__python_position(layout, frame) != hop->position)
				return false;
			if (hop->code != code_before &&
			    !is_same_code(memory, layout, hop, hop->code & ~flag))
				return false;
			code_before = hop->code;
		}
		frame = vt__read_word(frame + layout->frame_previous);
	}
	return !memo->ended || !frame;
}

static bool is_same_memo(struct vt__python_memory *memory, const struct vt__python_memo *memo,
			 const struct vt__hash128 *c_frames, uintptr_t thread, uintptr_t frame)
{
	return memo->python && memo->thread == thread && memo->hops[0].frame == frame &&
	       memo->stack.c_frames.low == c_frames->low &&
	       memo->stack.c_frames.high == c_frames->high && is_same_chain(memory, memo, frame);
}

bool vt__python_known(struct vt__stack *stack)
{
	const struct vt__python *python = vt__python_of(stack->generation);
	struct vt__python_memory *memory = vt__python_own;
	uintptr_t thread, frame;
	struct vt__python_memo *memo;

	if (VT__UNLIKELY(!python || !memory))
		return false;
	thread = vt__python_thread(python);
	if (!thread)
		return true;
	if (VT__UNLIKELY(!vt__python_may_walk(python, thread) ||
			 !vt__python_first(python, thread, &frame)))
		return false;
	if (!frame)
		return true;
	/* Where the outer end of the stack is not known, a signal frame may be there, and the
	 * first frame be anything: it was walked from when it was tested. */
	if (VT__UNLIKELY(stack->truncated) && *place_of_first(memory, frame) != frame)
		return false;
	memo = place_of(memory, &stack->key, frame, vt__python_position(python->layout, frame));
	if (!is_same_memo(memory, memo, &stack->key, thread, frame) &&
	    !is_same_memo(memory, ++memo, &stack->key, thread, frame))
		return false;
	stack->key = memo->key;
	stack->note = &memo->note;
	stack->python = &memo->stack;
	return true;
}

void vt__python_remember(struct vt__python_memory *memory, const struct vt__python *python,
			 uintptr_t thread, const struct vt__python_walk *walk,
			 const struct vt__stack *stack)
{
	const struct vt__python_stack *room = stack->python;
	struct vt__python_memo *memo;

	if (!walk->is_plain || !walk->hop_count)
		return;
	memo = place_of(memory, &room->c_frames, walk->hops[0].frame,
			vt__python_position(python->layout, walk->hops[0].frame));
	if (memo[1].used < memo[0].used || !memo[1].python)
		memo++;
	*place_of_first(memory, walk->hops[0].frame) = walk->hops[0].frame;
	memo->python = NULL; /* while it is changed */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	memo->thread = thread;
	memo->ended = walk->ended;
	memo->hop_count = walk->hop_count;
	memo->used = ++memory->made;
	memo->note = (struct vt__stack_note){0};
	memo->key = stack->key;
	memcpy(memo->hops, walk->hops, walk->hop_count * sizeof(walk->hops[0]));
	memcpy(&memo->stack, room, offsetof(struct vt__python_stack, frames));
	memcpy(memo->stack.frames, room->frames, room->count * sizeof(room->frames[0]));
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	memo->python = python;
}
