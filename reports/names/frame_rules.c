/*
 * The rules that say whose a frame is, and what they say of one.
 */
#include "config.h"

#include "reports/names/frame_rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/names/frame_rules_private.h"
#include "reports/names/plain_names.h"
#include "reports/text/folder.h"

/* More than anybody writes; each address is compared with all of them, once. */
#define RULES_MAX 10000

static struct {
	struct vt__frame_rule *rules; /* in their order */
	size_t count, capacity;
} known;

/* ---- Reading -------------------------------------------------------------------- */

static void forget(size_t count)
{
	while (known.count > count)
		vt__frame_rule_release(&known.rules[--known.count]);
}

void vt__frame_rules_forget(void)
{
	forget(0);
	free(known.rules);
	known.rules = NULL;
	known.capacity = 0;
}

static int keep(const struct vt__frame_rule *rule)
{
	if (known.count == known.capacity) {
		const size_t more = known.capacity ? known.capacity * 2 : 128;
		struct vt__frame_rule *grown = reallocarray(known.rules, more, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		known.rules = grown;
		known.capacity = more;
	}
	known.rules[known.count++] = *rule;
	return 0;
}

static int read_rules(struct vt__lines *lines, bool shipped, char message[VT__MESSAGE_BYTES])
{
	struct vt__frame_rule rule;
	int status;

	while ((status = vt__lines_next(lines, message)) == 1) {
		status = vt__frame_rule_parse(lines, &rule, message);
		if (status == 1) {
			rule.shipped = shipped;
			status = known.count == RULES_MAX
					 ? vt__lines_refuse(lines, NULL, message,
							    "expected at most %d rules", RULES_MAX)
					 : keep(&rule);
			if (status)
				vt__frame_rule_release(&rule);
		}
		if (status < 0)
			return status;
	}
	return status;
}

static int read_file(const char *path, bool shipped, char message[VT__MESSAGE_BYTES])
{
	const size_t before = known.count;
	struct vt__lines lines;
	int error;

	snprintf(message, VT__MESSAGE_BYTES, "out of memory");
	error = vt__lines_open(&lines, path, message);
	if (error)
		return error;
	error = read_rules(&lines, shipped, message);
	vt__lines_close(&lines);
	if (error)
		forget(before);
	return error;
}

int vt__frame_rules_read(const char *path, char message[VT__MESSAGE_BYTES])
{
	return read_file(path, false, message);
}

static int read_of_folder(void *unused, const char *path, char message[VT__MESSAGE_BYTES])
{
	(void)unused;
	return read_file(path, true, message);
}

int vt__frame_rules_read_folder(const char *path, char message[VT__MESSAGE_BYTES])
{
	return vt__folder_each(path, ".frames", read_of_folder, NULL, message);
}

size_t vt__frame_rules_all(const struct vt__frame_rule **out)
{
	*out = known.rules;
	return known.count;
}

/* ---- Asking --------------------------------------------------------------------- */

static bool holds(const struct vt__frame_rule *rule, const struct vt__frame *frame)
{
	if (rule->is_of_memory || rule->language != frame->language)
		return false;
	for (size_t i = 0; i < rule->count; i++)
		if (!vt__frame_pattern_matches(&rule->patterns[i], frame))
			return false;
	return true;
}

int vt__frame_rules_role(const struct vt__frame *frame)
{
	struct vt__frame plain = *frame;
	char *name = NULL;
	int role = VT__ROLE_USER;

	if (!known.count)
		return role;
	if (frame->function && frame->language == VT__LANGUAGE_NATIVE) {
		name = vt__plain_name(frame->function);
		if (!name)
			return -ENOMEM;
		plain.function = name;
	}
	for (size_t i = 0; i < known.count; i++)
		if (holds(&known.rules[i], &plain)) {
			role = known.rules[i].role;
			break;
		}
	free(name);
	return role;
}
