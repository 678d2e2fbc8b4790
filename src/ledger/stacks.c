/*
 * Interns stacks: return addresses to frames to one record each.
 */
#include "config.h"

#include "ledger/stacks.h"

#include "base/attributes.h"

struct vt__frames_node {
	UT_hash_handle hh;
	struct vt__hash128 key;
	uint32_t number;
};

VT__APART struct vt__hash128 vt__stacks_key(const struct vt__stack *stack)
{
	if (VT__UNLIKELY(!stack))
		return (struct vt__hash128){0, 0};
	if (VT__LIKELY(stack->has_key))
		return stack->key;
	return vt__stack_hash(stack->ips, stack->depth, vt__stack_end(stack));
}

struct vt__stack_node *vt__stacks_none(struct vt__stacks *stacks)
{
	stacks->spare.number = VT_FORMAT_NONE;
	stacks->spare.site.api = NULL;
	stacks->spare.site.number = VT_FORMAT_NONE;
	stacks->spare.call_from = 0;
	stacks->spare.looked_by = 0;
	return &stacks->spare;
}

struct vt__stack_node *vt__stacks_find(struct vt__stacks *stacks, const struct vt__stack *stack,
				       const struct vt__hash128 *key)
{
	struct vt__stack_node *node;

	if (stack->generation != stacks->stamp->generation)
		return NULL;
	HASH_FIND_BYHASHVALUE(hh, stacks->by_ips, key, sizeof(*key), (unsigned)key->low, node);
	return node;
}

static void forget_ips(struct vt__stacks *stacks, struct vt__arena *table_arena)
{
	struct vt__stack_node *node, *next;

	for (node = stacks->by_ips; node; node = next) {
		next = node->hh.next;
		HASH_DELETE(hh, stacks->by_ips, node);
		vt__arena_give(table_arena, node, sizeof(*node));
	}
}

/* Writes the frames and the stack; returns its number or VT_FORMAT_NONE. */
static uint32_t write_stack(struct vt__recording *recording, const uint64_t *frames, unsigned depth,
			    unsigned end)
{
	uint32_t first = depth ? vt__recording_reserve(recording, VT_FORMAT_FRAME, depth) : 0;
	uint32_t number = vt__recording_reserve(recording, VT_FORMAT_STACK, 1);
	struct vt_format_stack *record;

	if (first == VT_FORMAT_NONE || number == VT_FORMAT_NONE)
		return VT_FORMAT_NONE;
	if (depth) {
		memcpy(vt__recording_at(recording, VT_FORMAT_FRAME, first), frames,
		       depth * sizeof(*frames));
		vt__recording_commit(recording, VT_FORMAT_FRAME, depth);
	}
	record = vt__recording_at(recording, VT_FORMAT_STACK, number);
	record->first_frame = first;
	record->depth = (uint16_t)depth;
	record->truncated = (uint16_t)end;
	vt__recording_commit(recording, VT_FORMAT_STACK, 1);
	if (end & VT_FORMAT_STACK_CUT && !(end & VT_FORMAT_STACK_LIMIT))
		vt__recording_lose(recording, VT_LOSS_TRUNCATED);
	return number;
}

/* What is kept of a stack that is new. */
enum keep {
	KEEP_WHOLE,
	KEEP_SHORT,
	KEEP_NONE,
};

/* Segments double, so that up to twice of what is used is reserved: stacks and call
 * sites may take half of the limit, the last quarter of that for short stacks. */
static enum keep keep_of(const struct vt__stacks *stacks, const struct vt__recording *recording)
{
	static const enum vt_format_type counted[] = {VT_FORMAT_FRAME, VT_FORMAT_STACK,
						      VT_FORMAT_SITE, VT_FORMAT_SOURCE};
	uint64_t used = 0;

	if (!stacks->bytes_most)
		return KEEP_WHOLE;
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
		used += (uint64_t)recording->columns[counted[i]].used *
			vt__shapes[counted[i]].record_bytes;
	if (used < stacks->bytes_most / 8 * 3)
		return KEEP_WHOLE;
	return used < stacks->bytes_most / 2 ? KEEP_SHORT : KEEP_NONE;
}

/* A stack's number by its frames; VT_FORMAT_NONE if it is new. */
static uint32_t find_frames(const struct vt__stacks *stacks, unsigned depth, unsigned end,
			    struct vt__hash128 *key)
{
	struct vt__frames_node *node;

	*key = vt__hash_words(stacks->frames, depth, end);
	HASH_FIND_BYHASHVALUE(hh, stacks->by_frames, key, sizeof(*key), (unsigned)key->low, node);
	return node ? node->number : VT_FORMAT_NONE;
}

static uint32_t make_frames(struct vt__stacks *stacks, struct vt__store *store, unsigned depth,
			    unsigned end, const struct vt__hash128 *key)
{
	struct vt__arena *table_arena = &store->arena;
	uint32_t number = write_stack(&store->recording, stacks->frames, depth, end);
	struct vt__frames_node *node;

	if (number == VT_FORMAT_NONE) {
		vt__recording_lose(&store->recording, VT_LOSS_STACKS);
		return number;
	}
	node = vt__arena_take(table_arena, sizeof(*node));
	if (!node)
		return number;
	node->key = *key;
	node->number = number;
	HASH_ADD_BYHASHVALUE(hh, stacks->by_frames, key, sizeof(node->key), (unsigned)key->low,
			     node);
	if (!node->hh.tbl)
		vt__arena_give(table_arena, node, sizeof(*node));
	return number;
}

/* The innermost frames of a stack, or none of them: the one of all others. */
static uint32_t number_of_less(struct vt__stacks *stacks, struct vt__store *store, unsigned depth,
			       enum keep keep)
{
	const unsigned end = VT_FORMAT_STACK_CUT | VT_FORMAT_STACK_LIMIT;
	struct vt__hash128 key;
	uint32_t number;

	vt__recording_lose(&store->recording, VT_LOSS_LIMIT);
	depth = depth < VT__STACK_SHORT ? depth : VT__STACK_SHORT;
	number = find_frames(stacks, depth, end, &key);
	if (number == VT_FORMAT_NONE && keep == KEEP_NONE) {
		depth = 0;
		number = find_frames(stacks, depth, end, &key);
	}
	return number == VT_FORMAT_NONE ? make_frames(stacks, store, depth, end, &key) : number;
}

/* `whole`: whether it is the stack itself that got a number. */
static uint32_t number_of_frames(struct vt__stacks *stacks, struct vt__store *store, unsigned depth,
				 unsigned end, bool *whole)
{
	struct vt__hash128 key;
	uint32_t number = find_frames(stacks, depth, end, &key);
	enum keep keep;

	*whole = true;
	if (number != VT_FORMAT_NONE)
		return number;
	keep = keep_of(stacks, &store->recording);
	*whole = keep == KEEP_WHOLE;
	return *whole ? make_frames(stacks, store, depth, end, &key)
		      : number_of_less(stacks, store, depth, keep);
}

/* The stack's frames in their order; returns how many there are. */
static unsigned make_words(struct vt__stacks *stacks, struct vt__store *store,
			   const struct vt__frame_names *names, const struct vt__stack *stack,
			   bool is_old)
{
	const struct vt__python_stack *python = stack->python;
	unsigned depth = 0, at = 0;

	for (unsigned i = 0; i <= stack->depth && depth < VT__STACK_MOST; i++) {
		for (; python && at < python->count && depth < VT__STACK_MOST &&
		       (python->frames[at].before <= i || i == stack->depth);
		     at++)
			stacks->frames[depth++] = vt__sources_frame(
				names->sources, store, names->strings, &python->frames[at]);
		if (i < stack->depth && depth < VT__STACK_MOST)
			stacks->frames[depth++] = vt__modules_frame(names->modules, stack->ips[i],
								    is_old);
	}
	return depth;
}

/* Why frames are missing at its end, of enum vt_format_stack_end. */
static unsigned end_of(const struct vt__stack *stack, unsigned depth)
{
	const struct vt__python_stack *python = stack->python;
	unsigned all = stack->depth + (python ? python->count : 0);

	if (depth < all)
		return VT_FORMAT_STACK_CUT;
	return vt__stack_end(stack) | (python && python->more ? VT_FORMAT_STACK_CUT : 0u);
}

struct vt__stack_node *vt__stacks_add(struct vt__stacks *stacks, struct vt__store *store,
				      const struct vt__frame_names *names,
				      const struct vt__stack *stack, const struct vt__hash128 *key)
{
	struct vt__arena *table_arena = &store->arena;
	struct vt__stack_node *node = vt__stacks_none(stacks);
	int32_t age = (int32_t)(stacks->stamp->generation - stack->generation);
	unsigned depth;
	bool whole;

	if (stack->depth == 0)
		return node;
	if (age < 0) {
		forget_ips(stacks, table_arena);
		stacks->stamp->generation = stack->generation;
	}
	depth = make_words(stacks, store, names, stack, age > 0);
	node->number = number_of_frames(stacks, store, depth, end_of(stack, depth), &whole);
	/* A node for each of the many would be without bound too. */
	if (age > 0 || !whole || node->number == VT_FORMAT_NONE)
		return node;
	node = vt__arena_take(table_arena, sizeof(*node));
	if (!node)
		return &stacks->spare;
	*node = stacks->spare;
	node->key = *key;
	HASH_ADD_BYHASHVALUE(hh, stacks->by_ips, key, sizeof(node->key), (unsigned)key->low, node);
	if (node->hh.tbl)
		return node;
	vt__arena_give(table_arena, node, sizeof(*node));
	return &stacks->spare;
}
