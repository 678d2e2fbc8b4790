/*
 * Finds or enters a stack, and notes its node with it.
 */
#include "config.h"

#include "ledger/known_stack.h"

#include <string.h>

#include "unwind/own_stack.h"
#include "unwind/unwind.h"

static struct vt__stack_node *note_it(const struct vt__ledger *ledger,
				      const struct vt__stack *stack, struct vt__stack_node *node)
{
	/* A spare node is for one visit. */
	if (stack->note && node != &ledger->stacks.spare && !ledger->growth.calls.wanted) {
		const struct vt__stack_note note = {
			.stamp = {.ledger = ledger->stamp.ledger, .generation = stack->generation},
			.node = node,
		};

		vt__unwind_note(stack, &note);
	}
	return node;
}

/* Copies borrowed return addresses. False if they are another stack's by now. */
static bool settle(struct vt__stack *stack, const struct vt__hash128 *key, uintptr_t *copy)
{
	struct vt__hash128 now;

	memcpy(copy, stack->ips, stack->depth * sizeof(*copy));
	now = vt__stack_hash(copy, stack->depth, vt__stack_end(stack));
	stack->ips = copy;
	stack->is_borrowed = false;
	if (stack->python)
		key = &stack->python->c_frames;
	return now.low == key->low && now.high == key->high;
}

static struct vt__stack_node *add(struct vt__ledger *ledger, const struct vt__stack *stack,
				  const struct vt__hash128 *key)
{
	const struct vt__frame_names names = {&ledger->modules, &ledger->sources, &ledger->strings};
	struct vt__stack_node *node = vt__stacks_add(&ledger->stacks, &ledger->store, &names, stack,
						     key);

	if (ledger->growth.calls.wanted)
		node->call_from = vt__calls_from(ledger, stack);
	return node;
}

static struct vt__stack_node *enter_new(struct vt__ledger *ledger, const struct vt__stack *stack,
					const struct vt__hash128 *key)
{
	bool had_python = vt__python_is_here();
	struct vt__python_stack python;
	struct vt__stack mixed;

	if (vt__modules_want_look(&ledger->modules, stack->ips, stack->depth, stack->generation))
		vt__modules_look(&ledger->modules, &ledger->store, &ledger->strings, stack);
	vt__ending_look(ledger, stack);
	if (had_python || !vt__python_is_here())
		return note_it(ledger, stack, add(ledger, stack, key));
	/* An interpreter that was loaded late was met with this stack, which is its own by now. */
	mixed = *stack;
	vt__python_take(NULL, &python, &mixed);
	return mixed.python ? add(ledger, &mixed, &mixed.key)
			    : note_it(ledger, stack, add(ledger, stack, key));
}

static struct vt__stack_node *enter_borrowed(struct vt__ledger *ledger,
					     const struct vt__stack *stack,
					     const struct vt__hash128 *key)
{
	uintptr_t ips[VT__STACK_MOST];
	struct vt__stack copy = *stack;

	copy.sps = NULL;
	if (stack->depth > VT__STACK_MOST || !settle(&copy, key, ips)) {
		vt__recording_lose(&ledger->store.recording, VT_LOSS_STACKS);
		return vt__stacks_none(&ledger->stacks);
	}
	return enter_new(ledger, &copy, key);
}

struct entering {
	struct vt__ledger *ledger;
	const struct vt__stack *stack;
	const struct vt__hash128 *key;
	struct vt__stack_node *node;
};

static void enter_on_own_stack(void *closure)
{
	struct entering *it = closure;

	if (it->stack->is_borrowed)
		it->node = enter_borrowed(it->ledger, it->stack, it->key);
	else
		it->node = enter_new(it->ledger, it->stack, it->key);
}

struct vt__stack_node *vt__stack_enter(struct vt__ledger *ledger, const struct vt__stack *stack,
				       const struct vt__hash128 *key)
{
	struct entering it = {ledger, stack, key, vt__stacks_find(&ledger->stacks, stack, key)};

	if (it.node)
		note_it(ledger, stack, it.node);
	else
		vt__own_stack_run(enter_on_own_stack, &it);
	if (ledger->growth.calls.wanted && !ledger->growth.calls.aside)
		vt__calls_look(ledger, it.node);
	return it.node;
}
