/*
 * The tables for zsh: the commands, and for each an array of what _arguments takes.
 */
#include "config.h"

#include <string.h>

#include "completions/completions.h"

/* Inside of single quotes; brackets are escaped for an explanation, colons for a description. */
static void put_escaped(FILE *out, const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'') {
			fputs("'\\''", out);
			continue;
		}
		if (strchr(special, *text))
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void put_word(const char *word, void *closure)
{
	fprintf(closure, " %s", word);
}

static void put_words(FILE *out, const struct vt__option *option, const char *how)
{
	fprintf(out, " %s", how);
	each_word(option, put_word, out);
}

static void put_action(FILE *out, const struct vt__option *option)
{
	switch (kind_of(option)) {
	case KIND_NOTHING:
	case KIND_FREE:
		break;
	case KIND_WORD:
		put_words(out, option, "compadd -");
		break;
	case KIND_WORDS:
		put_words(out, option, "_vramtrack_words");
		break;
	case KIND_BEGIN:
		put_words(out, option, "_vramtrack_begin");
		break;
	case KIND_KEYS:
		put_words(out, option, "compadd -S \"\" -");
		break;
	case KIND_FILE:
		fputs("_files", out);
		break;
	case KIND_FOLDER:
		fputs("_files -/", out);
		break;
	}
}

/* The name and how its argument is joined to it: '(-o --output)'{-o+,--output=}, --all */
static void put_name(FILE *out, const struct vt__option *option)
{
	const bool is_switch = option->type == VT__OPTION_SWITCH;
	const bool is_optional = option->type == VT__OPTION_OPTIONAL_TEXT;
	const char *const many = option->type == VT__OPTION_LIST || option->type == VT__OPTION_WORDS
					 ? "*"
					 : "";

	if (option->letter)
		fprintf(out, "'(-%c --%s)'{-%c%s,--%s%s}'", option->letter, option->name,
			option->letter, is_switch ? "" : "+", option->name, is_switch ? "" : "=");
	else
		fprintf(out, "'%s--%s%s", many, option->name,
			is_switch     ? ""
			: is_optional ? "=-"
				      : "=");
}

static void put_option(FILE *out, const struct vt__option *option)
{
	char help[160];

	fputs("\t\t", out);
	put_name(out, option);
	fputc('[', out);
	put_escaped(out, short_help(option, help, sizeof(help)), "[]");
	fputc(']', out);
	if (option->type != VT__OPTION_SWITCH) {
		fprintf(out, "%s", option->type == VT__OPTION_OPTIONAL_TEXT ? "::" : ":");
		put_escaped(out, option->shown ? option->shown : option->name, ":");
		fputc(':', out);
		put_action(out, option);
	}
	fputs("'\n", out);
}

void put_zsh(FILE *out)
{
	fputs("local -a commands=(\n", out);
	for (const struct command *const *command = vt__commands; *command; command++) {
		fprintf(out, "\t'%s:", (*command)->name);
		put_escaped(out, (*command)->summary, ":");
		fputs("'\n", out);
	}
	fputs(")\nlocal -a options\n", out);
	fputs("case ${words[2]} in\n", out);
	for (const struct command *const *command = vt__commands; *command; command++) {
		fprintf(out, "%s)\n\toptions=(\n", (*command)->name);
		for (const struct vt__option *option = (*command)->options; option->name; option++)
			put_option(out, option);
		fputs("\t\t'(- *)'{-h,--help}'[print this help]'\n\t) ;;\n", out);
	}
	fputs("esac\n", out);
}
