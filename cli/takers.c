/* Finds tools that answer the driver's look-ups themselves. */
#include "config.h"

#include "cli/takers.h"

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/lookup_takers.h"

struct taker {
	const char *name, *library;
	const char *commands[4], *variables[4]; /* up to a NULL */
};

static const struct taker takers[] = {
#define VT_LOOKUP_TAKER(name, library, commands, variables) {name, library, commands, variables},
	VT_LOOKUP_TAKERS(VT_LOOKUP_TAKER)
#undef VT_LOOKUP_TAKER
};

static const char between_words[] = " \t\n;&|()\"'`";

/* Whether a word of the text is the command, with a folder or without. */
static bool has_command(const char *text, const char *command)
{
	const size_t length = strlen(command);

	while (*text) {
		const size_t word = strcspn(text, between_words);

		if (word >= length && !strncmp(text + word - length, command, length) &&
		    (word == length || text[word - length - 1] == '/'))
			return true;
		text += word;
		text += strspn(text, between_words);
	}
	return false;
}

/* A shell's -c has a whole command line in one argument. */
static bool is_started(const struct taker *taker, char *const argv[])
{
	for (size_t i = 0; argv[i]; i++)
		for (const char *const *command = taker->commands; *command; command++)
			if (has_command(argv[i], *command))
				return true;
	return false;
}

static bool is_told(const struct taker *taker)
{
	const char *preloads = getenv("LD_PRELOAD");

	for (const char *const *variable = taker->variables; *variable; variable++)
		if (getenv(*variable))
			return true;
	return preloads && strstr(preloads, taker->library);
}

/* `closure`: the taker, found if this is its library. */
static int is_of(struct dl_phdr_info *info, size_t bytes, void *closure)
{
	const struct taker *const *taker = closure;
	const char *slash = strrchr(info->dlpi_name, '/');

	(void)bytes;
	return strcmp(slash ? slash + 1 : info->dlpi_name, (*taker)->library) == 0;
}

const char *vt__taker_of(char *const argv[])
{
	for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++) {
		const struct taker *taker = &takers[i];

		if (is_told(taker) || is_started(taker, argv) || dl_iterate_phdr(is_of, &taker))
			return taker->name;
	}
	return NULL;
}
