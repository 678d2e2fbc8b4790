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
static bool holds(const struct vt__python_memory *memory, uint64_t made_at)
{
	return made_at && memory->made - made_at <= VT__MEMO_BYTES;
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

/* The frame of a hop, which the link before leads to. Reads that follow are of the address that the
 * memo has, so that the processor need not wait for the link: the frames of a chain are cold as a
 * rule, and come at the same time then, not one after another. */
static inline uintptr_t frame_of(const struct vt__python_hop *hop)
{
	uintptr_t frame = hop->frame;

	__asm__("" : "+r"(frame)); /* else the compiler takes the link, which is equal */
	return frame;
}

/* Compares the chain with the memo's from the hop on. */
VT__READS_FOREIGN static bool is_same_chain(struct vt__python_memory *memory,
					    const struct vt__python_memo *memo, struct chain *chain)
{
	const struct vt__python_layout *layout = chain->python->layout;
	const struct vt__python_hop *hop = &memo->hops[chain->hop];
	const struct vt__python_hop *const end = &memo->hops[memo->hop_count];
	const uintptr_t flag = layout->minor >= 14;
	uintptr_t link = chain->frame, code_before = chain->code_before, found = link, frame;

	for (; hop < end; hop++) {
		frame = frame_of(hop);
		if (found != frame)
			break;
		found = vt__read_word(frame + layout->frame_code);
		if (found != hop->code)
			break;
		if (hop->slot != VT__NO_SLOT) {
			found = vt__python_position(layout, frame);
			if (found != hop->position)
				break;
			chain->is_gone = hop->code != code_before &&
					 !is_same_code(memory, layout, hop, hop->code & ~flag);
			if (chain->is_gone)
				break;
			code_before = hop->code;
		}
		found = link = vt__read_word(frame + layout->frame_previous);
	}
	chain->hop = (uint32_t)(hop - memo->hops);
	chain->frame = link;
	chain->code_before = code_before;
	chain->differs = found;
	return hop == end && (!memo->ended || !link);
}

/* The place of the memo that the chain's way leads to; NULL: to none. */
static struct vt__memo_place *place_by(struct vt__python_memory *memory, const struct chain *chain)
{
	struct vt__memo_place *place = places_of(memory, &chain->way);

	for (unsigned i = 0; i < VT__MEMO_WAYS; i++, place++)
		if (is_way(&place->way, &chain->way) && holds(memory, place->made_at))
			return place;
	return NULL;
}

/* From a memo that begins as the chain may, by others where it leaves. NULL: there is none;
 * `chain->way` is how it is to be found. One that is gone leaves 0 where it was found. */
static struct vt__python_memo *follow(struct vt__python_memory *memory, uint64_t *made_at,
				      struct chain *chain)
{
	struct vt__memo_place *place;
	struct vt__python_memo *memo;

	for (unsigned i = 0; i < VT__MEMO_TURNS; i++) {
		memo = memo_at(memory, *made_at);
		if (VT__LIKELY(is_same_chain(memory, memo, chain)))
			return memo;
		if (chain->is_gone) {
			*made_at = 0;
			return NULL;
		}
		chain->way = next_way(*made_at, chain->hop, chain->differs);
		place = place_by(memory, chain);
		if (!place)
			return NULL;
		made_at = &place->made_at;
	}
	return NULL;
}

static bool is_of_call(const struct vt__python_memo *memo, const struct chain *chain)
{
	return memo->python == chain->python && memo->thread == chain->thread &&
	       memo->hops[0].frame == chain->frame;
}

/* By the table. `first`: where the memo was made that the search began with. */
static struct vt__python_memo *find(struct vt__python_memory *memory, struct chain *chain,
				    const struct vt__hash128 *c_frames, uint64_t *first)
{
	struct vt__memo_place *place;
	const struct vt__python_memo *memo;

	chain->way = first_way(c_frames, chain->frame,
			       vt__python_position(chain->python->layout, chain->frame));
	place = place_by(memory, chain);
	if (!place)
		return NULL;
	memo = memo_at(memory, place->made_at);
	if (!is_of_call(memo, chain) || memo->stack->c_frames.low != c_frames->low ||
	    memo->stack->c_frames.high != c_frames->high)
		return NULL;
	*first = place->made_at;
	return follow(memory, &place->made_at, chain);
}

/* From the memo that was found first with these C frames before, without the table; else by it. */
static struct vt__python_memo *find_known(struct vt__python_memory *memory, struct chain *chain,
					  const struct vt__stack *stack)
{
	const struct chain begin = *chain;
	uint64_t first = stack->beside;
	struct vt__python_memo *memo;

	if (VT__LIKELY(holds(memory, first)) && is_of_call(memo_at(memory, first), chain)) {
		memo = follow(memory, &first, chain);
		if (VT__LIKELY(memo))
			return memo;
		*chain = begin;
	}
	memo = find(memory, chain, &stack->key, &first);
	if (memo && first != stack->beside)
		vt__unwind_note_beside(stack, first);
	return memo;
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
	memo = find_known(memory, &chain, stack);
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
		if (!holds(memory, place[i].made_at) || is_way(&place[i].way, way))
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
	uint64_t made_at, first;

	if (!walk->is_plain || !walk->hop_count)
		return;
	*place_of_first(memory, chain.frame) = chain.frame;
	if (find(memory, &chain, &room->c_frames, &first))
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
