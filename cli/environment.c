/* Composes LD_PRELOAD, VRAMTRACK_OPTIONS and the simulated device's variables. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/environment.h"
#include "cli/shim_options.h"
#include "options_table.h"

#define SIMULATE_VARIABLE "VRAMTRACK_SIMULATE"

#define ADDED_MAX 5 /* variables that are set here */

struct environment {
	char **entries;
	size_t count;
	bool failed;
};

/* Sets NAME to a text made for it, which it owns; NULL is a failed allocation. */
static void set(struct environment *environment, const char *name, char *value)
{
	size_t length = strlen(name);
	char *entry = NULL;

	if (!value || asprintf(&entry, "%s=%s", name, value) < 0)
		entry = NULL;
	free(value);
	if (!entry) {
		environment->failed = true;
		return;
	}
	for (size_t i = 0; i < environment->count; i++) {
		char *old = environment->entries[i];

		if (strncmp(old, name, length) == 0 && old[length] == '=') {
			free(old);
			environment->entries[i] = entry;
			return;
		}
	}
	environment->entries[environment->count++] = entry;
}

/* "first:second", or the one that is not empty. */
static char *join(const char *first, const char *second)
{
	const char *colon = first && *first && second && *second ? ":" : "";
	char *joined;

	if (asprintf(&joined, "%s%s%s", first ? first : "", colon, second ? second : "") < 0)
		return NULL;
	return joined;
}

static bool is_preloaded(const char *preload, const char *path)
{
	size_t length = strlen(path);

	while (preload && *preload) {
		size_t entry = strcspn(preload, ": ");

		if (entry == length && memcmp(preload, path, length) == 0)
			return true;
		preload += entry;
		preload += strspn(preload, ": ");
	}
	return false;
}

/* The length of a sanitizer's runtime, libasan.so.8 and its like, where the list begins with it. */
static size_t sanitizer_length(const char *preload)
{
	size_t length = strcspn(preload, ": "), name = length;

	while (name > 0 && preload[name - 1] != '/')
		name--;
	if (strncmp(preload + name, "lib", 3) != 0)
		return 0;
	for (size_t i = name + 3; i < length && preload[i] != '.'; i++) {
		if (strncmp(preload + i, "san.", 4) == 0)
			return length;
	}
	return 0;
}

/* The shim comes first, but for a sanitizer's runtime, which refuses any other place. */
static char *preload(const char *shim_path)
{
	const char *old = getenv("LD_PRELOAD");
	size_t sanitizer = old ? sanitizer_length(old) : 0;
	char *list;

	if (is_preloaded(old, shim_path))
		return strdup(old);
	if (!sanitizer)
		return join(shim_path, old);
	if (asprintf(&list, "%.*s:%s%s", (int)sanitizer, old, shim_path, old + sanitizer) < 0)
		return NULL;
	return list;
}

/* Adds an entry to a text that is freed, as are both if either is NULL. */
static char *add_entry(char *options, char *entry)
{
	char *longer = options && entry ? join(options, entry) : NULL;

	free(options);
	free(entry);
	return longer;
}

/* The user's variable, then --option, then what run needs: the last of a key counts. */
static char *shim_options(const struct vt__tracking *tracking)
{
	char *options = join(getenv(VT_OPTIONS_VARIABLE), NULL);
	char *output;

	for (size_t i = 0; i < tracking->options->count; i++)
		options = add_entry(options, vt__shim_option_quote(tracking->options->items[i]));
	if (asprintf(&output, "output=%s", tracking->folder) < 0)
		output = NULL;
	options = add_entry(options, output ? vt__shim_option_quote(output) : NULL);
	free(output);
	return add_entry(options, strdup("report=0"));
}

static char *hexadecimal(uint64_t number)
{
	char *text;

	return asprintf(&text, "%016" PRIx64, number) < 0 ? NULL : text;
}

static void copy_own(struct environment *environment)
{
	for (char **entry = environ; *entry; entry++) {
		environment->entries[environment->count] = strdup(*entry);
		if (environment->entries[environment->count])
			environment->count++;
		else
			environment->failed = true;
	}
}

int vt__environment_make(const struct vt__tracking *tracking, char ***environment_out)
{
	struct environment made = {.count = 0};
	size_t own = 0;

	while (environ[own])
		own++;
	made.entries = calloc(own + ADDED_MAX + 1, sizeof(char *));
	if (!made.entries)
		return -ENOMEM;
	copy_own(&made);
	if (tracking->shim_path) {
		set(&made, "LD_PRELOAD", preload(tracking->shim_path));
		set(&made, VT_OPTIONS_VARIABLE, shim_options(tracking));
		set(&made, VT_RUN_VARIABLE, hexadecimal(tracking->run_id));
	}
	if (tracking->simulate_folder) {
		const char *own_options = getenv(SIMULATE_VARIABLE);
		const char *options = tracking->simulate_options;

		set(&made, "LD_LIBRARY_PATH",
		    join(tracking->simulate_folder, getenv("LD_LIBRARY_PATH")));
		set(&made, SIMULATE_VARIABLE,
		    strdup(*options || !own_options ? options : own_options));
	}
	if (made.failed) {
		vt__environment_free(made.entries);
		return -ENOMEM;
	}
	*environment_out = made.entries;
	return 0;
}

void vt__environment_free(char **environment)
{
	for (char **entry = environment; entry && *entry; entry++)
		free(*entry);
	free(environment);
}
