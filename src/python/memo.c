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

#define HOP_BITS 9u
_Static_assert(VT__PYTHON_HOPS < 1u << HOP_BITS, "the number of a hop, and one behind the last");

static struct vt__memo_way next_way(uint64_t made_at, uint32_t hop, uintptr_t by)
{
	return (struct vt__memo_way){made_at / VT__MEMO_ALIGN << HOP_BITS | hop, by};
}

/* The first of the places that it may have. */
static struct vt__memo_place *places_of(struct vt__python_memory *memory,
					const struct vt__memo_way *way)
{
	uint64_t hash = vt__hash_fold(vt__hash_fold(way->from ^ VT__HASH_A, way->by ^ VT__HASH_B),
				      VT__HASH_D);

	return &memory->places[hash % (VT__MEMO_PLACES / VT__MEMO_WAYS) * VT__MEMO_WAYS];
}

static bool is_way(const struct vt__memo_way *one, const struct vt__memo_way *other)
{
	return one->by == other->by && one->from == other->from;
}

/* Whether there is a memo that no other was written over. */
static bool holds(const struct vt__python_memory *memory, const struct vt__memo_place *place)
{
	return place->made_at && memory->made - place->made_at <= VT__MEMO_BYTES;
}

static struct vt__python_memo *memo_at(struct vt__python_memory *memory, uint64_t made_at)
{
	return (struct vt__python_memo *)(memory->ring + made_at % VT__MEMO_BYTES);
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
	const struct vt__python *python;
	uintptr_t thread;
	uintptr_t frame; /* of the hop */
	uintptr_t code_before;
	uint32_t hop;
	bool is_gone;            /* a code that does not come again, so nor does the memo */
	uintptr_t differs;       /* what the hop holds */
	struct vt__memo_way way; /* to the memo that it has or is to have */
};

/* Compares the chain with the memo's from the hop on. */
VT__READS_FOREIGN static bool is_same_chain(struct vt__python_memory *memory,
					    const struct vt__python_memo *memo, struct chain *chain)
{
	const struct vt__python_layout *layout = chain->python->layout;
	uintptr_t flag = layout->minor >= 14;

	for (; chain->hop < memo->hop_count; chain->hop++) {
		const struct vt__python_hop *hop = &memo->hops[chain->hop];

		chain->differs = chain->frame;
		if (chain->differs != hop->frame)
			return false;
		chain->differs = vt__read_word(chain->frame + layout->frame_code);
		if (chain->differs != hop->code)
			return false;
		if (hop->slot != VT__NO_SLOT) {
			chain->differs = vt__python_position(layout, chain->frame);
			if (chain->differs != hop->position)
				return false;
			chain->is_gone = hop->code != chain->code_before &&
					 !is_same_code(memory, layout, hop, hop->code & ~flag);
			if (chain->is_gone)
				return false;
			chain->code_before = hop->code;
		}
		chain->frame = vt__read_word(chain->frame + layout->frame_previous);
	}
	chain->differs = chain->frame;
	return !memo->ended || !chain->frame;
}

/* The place of the memo that the chain's way leads to; NULL: to none. */
static struct vt__memo_place *place_by(struct vt__python_memory *memory, const struct chain *chain)
{
	struct vt__memo_place *place = places_of(memory, &chain->way);

	for (unsigned i = 0; i < VT__MEMO_WAYS; i++, place++)
		if (is_way(&place->way, &chain->way) && holds(memory, place))
			return place;
	return NULL;
}

static bool is_of_call(const struct vt__python_memo *memo, const struct chain *chain,
		       const struct vt__hash128 *c_frames)
{
	return memo->python == chain->python && memo->thread == chain->thread &&
	       memo->hops[0].frame == chain->frame && memo->stack->c_frames.low == c_frames->low &&
	       memo->stack->c_frames.high == c_frames->high;
}

/* NULL: there is none; `chain->way` is how it is to be found. */
static struct vt__python_memo *find(struct vt__python_memory *memory, struct chain *chain,
				    const struct vt__hash128 *c_frames)
{
	struct vt__memo_place *place = place_by(memory, chain);
	struct vt__python_memo *memo;

	if (!place || !is_of_call(memo_at(memory, place->made_at), chain, c_frames))
		return NULL;
	for (unsigned i = 0; i < VT__MEMO_TURNS && place; i++) {
		memo = memo_at(memory, place->made_at);
		if (VT__LIKELY(is_same_chain(memory, memo, chain)))
			return memo;
		if (chain->is_gone) {
			place->made_at = 0;
			return NULL;
		}
		chain->way = next_way(place->made_at, chain->hop, chain->differs);
		place = place_by(memory, chain);
	}
	return NULL;
}

bool vt__python_known(struct vt__stack *stack)
{
	struct vt__python_memory *memory = vt__python_own;
	struct chain chain = {.python = vt__python_of(stack->generation)};
	struct vt__python_memo *memo;

	if (VT__UNLIKELY(!chain.python || !memory))
		return false;
	chain.thread = vt__python_thread(chain.python);
	if (!chain.thread)
		return true;
	if (VT__UNLIKELY(!vt__python_may_walk(chain.python, chain.thread) ||
			 !vt__python_first(chain.python, chain.thread, &chain.frame)))
		return false;
	if (!chain.frame)
		return true;
	/* Where the outer end of the stack is not known, a signal frame may be there, and the
	 * first frame be anything: it was walked from when it was tested. */
	if (VT__UNLIKELY(stack->truncated) && *place_of_first(memory, chain.frame) != chain.frame)
		return false;
	chain.way = first_way(&stack->key, chain.frame,
			      vt__python_position(chain.python->layout, chain.frame));
	memo = find(memory, &chain, &stack->key);
	if (!memo)
		return false;
	stack->key = memo->key;
	stack->note = &memo->note;
	stack->python = memo->stack;
	return true;
}

/* In the place of one that was found like this, of none, or of the oldest. */
static struct vt__memo_place *choose_place(struct vt__python_memory *memory,
					   const struct vt__memo_way *way)
{
	struct vt__memo_place *place = places_of(memory, way), *oldest = place;

	for (unsigned i = 0; i < VT__MEMO_WAYS; i++) {
		if (!holds(memory, &place[i]) || is_way(&place[i].way, way))
			return &place[i];
		if (place[i].made_at < oldest->made_at)
			oldest = &place[i];
	}
	return oldest;
}

/* Room for a memo; those that were there are none from now on. Returns where it was made. */
static uint64_t make_room(struct vt__python_memory *memory, size_t bytes)
{
	const uint64_t rounded = (bytes + VT__MEMO_ALIGN - 1) / VT__MEMO_ALIGN * VT__MEMO_ALIGN;
	uint64_t at = memory->made ? memory->made : VT__MEMO_ALIGN; /* 0 is none */

	if (at % VT__MEMO_BYTES + rounded > VT__MEMO_BYTES)
		at += VT__MEMO_BYTES - at % VT__MEMO_BYTES;
	memory->made = at + rounded;
	return at;
}

void vt__python_remember(struct vt__python_memory *memory, const struct vt__python *python,
			 uintptr_t thread, const struct vt__python_walk *walk,
			 const struct vt__stack *stack)
{
	const struct vt__python_stack *room = stack->python;
	struct chain chain = {.python = python, .thread = thread, .frame = walk->hops[0].frame};
	const size_t hop_bytes = walk->hop_count * sizeof(walk->hops[0]);
	const size_t stack_bytes = offsetof(struct vt__python_stack, frames) +
				   room->count * sizeof(room->frames[0]);
	struct vt__memo_place *place;
	struct vt__python_memo *memo;
	uint64_t made_at;

	if (!walk->is_plain || !walk->hop_count)
		return;
	*place_of_first(memory, chain.frame) = chain.frame;
	chain.way = first_way(&room->c_frames, chain.frame,
			      vt__python_position(python->layout, chain.frame));
	if (find(memory, &chain, &room->c_frames))
		return;
	made_at = make_room(memory, sizeof(*memo) + hop_bytes + stack_bytes);
	place = choose_place(memory, &chain.way);
	place->made_at = 0; /* while it is changed */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	memo = memo_at(memory, made_at);
	*memo = (struct vt__python_memo){
		.python = python,
		.thread = thread,
		.ended = walk->ended,
		.hop_count = walk->hop_count,
		.key = stack->key,
		.stack = (const struct vt__python_stack *)((char *)memo->hops + hop_bytes),
	};
	memcpy(memo->hops, walk->hops, hop_bytes);
	memcpy((char *)memo->hops + hop_bytes, room, stack_bytes);
	place->way = chain.way;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	place->made_at = made_at;
}
