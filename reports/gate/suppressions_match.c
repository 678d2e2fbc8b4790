/*
 * Compares a rule with a finding: each pattern with the first frame, from the
 * innermost outwards, that it can stand for. Linear in the stack.
 */
#include "config.h"

#include "reports/gate/suppressions_private.h"

static bool stack_matches(const struct vt__rule *rule, const struct vt__frames *frames)
{
	size_t matched = 0, i = 0;

	/* CUDA's runtime and libvramtrack allocate for whoever called them. */
	while (rule->innermost && i < frames->count &&
	       (frames->frames[i].runtime || frames->frames[i].library))
		i++;
	if (rule->innermost && (i == frames->count ||
				!vt__frame_pattern_matches(&rule->frames[0], &frames->frames[i])))
		return false;
	for (; i < frames->count && matched < rule->frame_count; i++)
		matched += vt__frame_pattern_matches(&rule->frames[matched], &frames->frames[i]);
	return matched == rule->frame_count;
}

bool vt__rule_matches(const struct vt__rule *rule, const struct vt__judged *judged,
		      const struct vt__frames *frames)
{
	const struct vt__finding_row *row = judged->row;

	if (!(rule->classes & 1u << row->finding_class))
		return false;
	if (rule->kind != VT_FORMAT_NONE && rule->kind != row->kind)
		return false;
	if (rule->devices && (!judged->devices || judged->devices & ~rule->devices))
		return false;
	if (judged->largest.bytes > rule->bytes || judged->largest.count > rule->count)
		return false;
	return stack_matches(rule, frames);
}
