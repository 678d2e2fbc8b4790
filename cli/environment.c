/* Composes LD_PRELOAD, VRAMTRACK_OPTIONS and the simulated device's variables. */
#include "config.h"

#include "cli/environment.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/caches.h"
#include "cli/shim_options.h"
#include "base/options_table.h"
#include "base/run_page_format.h"
#include "simulate/common/options_table.h"

/* gcc's AddressSanitizer refuses to start where another library was loaded before it. The shim
 * replaces nothing of what it does. The user's own word comes after, and counts. */
#define ASAN_VARIABLE "ASAN_OPTIONS"
#define ASAN_ORDER "verify_asan_link_order=0"

#define ADDED_MAX 20 /* variables that are set here */

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

static bool is_listed(const char *list, const char *path)
{
	size_t length = strlen(path);

	while (list && *list) {
		size_t entry = strcspn(list, ": ");

		if (entry == length && memcmp(list, path, length) == 0)
			return true;
		list += entry;
		list += strspn(list, ": ");
	}
	return false;
}

/* The shim comes last: another preloaded library that wraps a driver function
 * finds ours after it, as it would find the driver's, and a sanitizer's
 * runtime keeps the first place that it insists on. */
static char *add_last(const char *variable, const char *path)
{
	const char *old = getenv(variable);

	if (is_listed(old, path))
		return strdup(old);
	return old && *old ? join(old, path) : strdup(path);
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
	char *output, *timeline = NULL;

	for (size_t i = 0; i < tracking->options->count; i++)
		options = add_entry(options, vt__shim_option_quote(tracking->options->items[i]));
	if (tracking->timeline && asprintf(&timeline, "timeline=%s", tracking->timeline) < 0)
		timeline = NULL;
	if (tracking->timeline)
		options = add_entry(options, timeline);
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

static void switch_caches_off(struct environment *environment)
{
	size_t count;
	const struct vt__cache_setting *settings = vt__cache_settings(&count);

	for (size_t i = 0; i < count; i++)
		if (!vt__cache_setting_of_user(&settings[i]))
			set(environment, settings[i].variable, strdup(settings[i].value));
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
	if (tracking->no_caching)
		switch_caches_off(&made);
	if (tracking->shim_path) {
		set(&made, "LD_PRELOAD", add_last("LD_PRELOAD", tracking->shim_path));
		set(&made, ASAN_VARIABLE, join(ASAN_ORDER, getenv(ASAN_VARIABLE)));
	}
	if (tracking->shim_path && tracking->audit_path)
		set(&made, "LD_AUDIT", add_last("LD_AUDIT", tracking->audit_path));
	if (tracking->cupti_path)
		set(&made, VT__INJECTION_VARIABLE, strdup(tracking->cupti_path));
	if (tracking->nvtx_path)
		set(&made, VT__NVTX_VARIABLE, strdup(tracking->nvtx_path));
	if (tracking->shim_path || tracking->cupti_path) {
		set(&made, VT_OPTIONS_VARIABLE, shim_options(tracking));
		set(&made, VT_RUN_VARIABLE, hexadecimal(tracking->run_id));
		if (tracking->run_page)
			set(&made, VT_RUN_PAGE_VARIABLE, strdup(tracking->run_page));
	}
	if (tracking->simulate_folder) {
		const char *own_options = getenv(VT_SIMULATE_VARIABLE);
		const char *options = tracking->simulate_options;

		set(&made, "LD_LIBRARY_PATH",
		    join(tracking->simulate_folder, getenv("LD_LIBRARY_PATH")));
		set(&made, VT_SIMULATE_VARIABLE,
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
