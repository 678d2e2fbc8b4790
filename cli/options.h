/*
 * Options of a command: one table parses them, prints --help and makes the
 * man page.
 *
 * Every command also takes -h and --help, which stand in no table.
 */
#ifndef VT_CLI_OPTIONS_H
#define VT_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct command;

#define VT__OPTIONS_MAX 24 /* of one command */

/* What an option sets, and the type of the field at `offset` of the settings. */
enum vt__option_type {
	VT__OPTION_SWITCH,        /* bool, set to true; takes no argument */
	VT__OPTION_TEXT,          /* const char *; not empty */
	VT__OPTION_OPTIONAL_TEXT, /* const char *; "" where no argument is given */
	VT__OPTION_NUMBER,        /* unsigned long, from `least` to `most` */
	VT__OPTION_BYTES,         /* unsigned long: 4096, 64K, 10M, ... */
	VT__OPTION_PERCENT,       /* unsigned long, at most `most`: 5 or 5% */
	VT__OPTION_CHOICE,        /* const char *, one of choices() */
	VT__OPTION_WORDS,         /* unsigned long: words of choices() with commas between; the
				     first stands for all, of the others each is a bit */
	VT__OPTION_LIST,          /* struct vt__list, one more entry each time */
};

struct vt__option {
	const char *name; /* without the dashes; NULL ends a table */
	char letter;      /* 0: none */
	enum vt__option_type type;
	const char *shown; /* the argument in --help, as FOLDER; NULL for a choice or a switch */
	const char *help;  /* one sentence, no full stop */
	size_t offset;     /* of the field in the command's settings */
	unsigned long least, most;
	/* Words separated by ", ": those of a choice; of a text or list what completions offer. */
	const char *(*choices)(void);
	/* Where it would do nothing, and is refused (cli/option_effects.h): */
	const char *only_with; /* without this other option; NULL: none */
	const char *not_with;  /* with one of these, as "name,name=value,name!=value"; NULL: none */
	bool for_programs;     /* where recordings are given */
};

/* Texts of the command line in their order; the array is the settings' own. */
struct vt__list {
	const char **items;
	size_t count;
};

/* What is left when the options are taken out. */
struct vt__operands {
	char **items; /* ends with NULL; free() it (the texts belong to argv) */
	int count;
	bool behind_dashes; /* the first of them comes after "--" */
};

/* vt__arguments_parse() has printed the help: the command is done. */
#define VT__OPTIONS_HELP 1

/*
 * Parses argv (argv[0] is the command's name) into settings. Names of options
 * must be whole, and have an effect. Returns 0; VT__OPTIONS_HELP; -EINVAL or -ENOMEM, and then it
 * has said why in one line. Lists of the settings are to be freed in any case.
 */
int vt__arguments_parse(const struct command *command, int argc, char **argv, void *settings,
			struct vt__operands *operands_out);

/* The exit code for what vt__arguments_parse() returned, if that is not 0. */
int vt__options_exit_code(int status);

/* Adds one text to a list. Returns 0 or -ENOMEM. */
int vt__list_add(struct vt__list *list, const char *text);
void vt__list_free(struct vt__list *list);

#endif
