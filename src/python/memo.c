/*
 * A thread's memory of Python frames, and the way of every recorded call that comes again.
 */
#include "config.h"

#include "python/memo.h"

#include <stddef.h>
#include <string.h>

#include "base/attributes.h"

/*
 * A memo is found by the C frames, the innermost frame and the position in it; or, where another
 * memo was found by that, from this one by the first link that differs. So chains that part further
 * out, such as those of one function that several lines call, each have a place.
 */
static struct vt__memo_way first_way(const struct vt__hash128 *c_frames, uintptr_t frame,
				     uintptr_t position)
{
	return (struct vt__memo_way){
		.by = vt__hash_fold(c_frames->low ^ frame, VT__HASH_B ^ position)};
}

static struct vt__memo_way next_way(const struct vt__python_memo *memo, uint32_t hop, uintptr_t by)
{
	return (struct vt__memo_way){(uint64_t)memo->serial << 32 | hop, by};
}

/* The number of the first of the places that it may have. */
static uint64_t places_of(const struct vt__memo_way *way)
{
	uint64_t hash = vt__hash_fold(vt__hash_fold(way->from ^ VT__HASH_A, way->by ^ VT__HASH_B),
				      VT__HASH_D);

	return hash % (VT__MEMO_PLACES / VT__MEMO_WAYS) * VT__MEMO_WAYS;
}

static bool is_way(const struct vt__memo_way *one, const struct vt__memo_way *other)
{
	return one->by == other->by && one->from == other->from;
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

/* The chain at hand, as far as it was compared. */
struct chain {
	uintptr_t frame; /* of the hop */
	uintptr_t code_before;
	uint32_t hop;
	struct vt__memo_way way; /* to the memo that it has or is to have */
};

/* Compares the chain with the memo's from the hop on. False: `differs` is what the hop holds. A
 * code that is gone does not come again, so then nor does the memo. */
VT__READS_FOREIGN static bool is_same_chain(struct vt__python_memory *memory,
					    struct vt__python_memo *memo, struct chain *chain,
					    uintptr_t *differs)
{
	const struct vt__python_layout *layout = memo->python->layout;
	uintptr_t flag = layout->minor >= 14;

	for (; chain->hop < memo->hop_count; chain->hop++) {
		const struct vt__python_hop *hop = &memo->hops[chain->hop];

		*differs = chain->frame;
		if (*differs != hop->frame)
			return false;
		*differs = vt__read_word(chain->frame + layout->frame_code);
		if (*differs != hop->code)
			return false;
		if (hop->slot != VT__NO_SLOT) {
			*differs = vt__python_position(layout, chain->frame);
			if (*differs != hop->position)
				return false;
			if (hop->code != chain->code_before &&
			    !is_same_code(memory, layout, hop, hop->code & ~flag)) {
				memo->python = NULL;
				return false;
			}
			chain->code_before = hop->code;
		}
		chain->frame = vt__read_word(chain->frame + layout->frame_previous);
	}
	*differs = chain->frame;
	return !memo->ended || !chain->frame;
}

static struct vt__python_memo *memo_by(struct vt__python_memory *memory,
				       const struct vt__memo_way *way, uintptr_t thread)
{
	uint64_t place = places_of(way);

	for (unsigned i = 0; i < VT__MEMO_WAYS; i++) {
		struct vt__python_memo *memo = &memory->memos[place + i];

		if (is_way(&memory->ways[place + i], way) && memo->python && memo->thread == thread)
			return memo;
	}
	return NULL;
}

/* NULL: there is none; `chain.way` is how it is to be found. */
static struct vt__python_memo *find(struct vt__python_memory *memory, struct chain *chain,
				    const struct vt__hash128 *c_frames, uintptr_t thread)
{
	struct vt__python_memo *memo = memo_by(memory, &chain->way, thread);
	uintptr_t differs;

	if (!memo || memo->stack.c_frames.low != c_frames->low ||
	    memo->stack.c_frames.high != c_frames->high || memo->hops[0].frame != chain->frame)
		return NULL;
	for (unsigned i = 0; i < VT__MEMO_TURNS && memo; i++) {
		if (VT__LIKELY(is_same_chain(memory, memo, chain, &differs)))
			return memo;
		if (!memo->python)
			return NULL;
		chain->way = next_way(memo, chain->hop, differs);
		memo = memo_by(memory, &chain->way, thread);
	}
	return NULL;
}

bool vt__python_known(struct vt__stack *stack)
{
	const struct vt__python *python = vt__python_of(stack->generation);
	struct vt__python_memory *memory = vt__python_own;
	struct vt__python_memo *memo;
	struct chain chain = {0};
	uintptr_t thread;

	if (VT__UNLIKELY(!python || !memory))
		return false;
	thread = vt__python_thread(python);
	if (!thread)
		return true;
	if (VT__UNLIKELY(!vt__python_may_walk(python, thread) ||
			 !vt__python_first(python, thread, &chain.frame)))
		return false;
	if (!chain.frame)
		return true;
	/* Where the outer end of the stack is not known, a signal frame may be there, and the
	 * first frame be anything: it was walked from when it was tested. */
	if (VT__UNLIKELY(stack->truncated) && *place_of_first(memory, chain.frame) != chain.frame)
		return false;
	chain.way = first_way(&stack->key, chain.frame,
			      vt__python_position(python->layout, chain.frame));
	memo = find(memory, &chain, &stack->key, thread);
	if (!memo)
		return false;
	stack->key = memo->key;
	stack->note = &memo->note;
	stack->python = &memo->stack;
	return true;
}

/* In the place of one that was found like this, of none, or of the older. */
static struct vt__python_memo *make_room(struct vt__python_memory *memory,
					 const struct vt__memo_way *way)
{
	uint64_t place = places_of(way);
	struct vt__python_memo *memo = &memory->memos[place];

	for (unsigned i = 0; i < VT__MEMO_WAYS; i++)
		if (!memo[i].python || is_way(&memory->ways[place + i], way))
			return &memo[i];
	return memo[1].serial < memo[0].serial ? &memo[1] : &memo[0];
}

void vt__python_remember(struct vt__python_memory *memory, const struct vt__python *python,
			 uintptr_t thread, const struct vt__python_walk *walk,
			 const struct vt__stack *stack)
{
	const struct vt__python_stack *room = stack->python;
	struct chain chain = {.frame = walk->hops[0].frame};
	struct vt__python_memo *memo;

	if (!walk->is_plain || !walk->hop_count)
		return;
	*place_of_first(memory, chain.frame) = chain.frame;
	chain.way = first_way(&room->c_frames, chain.frame,
			      vt__python_position(python->layout, chain.frame));
	if (find(memory, &chain, &room->c_frames, thread) || memory->made == UINT32_MAX)
		return;
	memo = make_room(memory, &chain.way);
	memo->python = NULL; /* while it is changed */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	memory->ways[memo - memory->memos] = chain.way;
	memo->thread = thread;
	memo->ended = walk->ended;
	memo->hop_count = walk->hop_count;
	memo->serial = ++memory->made;
	memo->note = (struct vt__stack_note){0};
	memo->key = stack->key;
	memcpy(memo->hops, walk->hops, walk->hop_count * sizeof(walk->hops[0]));
	memcpy(&memo->stack, room, offsetof(struct vt__python_stack, frames));
	memcpy(memo->stack.frames, room->frames, room->count * sizeof(room->frames[0]));
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	memo->python = python;
}
