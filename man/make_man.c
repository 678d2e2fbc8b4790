/*
 * Makes a man page: copies its text and puts in what the tables of the command
 * hold, so that a page cannot say less or other than --help.
 *
 * usage: make_man PAGE.in PAGE
 *
 * A line of PAGE.in that begins with '@' is replaced:
 *   @synopsis          a line of each form of each command
 *   @commands          the commands with a line about each
 *   @command NAME      usage, details and options of one
 *   @shim-options      the keys of VRAMTRACK_OPTIONS
 *   @simulate-options  the keys of VRAMTRACK_SIMULATE
 *   @exit-codes        all codes
 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "cli/command.h"
#include "cli/shim_options.h"
#include "simulate/common/options_table.h"
#include "vramtrack/exit_codes.h"

#define LINE_COLUMNS 78

/* Writes a word so that mdoc takes no part of it for markup. */
static void put_word(FILE *page, const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (i == 0 && (word[i] == '.' || word[i] == '\''))
			fputs("\\&", page);
		if (word[i] == '\\')
			fputs("\\e", page);
		else if (word[i] == '-')
			fputs("\\-", page);
		else
			fputc(word[i], page);
	}
}

/* Writes text in lines; a sentence begins a line, as mdoc wants it. */
static void put_text(FILE *page, const char *text, size_t length)
{
	const char *end = text + length;
	size_t column = 0;

	while (text < end) {
		size_t word = strcspn(text, " ");
		bool ends_sentence;

		if (word > (size_t)(end - text))
			word = (size_t)(end - text);
		if (column && column + 1 + word > LINE_COLUMNS) {
			fputc('\n', page);
			column = 0;
		}
		if (column) {
			fputc(' ', page);
			column++;
		}
		put_word(page, text, word);
		column += word;
		ends_sentence = word > 1 && text[word - 1] == '.';
		text += word;
		while (text < end && *text == ' ')
			text++;
		if (ends_sentence && text < end) {
			fputc('\n', page);
			column = 0;
		}
	}
	fputc('\n', page);
}

/* A fragment without its full stop, as the tables have it. */
static void put_sentence(FILE *page, const char *fragment)
{
	char sentence[512];
	/* "run: ..." names a command, whose name is in lower case */
	bool is_name = fragment[strcspn(fragment, " :")] == ':';
	bool is_lower = fragment[0] >= 'a' && fragment[0] <= 'z' && !is_name;

	snprintf(sentence, sizeof(sentence), "%c%s.",
		 is_lower ? fragment[0] - 'a' + 'A' : fragment[0], fragment + 1);
	put_text(page, sentence, strlen(sentence));
}

static void put_paragraphs(FILE *page, const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t length = end ? (size_t)(end - text) : strlen(text);

		put_text(page, text, length);
		text += length;
		text += strspn(text, "\n");
		if (*text)
			fputs(".Pp\n", page);
	}
}

static void put_option(FILE *page, const struct vt__option *option)
{
	char buffer[192];
	const char *argument = vt__option_argument(option, buffer, sizeof(buffer));

	fputs(".It ", page);
	if (option->letter && option->shown)
		fprintf(page, "Fl %c Ar %s , ", option->letter, option->shown);
	else if (option->letter)
		fprintf(page, "Fl %c , ", option->letter);
	fprintf(page, "Fl \\-%s", option->name);
	if (option->type == VT__OPTION_OPTIONAL_TEXT)
		fprintf(page, " Ns Op = Ns Ar %s", option->shown);
	else if (*argument)
		fprintf(page, " Ns = Ns Ar %s", argument + 1);
	fputc('\n', page);
	put_sentence(page, option->help);
}

/* Each alternative on a line. */
static void put_usage(FILE *page, const struct command *command)
{
	const char *form = command->usage;

	while (*form) {
		size_t length = strcspn(form, "\n");

		fprintf(page, ".D1 vramtrack %s %.*s\n", command->name, (int)length, form);
		form += length;
		form += *form == '\n';
	}
}

static void put_synopsis(FILE *page)
{
	for (const struct command *const *command = vt__commands; *command; command++) {
		for (const char *form = (*command)->usage; *form; form += *form == '\n') {
			size_t length = strcspn(form, "\n");

			fprintf(page, ".Nm\n.Cm %s\n", (*command)->name);
			put_text(page, form, length);
			form += length;
		}
	}
}

static void put_command(FILE *page, const struct command *command)
{
	fprintf(page, ".Ss vramtrack %s\n", command->name);
	put_usage(page, command);
	fputs(".Pp\n", page);
	put_paragraphs(page, command->details);
	fputs(".Bl -tag -width Ds\n", page);
	for (const struct vt__option *option = command->options; option->name; option++)
		put_option(page, option);
	fputs(".It Fl h , Fl \\-help\nPrint the help.\n.El\n", page);
}

static void put_commands(FILE *page)
{
	fputs(".Bl -tag -width report\n", page);
	for (const struct command *const *command = vt__commands; *command; command++) {
		fprintf(page, ".It Cm %s\n", (*command)->name);
		put_sentence(page, (*command)->summary);
	}
	fputs(".El\n", page);
}

static void put_key(FILE *page, const char *key, const char *shown, const char *help,
		    const char *default_text)
{
	fprintf(page, ".It Cm %s Ns = Ns Ar %s\n", key, shown);
	put_sentence(page, help);
	if (strcmp(default_text, ".") == 0)
		fputs("The default is the current folder.\n", page);
	else if (*default_text)
		fprintf(page, "The default is %s.\n", default_text);
}

static void put_shim_options(FILE *page)
{
	fputs(".Bl -tag -width Ds\n", page);
	for (size_t i = 0; i < vt__shim_option_count; i++) {
		const struct vt__shim_option *option = &vt__shim_options[i];

		put_key(page, option->key, option->shown, option->help, option->default_text);
	}
	fputs(".El\n", page);
}

static void put_simulate_options(FILE *page)
{
	fputs(".Bl -tag -width Ds\n", page);
#define VT_SIMULATE_OPTION(key, type, default_text, least, most, shown, help)                      \
	put_key(page, #key, shown, help, default_text);
	VT_SIMULATE_OPTIONS(VT_SIMULATE_OPTION)
#undef VT_SIMULATE_OPTION
	fputs(".El\n", page);
}

static void put_exit_codes(FILE *page)
{
	fputs(".Bl -tag -width 128+n\n", page);
#define VT_EXIT(id, code, meaning)                                                                 \
	fputs((code) == VT_EXIT_SIGNAL ? ".It 128+n\n" : ".It " #code "\n", page);                 \
	put_sentence(page, meaning);
	VT_EXITS(VT_EXIT)
#undef VT_EXIT
	fputs(".El\n", page);
}

/* Returns false if there is no such line. */
static bool put_table(FILE *page, const char *directive)
{
	const struct command *command;

	if (strcmp(directive, "synopsis") == 0) {
		put_synopsis(page);
	} else if (strcmp(directive, "commands") == 0) {
		put_commands(page);
	} else if (strcmp(directive, "shim-options") == 0) {
		put_shim_options(page);
	} else if (strcmp(directive, "simulate-options") == 0) {
		put_simulate_options(page);
	} else if (strcmp(directive, "exit-codes") == 0) {
		put_exit_codes(page);
	} else {
		if (strncmp(directive, "command ", 8) != 0)
			return false;
		command = vt__command_find(directive + 8);
		if (!command)
			return false;
		put_command(page, command);
	}
	return true;
}

static int make(FILE *text, const char *name, FILE *page)
{
	char line[1024];

	for (int number = 1; fgets(line, sizeof(line), text); number++) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '@') {
			fprintf(page, "%s\n", line);
		} else if (!put_table(page, line + 1)) {
			fprintf(stderr, "%s:%d: unknown line '%s'\n", name, number, line);
			return EXIT_FAILURE;
		}
	}
	return ferror(text) ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	FILE *text, *page;
	int code;

	if (argc != 3) {
		fputs("usage: make_man PAGE.in PAGE\n", stderr);
		return EXIT_FAILURE;
	}
	text = fopen(argv[1], "r");
	page = text ? fopen(argv[2], "w") : NULL;
	if (!page) {
		perror(text ? argv[2] : argv[1]);
		return EXIT_FAILURE;
	}
	code = make(text, argv[1], page);
	fclose(text);
	if (fclose(page) != 0) {
		perror(argv[2]);
		code = EXIT_FAILURE;
	}
	if (code != EXIT_SUCCESS)
		remove(argv[2]);
	return code;
}
