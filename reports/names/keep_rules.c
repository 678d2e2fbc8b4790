/*
 * Compares rules about who keeps memory with its stack.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/names/frame_rules_private.h"
#include "reports/names/keep_rules.h"
#include "reports/names/plain_names.h"

static bool without_shipped;

void vt__keep_rules_leave_out_shipped(void)
{
	without_shipped = true;
}

/* Whether the variable was set, to that value where the rule has one. */
static bool is_set(const struct vt__words *rule, const char *variables)
{
	while (variables && *variables) {
		const size_t bytes = strcspn(variables, "\x1f");
		const bool is_whole = memchr(rule->text, '=', rule->bytes) != NULL;

		if (bytes >= rule->bytes && !memcmp(variables, rule->text, rule->bytes) &&
		    (is_whole ? bytes == rule->bytes : variables[rule->bytes] == '='))
			return true;
		variables += bytes;
		variables += *variables == '\x1f';
	}
	return false;
}

/* A plain name is a part of the whole one, but for its ends: most frames need none. Files and
 * modules are the same in both. */
static bool may_match(const struct vt__frame_pattern *pattern, const struct vt__frame *frame)
{
	struct vt__frame_pattern loose = *pattern;

	if (pattern->part == VT__PART_FILE || pattern->part == VT__PART_MODULE)
		return vt__frame_pattern_matches(pattern, frame);
	if (pattern->part == VT__PART_ANY || memmem(pattern->pattern, pattern->bytes, "(", 1))
		return true;
	if (loose.bytes && *loose.pattern == '^') {
		loose.pattern++;
		loose.bytes--;
	}
	if (loose.bytes && loose.pattern[loose.bytes - 1] == '$')
		loose.bytes--;
	return vt__frame_pattern_matches(&loose, frame);
}

static bool all_match(const struct vt__frame_rule *rule, const struct vt__frame *frame,
		      bool (*matches)(const struct vt__frame_pattern *pattern,
				      const struct vt__frame *frame))
{
	for (size_t i = 0; i < rule->count; i++)
		if (!matches(&rule->patterns[i], frame))
			return false;
	return true;
}

/* 1, 0 or -ENOMEM. */
static int holds(const struct vt__frame_rule *rule, const struct vt__frame *frame)
{
	struct vt__frame plain = *frame;
	char *name = NULL;
	bool is_so;

	if (rule->language != frame->language || !all_match(rule, frame, may_match))
		return 0;
	if (frame->function && frame->language == VT__LANGUAGE_NATIVE) {
		name = vt__plain_name(frame->function);
		if (!name)
			return -ENOMEM;
		plain.function = name;
	}
	is_so = all_match(rule, &plain, vt__frame_pattern_matches);
	free(name);
	return is_so;
}

/* CUDA's runtime and libvramtrack allocate for whoever called them. */
static size_t first_of_caller(const struct vt__frames *frames)
{
	size_t i = 0;

	while (i < frames->count && (frames->frames[i].runtime || frames->frames[i].library))
		i++;
	return i;
}

static int holds_of_stack(const struct vt__frame_rule *rule, const struct vt__frames *frames)
{
	const size_t first = first_of_caller(frames);
	const size_t end = rule->anywhere ? frames->count : first + 1;
	int status = 0;

	for (size_t i = first; i < end && i < frames->count && !status; i++)
		status = holds(rule, &frames->frames[i]);
	return status;
}

int vt__keep_rules_concern(const struct vt__frame *frame)
{
	const struct vt__frame_rule *rules;
	const size_t count = vt__frame_rules_all(&rules);
	int status = 0;

	for (size_t i = 0; i < count && !status; i++)
		if (rules[i].is_of_memory)
			status = holds(&rules[i], frame);
	return status;
}

int vt__keeper_of(const struct vt__frames *frames, uint32_t kind, const char *variables,
		  struct vt__keeper *out)
{
	const struct vt__frame_rule *rules;
	const size_t count = vt__frame_rules_all(&rules);

	for (size_t i = 0; i < count; i++) {
		const struct vt__frame_rule *rule = &rules[i];
		int status;

		if (!rule->is_of_memory || (rule->shipped && without_shipped) ||
		    (rule->kinds && !(kind < VT_KIND_COUNT && rule->kinds & 1ull << kind)) ||
		    (rule->unless.bytes && is_set(&rule->unless, variables)))
			continue;
		status = holds_of_stack(rule, frames);
		if (status < 0)
			return status;
		if (!status)
			continue;
		*out = (struct vt__keeper){rule->by, rule->file, rule->line};
		return rule->keep;
	}
	return VT__KEEP_NOT;
}
