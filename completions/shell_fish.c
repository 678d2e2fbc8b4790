/*
 * The tables for fish: a `complete` for each command and each option.
 */
#include "config.h"

#include <string.h>

#include "completions/completions.h"

static void put_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

static void put_word(const char *word, void *closure)
{
	fprintf(closure, " %s", word);
}

static void put_words(FILE *out, const struct vt__option *option, const char *before,
		      const char *after)
{
	fprintf(out, " -x -a \"%s", before);
	each_word(option, put_word, out);
	fprintf(out, "%s\"", after);
}

static void put_argument(FILE *out, const struct vt__option *option)
{
	switch (kind_of(option)) {
	case KIND_NOTHING:
		break;
	case KIND_WORD:
	case KIND_BEGIN:
	case KIND_KEYS:
		put_words(out, option, "", "");
		break;
	case KIND_WORDS:
		put_words(out, option, "(__fish_append ,", ")");
		break;
	case KIND_FILE:
		fputs(" -r -F", out);
		break;
	case KIND_FOLDER:
		fputs(" -x -a \"(__fish_complete_directories)\"", out);
		break;
	case KIND_FREE:
		fputs(" -x", out);
		break;
	}
}

static void put_option(FILE *out, const struct command *command, const struct vt__option *option)
{
	char help[160];

	fprintf(out, "complete -c vramtrack -n '__vramtrack_is %s' -l %s", command->name,
		option->name);
	if (option->letter)
		fprintf(out, " -s %c", option->letter);
	put_argument(out, option);
	fputs(" -d ", out);
	put_quoted(out, short_help(option, help, sizeof(help)));
	fputc('\n', out);
}

void put_fish(FILE *out)
{
	for (const struct command *const *command = vt__commands; *command; command++) {
		fprintf(out, "complete -c vramtrack -n __vramtrack_is_bare -f -a %s -d ",
			(*command)->name);
		put_quoted(out, (*command)->summary);
		fputc('\n', out);
	}
	for (const struct command *const *command = vt__commands; *command; command++) {
		for (const struct vt__option *option = (*command)->options; option->name; option++)
			put_option(out, *command, option);
		fprintf(out,
			"complete -c vramtrack -n '__vramtrack_is %s' -l help -s h -d 'print this "
			"help'\n",
			(*command)->name);
		fprintf(out, "complete -c vramtrack -n '__vramtrack_is help' -f -a %s\n",
			(*command)->name);
	}
}
