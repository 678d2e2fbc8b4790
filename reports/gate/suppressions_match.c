/*
 * Compares a rule with a finding: each pattern with the first frame, from the
 * innermost outwards, that it can stand for. Linear in the stack.
 */
#include "config.h"

#include "reports/gate/suppressions_private.h"

/* By a rule that is exact; code of no module has nothing to be named by. */
static bool must_be_named(const struct vt__frame *frame)
{
	return frame->role == VT__ROLE_USER && (frame->function || frame->module);
}

static bool stack_matches(const struct vt__rule *rule, const struct vt__frames *frames)
{
	const size_t end = rule->exact ? vt__frames_end(frames) : frames->count;
	size_t matched = 0, i = 0;

	/* CUDA's runtime and libvramtrack allocate for whoever called them. */
	while (rule->innermost && i < frames->count &&
	       (frames->frames[i].runtime || frames->frames[i].library))
		i++;
	if (rule->innermost && (i == frames->count ||
				!vt__frame_pattern_matches(&rule->frames[0], &frames->frames[i])))
		return false;
	for (; i < frames->count && (rule->exact || matched < rule->frame_count); i++) {
		const struct vt__frame *frame = &frames->frames[i];

		if (matched < rule->frame_count &&
		    vt__frame_pattern_matches(&rule->frames[matched], frame))
			matched++;
		else if (rule->exact && i < end && must_be_named(frame))
			return false;
	}
	return matched == rule->frame_count;
}

/* What a rule about memory says is kept would be a leak without it, and may have been
 * suppressed as one. */
static uint32_t also_known_as(const struct vt__finding_row *row)
{
	return row->keeper.name ? 1u << VT__CLASS_LEAK : 0;
}

bool vt__rule_matches(const struct vt__rule *rule, const struct vt__judged *judged,
		      const struct vt__frames *frames)
{
	const struct vt__finding_row *row = judged->row;

	if (!(rule->classes & (1u << row->finding_class | also_known_as(row))))
		return false;
	if (rule->kind != VT_FORMAT_NONE && rule->kind != row->kind)
		return false;
	if (rule->devices && (!judged->devices || judged->devices & ~rule->devices))
		return false;
	if (judged->largest.bytes > rule->bytes || judged->largest.count > rule->count)
		return false;
	return stack_matches(rule, frames);
}
