/*
 * What a shell completes of the command line, and each shell's form of it.
 */
#ifndef VT_COMPLETIONS_H
#define VT_COMPLETIONS_H

#include <stdio.h>

#include "cli/command.h"

/* What follows the name of an option. */
enum kind {
	KIND_NOTHING, /* a switch */
	KIND_WORD,    /* one of its choices */
	KIND_WORDS,   /* several, with commas between */
	KIND_BEGIN,   /* one of its choices begins it, as in FORMAT=FILE */
	KIND_FILE,
	KIND_FOLDER,
	KIND_KEYS, /* keys of the shim or of the simulated device, which have values */
	KIND_FREE, /* what nobody can guess: a number, a name */
};

enum kind kind_of(const struct vt__option *option);

/* Calls `each` for every word that may begin the argument: of a KIND_BEGIN with the '=' that
 * follows it, if one does; of KIND_KEYS "key=", or "key=value" where the values are few. */
void each_word(const struct vt__option *option, void (*each)(const char *word, void *closure),
	       void *closure);

/* The beginning of an option's help, as far as one line of a menu has room for it. */
const char *short_help(const struct vt__option *option, char *buffer, size_t size);

/* Each writes the tables in the form of its shell. */
void put_bash(FILE *out);
void put_zsh(FILE *out);
void put_fish(FILE *out);

#endif
