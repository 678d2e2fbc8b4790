/*
 * Python frames of a stack that is not remembered: whether it may have any, and all of them.
 */
#include "config.h"

#include "python/python.h"

#include "python/memo.h"
#include "python/place.h"
#include "python/walk.h"

/* Whether no signal frame stands between the call and the eval loop of the innermost frame: a
 * handler that came in the middle of a change of the chain found it half changed. */
static bool is_proven(const struct vt__python *python, const struct vt__unwind_start *start,
		      const struct vt__python_walk *walk, const struct vt__stack *stack)
{
	struct vt__unwind_goal goal = {
		.place = walk->loop_count ? walk->loops[0].place : 0,
		.code = python->eval_code,
		.code_end = python->eval_end,
	};

	if (!stack->truncated && !stack->is_lost)
		return true;
	if (goal.place && stack->depth && goal.place < stack->sps[stack->depth - 1])
		return true;
	return start && vt__unwind_reaches(start, &goal);
}

/* The words of the key: what equal stacks have in common beside their C frames. */
static struct vt__hash128 hash_of(const struct vt__python_stack *room)
{
	struct vt__hash128 hash = {room->c_frames.low, room->c_frames.high};

	for (unsigned i = 0; i < room->count; i++) {
		const struct vt__python_frame *frame = &room->frames[i];
		const uint64_t words[] = {
			hash.low,
			hash.high,
			frame->contents.low,
			frame->contents.high,
			(uint64_t)frame->offset,
			(uint64_t)frame->line << 32 | frame->before,
		};

		hash = vt__hash_words(words, sizeof(words) / sizeof(words[0]), room->more);
	}
	return hash;
}

static struct vt__hash128 key_of(const struct vt__stack *stack)
{
	/* the two lowest bits of enum vt_format_stack_end */
	return stack->has_key
		       ? stack->key
		       : vt__stack_hash(stack->ips, stack->depth,
					(stack->truncated ? 1u : 0u) | (stack->is_lost ? 2u : 0u));
}

enum vt__python_loss vt__python_take(const struct vt__unwind_start *start,
				     struct vt__python_stack *room, struct vt__stack *stack)
{
	const struct vt__python *python = vt__python_of(stack->generation);
	struct vt__python_memory *memory = vt__python_memory();
	struct vt__python_walk walk;
	uintptr_t thread;

	if (!python || !stack->depth)
		return VT__PYTHON_LOST_NOTHING;
	thread = vt__python_thread(python);
	if (!thread)
		return VT__PYTHON_LOST_NOTHING;
	if (!stack->sps || stack->passed_signal || !vt__python_may_walk(python, thread))
		return VT__PYTHON_LOST_FRAMES;
	vt__python_walk(python, thread, memory, &walk);
	if (!walk.count)
		return walk.is_broken ? VT__PYTHON_LOST_FRAMES : VT__PYTHON_LOST_NOTHING;
	if (!is_proven(python, start, &walk, stack))
		return VT__PYTHON_LOST_FRAMES;
	room->c_frames = key_of(stack);
	vt__python_place(python, &walk, stack, room);
	stack->key = hash_of(room);
	stack->has_key = true;
	stack->python = room;
	stack->note = NULL;
	if (memory && !walk.is_broken)
		vt__python_remember(memory, python, thread, &walk, stack);
	return walk.is_broken ? VT__PYTHON_LOST_FRAMES : VT__PYTHON_LOST_NOTHING;
}
