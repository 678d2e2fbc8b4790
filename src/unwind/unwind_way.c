/* Walks from one call of the thread towards another that began before it. */
#include "config.h"

#include "unwind/unwind_way.h"

#include <errno.h>

#include "unwind/unwind_step.h"

#define STEPS_MOST 65536 /* frames; a stack of 8 MiB that is deeper is not followed to its end */

static void begin(struct vt__walk *walk, const struct vt__unwind_start *start)
{
	*walk = (struct vt__walk){.generation = vt__unwind_generation()};
	vt__walk_to_caller(walk, start->ip, start->sp, start->bp, 0);
}

void vt__unwind_way(const struct vt__unwind_start *from, const struct vt__unwind_start *to,
		    struct vt__way *out)
{
	uintptr_t own = 0, called = 0; /* of the two frames before the walk's */
	struct vt__walk walk;
	bool left = true;

	*out = (struct vt__way){.met = false};
	begin(&walk, from);
	for (unsigned steps = 0; left && steps < STEPS_MOST; steps++) {
		out->met = walk.sp == to->sp && walk.ip == to->ip;
		if (out->met)
			break;
		called = own;
		own = walk.pc;
		left = vt__walk_step(&walk);
		/* only what a signal interrupted is looked up by the address itself */
		if (left && walk.pc == walk.ip) {
			out->over_signal = true;
			own = 0;
		}
	}
	out->called = out->met ? called : 0;
	out->complete = out->met || walk.ended || walk.ip == 0;
	out->end = walk.sp;
}

bool vt__unwind_passes(const struct vt__unwind_start *from, uintptr_t above, uintptr_t start,
		       uintptr_t end)
{
	struct vt__walk walk;
	uintptr_t pc;
	bool left = true;

	begin(&walk, from);
	for (unsigned steps = 0; left && steps < STEPS_MOST; steps++) {
		pc = walk.pc;
		left = vt__walk_step(&walk);
		/* the frame ends where its caller's begins */
		if ((!left || walk.sp > above) && pc >= start && pc < end)
			return true;
	}
	return !walk.ended && walk.ip != 0;
}

static bool is_readable(uintptr_t slot)
{
	int saved_errno = errno;
	bool readable = slot % sizeof(uintptr_t) == 0 && vt__memory_readable(slot);

	errno = saved_errno;
	return readable;
}

VT__READS_STACK bool vt__unwind_is_intact(const struct vt__unwind_start *to)
{
	uintptr_t slot = vt__arch_record_at(to->sp, to->record) + sizeof(uintptr_t);

	return is_readable(slot) && vt__arch_strip(*(const uintptr_t *)slot) == to->ip;
}

VT__READS_STACK uintptr_t vt__unwind_end_of(const struct vt__unwind_start *to)
{
	uintptr_t slot = vt__arch_record_at(to->sp, to->record);
	struct vt__unwind_start start = {.ip = to->ip, .sp = to->sp};
	struct vt__way way;

	if (!is_readable(slot))
		return 0;
	start.bp = *(const uintptr_t *)slot;
	vt__unwind_way(&start, &(struct vt__unwind_start){.ip = 0}, &way);
	return way.complete ? way.end : 0;
}
