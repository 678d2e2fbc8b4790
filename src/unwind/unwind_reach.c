/*
 * Whether a walk gets to a place, without keeping any of it.
 */
#include "config.h"

#include "unwind/unwind.h"
#include "unwind/unwind_step.h"

#define REACH_MOST 4096 /* steps */

bool vt__unwind_reaches(const struct vt__unwind_start *start, const struct vt__unwind_goal *goal)
{
	struct vt__walk walk = {.generation = vt__unwind_generation(),
				.range = vt__range_at(start->sp)};
	bool reached = false;

	vt__walk_to_caller(&walk, start->ip, start->sp, start->bp, 0);
	for (unsigned i = 0; i < REACH_MOST && !reached; i++) {
		bool left;

		reached = !goal->place && walk.ip - goal->code < goal->code_end - goal->code;
		left = !reached && vt__walk_step(&walk);
		if (walk.signal || walk.complex)
			return false;
		if (!left)
			break;
		reached = goal->place && walk.sp > goal->place;
	}
	vt__range_remember(walk.range);
	return reached;
}
