/* Prints help from the tables of commands, options and exit codes. */
#include "config.h"

#include "cli/help.h"

#include <stdbool.h>
#include <string.h>

#include "cli/command.h"
#include "cli/shim_options.h"
#include "simulate/common/options_table.h"
#include "vramtrack/exit_codes.h"

#define LINE_COLUMNS 79
#define TERM_COLUMNS 26   /* where the explanation of an option begins */
#define CHOICE_COLUMNS 15 /* where choices go on that are too many for a line */

/* Writes words from column `at` on, each further line from column `left` on. */
static void print_wrapped(FILE *out, const char *text, size_t at, size_t left)
{
	bool first = true;

	while (*text) {
		size_t word = strcspn(text, " ");

		if (!first && at + 1 + word > LINE_COLUMNS) {
			fprintf(out, "\n%*s", (int)left, "");
			at = left;
			first = true;
		}
		fprintf(out, "%s%.*s", first ? "" : " ", (int)word, text);
		at += word + !first;
		first = false;
		text += word;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

/* Writes a term, its many choices ("a|b|c") on more than one line. Returns the column behind it. */
static size_t print_term(FILE *out, const char *term)
{
	size_t at = 2, choice;

	fputs("  ", out);
	for (; *term; term += choice, at += choice) {
		choice = strcspn(term, "|");
		choice += term[choice] == '|';
		if (at + choice > LINE_COLUMNS) {
			fprintf(out, "\n%*s", CHOICE_COLUMNS, "");
			at = CHOICE_COLUMNS;
		}
		fprintf(out, "%.*s", (int)choice, term);
	}
	return at;
}

/* A term and its explanation, which goes below where the term is long. */
static void print_row(FILE *out, const char *term, const char *explanation)
{
	const size_t at = print_term(out, term);

	if (at + 2 > TERM_COLUMNS)
		fprintf(out, "\n%*s", TERM_COLUMNS, "");
	else
		fprintf(out, "%*s", (int)(TERM_COLUMNS - at), "");
	print_wrapped(out, explanation, TERM_COLUMNS, TERM_COLUMNS);
}

static void print_exit_codes(FILE *out)
{
	fputs("\nExit codes:\n", out);
#define VT_EXIT(id, code, meaning)                                                                 \
	print_row(out, (code) == VT_EXIT_SIGNAL ? #code "+n" : #code, meaning);
	VT_EXITS(VT_EXIT)
#undef VT_EXIT
}

/* The form in --help and the man page, as "=FOLDER"; written into buffer, which is returned. */
const char *vt__option_argument(const struct vt__option *option, char *buffer, size_t size)
{
	size_t used = 0;

	switch (option->type) {
	case VT__OPTION_SWITCH:
		snprintf(buffer, size, "%s", "");
		return buffer;
	case VT__OPTION_OPTIONAL_TEXT:
		snprintf(buffer, size, "[=%s]", option->shown);
		return buffer;
	case VT__OPTION_CHOICE:
		break;
	default:
		snprintf(buffer, size, "=%s", option->shown);
		return buffer;
	}
	/* "text, json" is shown as "=text|json" */
	buffer[used++] = '=';
	for (const char *from = option->choices(); *from && used + 1 < size; from++) {
		if (*from != ' ')
			buffer[used++] = *from == ',' ? '|' : *from;
	}
	buffer[used] = '\0';
	return buffer;
}

static void print_options(FILE *out, const struct vt__option *options)
{
	char argument[192], term[256];

	fputs("\nOptions:\n", out);
	for (; options->name; options++) {
		char letter[] = {'-', options->letter, ',', ' ', '\0'};

		vt__option_argument(options, argument, sizeof(argument));
		snprintf(term, sizeof(term), "%s--%s%s", options->letter ? letter : "    ",
			 options->name, argument);
		print_row(out, term, options->help);
	}
	print_row(out, "-h, --help", "print this help");
}

static void print_shim_options(FILE *out)
{
	char term[96], explanation[512];

	fputs("\nKeys of --option and of the variable " VT_OPTIONS_VARIABLE
	      "=\"key=value:key=value\":\n",
	      out);
	for (size_t i = 0; i < vt__shim_option_count; i++) {
		const struct vt__shim_option *option = &vt__shim_options[i];

		snprintf(term, sizeof(term), "%s=%s", option->key, option->shown);
		snprintf(explanation, sizeof(explanation),
			 *option->default_text ? "%s (default %s)" : "%s", option->help,
			 option->default_text);
		print_row(out, term, explanation);
	}
}

static void print_simulate_options(FILE *out)
{
	char term[96], explanation[512];

	fputs("\nKeys of --simulate and of the variable " VT_SIMULATE_VARIABLE ":\n", out);
#define VT_SIMULATE_OPTION(key, type, default_text, least, most, shown, help)                      \
	snprintf(term, sizeof(term), "%s=%s", #key, shown);                                        \
	snprintf(explanation, sizeof(explanation), "%s (default %s)", help, default_text);         \
	print_row(out, term, explanation);
	VT_SIMULATE_OPTIONS(VT_SIMULATE_OPTION)
#undef VT_SIMULATE_OPTION
}

static void print_paragraphs(FILE *out, const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t length = end ? (size_t)(end - text) : strlen(text);
		char paragraph[1024];

		snprintf(paragraph, sizeof(paragraph), "%.*s", (int)length, text);
		fputc('\n', out);
		print_wrapped(out, paragraph, 0, 0);
		text += length;
		text += strspn(text, "\n");
	}
}

static void print_usage(FILE *out, const struct command *command)
{
	const char *form = command->usage;

	for (const char *lead = "Usage:"; form; lead = "      ") {
		size_t length = strcspn(form, "\n");

		fprintf(out, "%s vramtrack %s %.*s\n", lead, command->name, (int)length, form);
		form = form[length] ? form + length + 1 : NULL;
	}
}

void vt__help_command(const struct command *command, FILE *out)
{
	print_usage(out, command);
	print_paragraphs(out, command->details);
	print_options(out, command->options);
	if (command->has_shim_options) {
		print_shim_options(out);
		print_simulate_options(out);
	}
	print_exit_codes(out);
}

void vt__help_first(FILE *out)
{
	fputs("vramtrack sees every allocation of GPU memory (VRAM) that a program makes, and\n"
	      "reports what it did not free, with the stack that allocated it. The program is\n"
	      "not rebuilt, and no GPU is needed to try it (--simulate).\n"
	      "\n"
	      "    vramtrack run -- ./app       run a program and report on it\n"
	      "    vramtrack report FILE        report on a recording again, in more detail\n"
	      "    vramtrack gate -- ./test     fail where something leaks, for CI\n"
	      "    vramtrack diff BEFORE AFTER  compare two runs\n"
	      "\n"
	      "No command was given; vramtrack --help has all of them.\n",
	      out);
}

void vt__help_all(const struct command *const *commands, FILE *out)
{
	fputs("Usage: vramtrack COMMAND [ARGUMENT...]\n"
	      "\n"
	      "Sees every allocation of GPU memory (VRAM) that a program makes and reports what\n"
	      "it did not free, with the stack that allocated it.\n"
	      "\n"
	      "    vramtrack run -- ./app     run a program and report on it\n"
	      "    vramtrack report FILE      report on a recording again\n"
	      "\n"
	      "Commands:\n",
	      out);
	for (const struct command *const *command = commands; *command; command++)
		print_row(out, (*command)->name, (*command)->summary);
	fputs("\nOptions:\n", out);
	print_row(out, "-h, --help", "print this help; after a command, its own");
	print_row(out, "-V, --version", "print the version");
	print_exit_codes(out);
	fputs("\nThe whole story: man 1 vramtrack, man 7 vramtrack-preload.\n", out);
}
