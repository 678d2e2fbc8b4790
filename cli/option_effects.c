/* Refuses options that would have no effect in the combination they are given in. */
#include "config.h"

#include "cli/option_effects.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/message.h"

static size_t row_of(const struct vt__option *options, const char *name, size_t length)
{
	size_t row = 0;

	while (options[row].name &&
	       (strncmp(options[row].name, name, length) != 0 || options[row].name[length] != '\0'))
		row++;
	return row;
}

/* What was given of "name", "name=value" or, if it was another value, "name!=value"; NULL: none. */
static const char *value_given(const struct command *command, const struct vt__given *given,
			       const char *option)
{
	size_t length = strcspn(option, "!=");
	size_t row = row_of(command->options, option, length);
	const char *value = command->options[row].name ? given->rows[row] : NULL;
	bool is_other = option[length] == '!';

	if (!value || !option[length])
		return value;
	return (strcmp(value, option + length + 1 + is_other) != 0) == is_other ? value : NULL;
}

/* Whether one of the options was given with which this one has no effect; says so. */
static bool refuse_with(const struct command *command, const struct vt__given *given,
			const struct vt__option *option)
{
	const char *at = option->not_with;
	const char *value;
	char other[64];

	for (; *at; at += strspn(at, ",")) {
		const size_t length = strcspn(at, ",");

		snprintf(other, sizeof(other), "%.*s", (int)length, at);
		value = value_given(command, given, other);
		if (value) {
			vt__usage_error(command->name, "--%s has no effect with --%.*s%s%s",
					option->name, (int)strcspn(other, "!="), other,
					*value ? "=" : "", value);
			return true;
		}
		at += length;
	}
	return false;
}

int vt__option_effects_check(const struct command *command, const struct vt__given *given)
{
	for (size_t row = 0; command->options[row].name; row++) {
		const struct vt__option *option = &command->options[row];

		if (!given->rows[row])
			continue;
		if (option->only_with && !value_given(command, given, option->only_with)) {
			vt__usage_error(command->name, "--%s has no effect without --%s",
					option->name, option->only_with);
			return -EINVAL;
		}
		if (option->not_with && refuse_with(command, given, option))
			return -EINVAL;
		if (option->for_programs && command->takes_recordings && given->operands &&
		    !given->behind_dashes) {
			vt__usage_error(command->name,
					"--%s has no effect with recordings; a program stands "
					"behind '--'",
					option->name);
			return -EINVAL;
		}
	}
	return 0;
}
