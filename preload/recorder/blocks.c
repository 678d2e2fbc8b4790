/* Carries blocks of a framework's cache into the ledger. */
#include "config.h"

#include "preload/recorder/blocks.h"

#include "preload/recorder/process.h"
#include "preload/recorder/scope.h"
#include "preload/recorder/stacks.h"

static const char *const names[] = {
#define VT_BLOCK_DOOR(id, cache, what) [VT_BLOCK_DOOR_##id] = what,
	VT_BLOCK_DOORS(VT_BLOCK_DOOR)
#undef VT_BLOCK_DOOR
};

struct entering {
	struct vt__ledger *ledger;
	const struct vt__allocation *block;
	const struct vt__told *told;
};

static void enter(const struct vt__stack *stack, void *closure)
{
	const struct entering *it = closure;

	vt__ledger_enter_block(it->ledger, it->block, it->told, stack);
}

static void record_taken(struct vt__ledger *ledger, const struct vt__seen_block *seen,
			 const struct vt__unwind_start *start)
{
	const struct vt__allocation block = {
		.space = VT__SPACE_BLOCK,
		.kind = VT_KIND_BLOCK,
		.address = seen->address,
		.bytes = seen->bytes,
		.device = seen->device,
		.api = names[seen->door],
		.purpose = vt__scope.purpose,
		.label = vt__scope.label,
	};
	struct entering it = {ledger, &block, &seen->told};
	bool has_scope = block.purpose || block.label;
	struct vt__stack stack;

	if (!vt__ledger_begin_blocks(ledger, &block, seen->door, &seen->told))
		return;
	if (vt__stack_known(start, &stack) || vt__stack_known_mixed(start, &stack)) {
		enter(&stack, &it);
	} else if (!has_scope && vt__stack_begin(start, &stack)) {
		enter(&stack, &it);
		vt__unwind_end();
	} else {
		vt__record_with_stack(start, enter, &it);
	}
}

void vt__record_block(const struct vt__seen_block *seen, const struct vt__unwind_start *start)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	if (!ledger || seen->device < 0 || !vt__devices_covers(seen->device))
		return;
	if (seen->bytes)
		record_taken(ledger, seen, start);
	else if (vt__ledger_sees_blocks(ledger, seen->device))
		vt__ledger_take_block(ledger, seen->device, seen->address, &seen->told);
}
