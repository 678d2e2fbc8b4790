/* Options of every command that shows stacks, and the rules about whose a frame is. */
#ifndef VT_CLI_STACK_OPTIONS_H
#define VT_CLI_STACK_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/options.h"

struct vt__stack_settings {
	struct vt__list rules; /* files */
	bool full;
};

/* Rows of a struct vt__option table; `base` is where the struct vt__stack_settings
 * stands in the command's settings, `not` an option with which it has no effect. */
#define VT__STACK_OPTION_RULES(base)                                                               \
	{                                                                                          \
		.name = "frame-rules", .type = VT__OPTION_LIST, .shown = "FILE",                   \
		.help = "rules that say which frames of a stack are not the user's, before those " \
			"that come with vramtrack; may be given many times",                       \
		.offset = (base) + offsetof(struct vt__stack_settings, rules)                      \
	}

#define VT__STACK_OPTION_FULL(base, not )                                                           \
	{                                                                                           \
		.name = "full-stacks", .type = VT__OPTION_SWITCH,                                   \
		.help = "show every frame of a stack; without it those of libraries, runtimes and " \
			"interpreters are folded",                                                  \
		.not_with = not, .offset = (base) + offsetof(struct vt__stack_settings, full)       \
	}

/* Reads the rules, and those that come with vramtrack behind them: without these,
 * which was said, every frame is the user's. `command` is for messages. Returns 0 or an
 * exit code, and has said why. */
int vt__stack_rules_read(const char *command, const struct vt__stack_settings *settings);

#endif
