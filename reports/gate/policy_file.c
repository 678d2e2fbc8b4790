/*
 * Reads a policy file: INI, by libinih. Which line and column a value stands in
 * is known here, because libinih reads its lines through this file.
 */
#include "config.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/lines.h"
#include "reports/gate/policy.h"
#include "reports/text/units.h"

/* What libinih has room for in a line; it would cut what is longer. */
#define INI_LINE_BYTES 200

struct reading {
	struct vt__lines lines;
	struct vt__policy *policy;
	int error;
	char *message;
};

/* ---- Values ---------------------------------------------------------------------- */

typedef int take_value(struct reading *reading, const char *value);

static int refuse(struct reading *reading, const char *at, const char *words)
{
	const char *place = at && *at ? strstr(reading->lines.line, at) : NULL;

	return vt__lines_refuse(&reading->lines, place, reading->message, "%s", words);
}

static int take_switch(struct reading *reading, const char *value, bool *out)
{
	if (strcmp(value, "yes") && strcmp(value, "no"))
		return refuse(reading, value, "expected yes or no");
	*out = *value == 'y';
	return 0;
}

/* Absolute, or from the policy file's folder. NULL if out of memory. */
static char *from_folder(const struct reading *reading, const char *value)
{
	const char *slash = strrchr(reading->lines.path, '/');
	char *path;

	if (*value == '/' || !slash)
		return strdup(value);
	if (asprintf(&path, "%.*s%s", (int)(slash + 1 - reading->lines.path), reading->lines.path,
		     value) < 0)
		return NULL;
	return path;
}

static int take_fail_on(struct reading *reading, const char *value)
{
	char message[VT__MESSAGE_BYTES];
	int error = 0;

	if (!value[strspn(value, ", \t")])
		return refuse(reading, value, "expected classes, as leak or any, or none");
	while (!error && *(value += strspn(value, ", \t"))) {
		const size_t bytes = strcspn(value, ", \t");
		char *clause = strndup(value, bytes);

		error = clause ? vt__policy_add(reading->policy, clause, message) : -ENOMEM;
		if (error == -EINVAL)
			error = refuse(reading, clause, message);
		free(clause);
		value += bytes;
	}
	return error;
}

static int take_baseline(struct reading *reading, const char *value)
{
	if (!*value)
		return refuse(reading, value, "expected the path of a baseline");
	free(reading->policy->baseline);
	reading->policy->baseline = from_folder(reading, value);
	return reading->policy->baseline ? 0 : -ENOMEM;
}

static int take_suppressions(struct reading *reading, const char *value)
{
	struct vt__policy *policy = reading->policy;
	char **grown;

	if (!*value)
		return refuse(reading, value, "expected the path of a suppressions file");
	grown = reallocarray(policy->suppressions, policy->suppressions_count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	policy->suppressions = grown;
	grown[policy->suppressions_count] = from_folder(reading, value);
	if (!grown[policy->suppressions_count])
		return -ENOMEM;
	policy->suppressions_count++;
	return 0;
}

static int take_default_suppressions(struct reading *reading, const char *value)
{
	bool wanted = true;
	const int error = take_switch(reading, value, &wanted);

	reading->policy->no_default_suppressions = !wanted;
	return error;
}

static int take_allow_no_cuda(struct reading *reading, const char *value)
{
	return take_switch(reading, value, &reading->policy->allow_no_cuda);
}

static int take_allow_unwatched_end(struct reading *reading, const char *value)
{
	return take_switch(reading, value, &reading->policy->allow_unwatched_end);
}

static int take_allow_unseen(struct reading *reading, const char *value)
{
	if (!value[strspn(value, ", \t")])
		return refuse(reading, value, "expected the names of programs");
	return vt__policy_allow_unseen(reading->policy, value);
}

static int take_must_release(struct reading *reading, const char *value)
{
	struct vt__policy *policy = reading->policy;
	struct vt__must_release *grown, rule;

	if (!vt__must_release_parse(value, &rule))
		return refuse(reading, value,
			      "expected MARK..MARK >= BYTES or N%, as awake..asleep >= 90%");
	grown = reallocarray(policy->releases, policy->release_count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	policy->releases = grown;
	rule.line = reading->lines.number;
	rule.file = strdup(reading->lines.path);
	if (!rule.file)
		return -ENOMEM;
	grown[policy->release_count++] = rule;
	return 0;
}

static int take_tolerance(struct reading *reading, const char *value)
{
	if (!vt__tolerance_parse(value, strlen(value), &reading->policy->tolerance))
		return refuse(reading, value, "expected a tolerance, as 0, 64K or 10%");
	return 0;
}

static int take_code(struct reading *reading, const char *value, unsigned long *out)
{
	uint64_t code;

	if (!vt__parse_count(value, strlen(value), &code) || !code || code > 255)
		return refuse(reading, value, "expected an exit code from 1 to 255");
	*out = code;
	return 0;
}

static int take_findings_exitcode(struct reading *reading, const char *value)
{
	return take_code(reading, value, &reading->policy->findings_exitcode);
}

static int take_uncovered_exitcode(struct reading *reading, const char *value)
{
	return take_code(reading, value, &reading->policy->uncovered_exitcode);
}

static const struct {
	const char *key;
	take_value *take;
} keys[] = {
	{"fail-on", take_fail_on},
	{"baseline", take_baseline},
	{"must-release", take_must_release},
	{"tolerance", take_tolerance},
	{"suppressions", take_suppressions},
	{"default-suppressions", take_default_suppressions},
	{"allow-no-cuda", take_allow_no_cuda},
	{"allow-unwatched-end", take_allow_unwatched_end},
	{"allow-unseen", take_allow_unseen},
	{"findings-exitcode", take_findings_exitcode},
	{"uncovered-exitcode", take_uncovered_exitcode},
};

/* ---- What libinih calls ------------------------------------------------------------- */

static int unknown_key(struct reading *reading, const char *key)
{
	char words[VT__MESSAGE_BYTES] = "expected one of";

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		snprintf(words + strlen(words), sizeof(words) - strlen(words), "%s %s",
			 i ? "," : "", keys[i].key);
	return refuse(reading, key, words);
}

/* Returns 0 for an error, as libinih wants it. */
static int take(void *closure, const char *section, const char *key, const char *value)
{
	struct reading *reading = closure;

	if (reading->error)
		return 0;
	if (strcmp(section, "gate")) {
		reading->error = refuse(reading, key, "expected the section [gate] before a key");
		return 0;
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (!strcmp(keys[i].key, key)) {
			reading->error = keys[i].take(reading, value);
			return !reading->error;
		}
	reading->error = unknown_key(reading, key);
	return 0;
}

/* A line, as fgets() gives it. */
static char *next_line(char *buffer, int size, void *stream)
{
	struct reading *reading = stream;
	int status;

	if (reading->error)
		return NULL;
	status = vt__lines_next(&reading->lines, reading->message);
	if (status == 1 && (reading->lines.length + 2 > (size_t)size ||
			    reading->lines.length + 2 > INI_LINE_BYTES))
		status = vt__lines_refuse(&reading->lines, reading->lines.line + INI_LINE_BYTES - 2,
					  reading->message, "expected a line of at most %d bytes",
					  INI_LINE_BYTES - 2);
	if (status < 0)
		reading->error = status;
	if (status != 1)
		return NULL;
	memcpy(buffer, reading->lines.line, reading->lines.length);
	memcpy(buffer + reading->lines.length, "\n", 2);
	return buffer;
}

/* A line that is neither a section nor a key is told by its number. */
static int find_malformed(const char *path, int number, char message[VT__MESSAGE_BYTES])
{
	struct vt__lines lines;
	int status = vt__lines_open(&lines, path, message);

	if (status)
		return status;
	do
		status = vt__lines_next(&lines, message);
	while (status == 1 && lines.number < (unsigned)number);
	if (status >= 0)
		status = vt__lines_refuse(&lines, lines.line + strspn(lines.line, " \t"), message,
					  "expected [gate] or KEY = VALUE");
	vt__lines_close(&lines);
	return status;
}

int vt__policy_read(struct vt__policy *policy, const char *path, char message[VT__MESSAGE_BYTES])
{
	struct reading reading = {.policy = policy, .message = message};
	int error = vt__lines_open(&reading.lines, path, message), malformed;

	if (error)
		return error;
	malformed = ini_parse_stream(next_line, &reading, take, &reading);
	error = reading.error;
	vt__lines_close(&reading.lines);
	if (error == -ENOMEM)
		snprintf(message, VT__MESSAGE_BYTES, "out of memory");
	if (!error && malformed > 0)
		error = find_malformed(path, malformed, message);
	else if (!error && malformed)
		error = -ENOMEM;
	return error;
}
