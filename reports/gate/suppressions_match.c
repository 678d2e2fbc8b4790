/*
 * Compares a rule with a finding: each pattern with the first frame, from the
 * innermost outwards, that it can stand for. Linear in the stack.
 */
#include "config.h"

#include <string.h>

#include "reports/text/glob.h"
#include "reports/gate/suppressions_private.h"

static bool text_matches(const struct vt__rule_frame *pattern, const char *text)
{
	return text && vt__glob_matches(pattern->pattern, pattern->bytes, text);
}

/* A path and its last part: "^lib" begins a library's name, wherever it is installed. */
static bool path_matches(const struct vt__rule_frame *pattern, const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return text_matches(pattern, path) || (slash && text_matches(pattern, slash + 1));
}

static bool frame_matches(const struct vt__rule_frame *pattern, const struct vt__frame *frame)
{
	const bool any = pattern->part == VT__PART_ANY;

	return ((any || pattern->part == VT__PART_FUNCTION) &&
		text_matches(pattern, frame->function)) ||
	       ((any || pattern->part == VT__PART_FILE) && path_matches(pattern, frame->file)) ||
	       ((any || pattern->part == VT__PART_MODULE) && path_matches(pattern, frame->module));
}

static bool stack_matches(const struct vt__rule *rule, const struct vt__frames *frames)
{
	size_t matched = 0, i = 0;

	/* CUDA's runtime allocates for whoever called it. */
	while (rule->innermost && i < frames->count && frames->frames[i].runtime)
		i++;
	if (rule->innermost &&
	    (i == frames->count || !frame_matches(&rule->frames[0], &frames->frames[i])))
		return false;
	for (; i < frames->count && matched < rule->frame_count; i++)
		matched += frame_matches(&rule->frames[matched], &frames->frames[i]);
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
