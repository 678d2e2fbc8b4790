/*
 * The rules of all suppressions files, and which of them were used.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/gate/suppressions_private.h"
#include "reports/text/folder.h"

/* More than any project has; each finding is compared with all of them. */
#define RULES_MAX 100000

struct vt__suppressions {
	struct vt__rule *rules; /* in their order */
	size_t count, capacity;
	char **files; /* their names */
	size_t file_count;
};

struct vt__suppressions *vt__suppressions_new(void)
{
	return calloc(1, sizeof(struct vt__suppressions));
}

static void forget(struct vt__suppressions *suppressions, size_t count)
{
	while (suppressions->count > count)
		vt__rule_release(&suppressions->rules[--suppressions->count]);
}

void vt__suppressions_free(struct vt__suppressions *suppressions)
{
	if (!suppressions)
		return;
	forget(suppressions, 0);
	while (suppressions->file_count)
		free(suppressions->files[--suppressions->file_count]);
	free(suppressions->files);
	free(suppressions->rules);
	free(suppressions);
}

/* ---- Reading -------------------------------------------------------------------- */

/* The name of a file, which rules refer to; NULL if out of memory. */
static const char *keep_file(struct vt__suppressions *suppressions, const char *path)
{
	char **files = reallocarray(suppressions->files, suppressions->file_count + 1,
				    sizeof(*files));

	if (!files)
		return NULL;
	suppressions->files = files;
	files[suppressions->file_count] = strdup(path);
	return files[suppressions->file_count] ? files[suppressions->file_count++] : NULL;
}

static int keep_rule(struct vt__suppressions *suppressions, struct vt__rule *rule)
{
	if (suppressions->count == suppressions->capacity) {
		const size_t more = suppressions->capacity ? suppressions->capacity * 2 : 32;
		struct vt__rule *grown = reallocarray(suppressions->rules, more, sizeof(*grown));

		if (!grown) {
			vt__rule_release(rule);
			return -ENOMEM;
		}
		suppressions->rules = grown;
		suppressions->capacity = more;
	}
	suppressions->rules[suppressions->count++] = *rule;
	return 0;
}

static int read_rules(struct vt__suppressions *suppressions, struct vt__lines *lines,
		      const char *file, bool shipped, char message[VT__MESSAGE_BYTES])
{
	struct vt__rule rule;
	int status;

	while ((status = vt__lines_next(lines, message)) == 1) {
		status = vt__rule_parse(lines, &rule, message);
		if (status == 1 && suppressions->count == RULES_MAX) {
			vt__rule_release(&rule);
			return vt__lines_refuse(lines, NULL, message, "expected at most %d rules",
						RULES_MAX);
		}
		if (status == 1) {
			rule.file = file;
			rule.shipped = shipped;
			status = keep_rule(suppressions, &rule);
		}
		if (status < 0)
			return status;
	}
	return status;
}

int vt__suppressions_read(struct vt__suppressions *suppressions, const char *path, bool shipped,
			  char message[VT__MESSAGE_BYTES])
{
	const size_t before = suppressions->count;
	const char *file = keep_file(suppressions, path);
	struct vt__lines lines;
	int error = file ? 0 : -ENOMEM;

	snprintf(message, VT__MESSAGE_BYTES, "out of memory");
	if (!error)
		error = vt__lines_open(&lines, file, message);
	if (error)
		return error;
	error = read_rules(suppressions, &lines, file, shipped, message);
	vt__lines_close(&lines);
	if (error)
		forget(suppressions, before);
	return error;
}

static int read_of_folder(void *suppressions, const char *path, char message[VT__MESSAGE_BYTES])
{
	return vt__suppressions_read(suppressions, path, true, message);
}

int vt__suppressions_read_folder(struct vt__suppressions *suppressions, const char *path,
				 char message[VT__MESSAGE_BYTES])
{
	return vt__folder_each(path, ".supp", read_of_folder, suppressions, message);
}

/* ---- Asking ---------------------------------------------------------------------- */

static bool is_over(const struct vt__rule *rule, uint32_t today)
{
	return rule->until && rule->until < today;
}

/* Its text without white space before it. */
static const char *shown(const struct vt__rule *rule)
{
	return rule->text + strspn(rule->text, " \t");
}

/* Once a rule was found, only those that did nothing so far are asked: many
 * findings and many rules are not multiplied. */
bool vt__suppressions_match(struct vt__suppressions *suppressions, const struct vt__judged *judged,
			    const struct vt__frames *frames, const struct vt__frames *own,
			    uint32_t today, struct vt__rule_place *out)
{
	bool found = false;

	for (size_t i = 0; i < suppressions->count; i++) {
		struct vt__rule *rule = &suppressions->rules[i];

		if (is_over(rule, today) || (found && (rule->used || rule->shipped)) ||
		    (!vt__rule_matches(rule, judged, frames) &&
		     (!own || !vt__rule_matches(rule, judged, own))))
			continue;
		rule->used = true;
		if (!found)
			*out = (struct vt__rule_place){rule->file, rule->line, shown(rule)};
		found = true;
	}
	return found;
}

int vt__suppressions_idle(const struct vt__suppressions *suppressions, uint32_t today,
			  struct vt__idle_rule **out, size_t *count)
{
	struct vt__idle_rule *idle = calloc(suppressions->count + 1, sizeof(*idle));

	if (!idle)
		return -ENOMEM;
	*count = 0;
	for (size_t i = 0; i < suppressions->count; i++) {
		const struct vt__rule *rule = &suppressions->rules[i];
		const bool expired = is_over(rule, today);

		if (expired || (!rule->used && !rule->shipped))
			idle[(*count)++] = (struct vt__idle_rule){rule->file, rule->line,
								  shown(rule), expired};
	}
	*out = idle;
	return 0;
}
