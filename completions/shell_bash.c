/*
 * The tables for bash: functions that print the words of a command and of an option.
 */
#include "config.h"

#include "completions/completions.h"

static void put_word(const char *word, void *closure)
{
	fprintf(closure, " %s", word);
}

static void put_names(FILE *out, const struct command *command)
{
	fprintf(out, "\t%s) echo '", command->name);
	for (const struct vt__option *option = command->options; option->name; option++)
		fprintf(out, "--%s ", option->name);
	fputs("--help' ;;\n", out);
}

/* "run--format) echo word text json ;;" */
static void put_option(FILE *out, const struct command *command, const struct vt__option *option)
{
	static const char *const names[] = {
		[KIND_WORD] = "word", [KIND_WORDS] = "words",   [KIND_BEGIN] = "begin",
		[KIND_FILE] = "file", [KIND_FOLDER] = "folder", [KIND_KEYS] = "keys",
		[KIND_FREE] = "free",
	};
	const enum kind kind = kind_of(option);

	if (kind == KIND_NOTHING)
		return;
	fprintf(out, "\t%s--%s", command->name, option->name);
	if (option->letter)
		fprintf(out, " | %s-%c", command->name, option->letter);
	fprintf(out, ") echo '%s", names[kind]);
	if (option->choices || kind == KIND_KEYS)
		each_word(option, put_word, out);
	fputs("' ;;\n", out);
}

void put_bash(FILE *out)
{
	fputs("_vramtrack_commands='", out);
	for (const struct command *const *command = vt__commands; *command; command++)
		fprintf(out, "%s%s", command == vt__commands ? "" : " ", (*command)->name);
	fputs("'\n\n_vramtrack_options() { # command\n\tcase $1 in\n", out);
	for (const struct command *const *command = vt__commands; *command; command++)
		put_names(out, *command);
	fputs("\tesac\n}\n\n# What follows an option, and its words; nothing for a switch.\n"
	      "_vramtrack_argument() { # command option\n\tcase $1$2 in\n",
	      out);
	for (const struct command *const *command = vt__commands; *command; command++)
		for (const struct vt__option *option = (*command)->options; option->name; option++)
			put_option(out, *command, option);
	fputs("\tesac\n}\n", out);
}
