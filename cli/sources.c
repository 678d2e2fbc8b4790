/* Decides which sources record a run, and refuses what would not work with them. */
#include "config.h"

#include "cli/sources.h"

#include <stdlib.h>
#include <string.h>

#include "cli/environment.h"
#include "cli/message.h"
#include "cli/shim_options.h"
#include "base/option_values.h"
#include "vramtrack/exit_codes.h"

const char *vt__source_choices(void)
{
	return "preload, cupti";
}

bool vt__wants_cupti(const struct vt__run_settings *settings)
{
	return settings->verify || strcmp(settings->source, "cupti") == 0;
}

bool vt__wants_shim(const struct vt__run_settings *settings)
{
	return settings->verify || strcmp(settings->source, "preload") == 0;
}

enum vt_source vt__source_of_report(const struct vt__run_settings *settings)
{
	return vt__wants_shim(settings) ? VT_SOURCE_PRELOAD : VT_SOURCE_CUPTI;
}

/* ---- Keys ---------------------------------------------------------------------- */

static bool asks_for_bytes(const char *value)
{
	uint64_t bytes = 0;

	return vt__value_bytes(value, &bytes) && bytes > 0;
}

static bool asks_to_fail(const char *value)
{
	struct vt__fail_value fail;

	return vt__value_fail(value, &fail) && fail.which != VT__FAIL_NONE;
}

/* Keys that keep a call back or change it; CUPTI only tells of calls. */
static const struct {
	const char *key;
	bool (*asks)(const char *value);
} active[] = {
	{"fail", asks_to_fail},
	{"limit", asks_for_bytes},
	{"quarantine", asks_for_bytes},
};

/* The value that the shim will use, copied to free(), and where it came from; NULL: none. */
static char *effective_value(const struct vt__run_settings *settings, const char *key,
			     const char **origin)
{
	const char *variable = getenv(VT_OPTIONS_VARIABLE);

	*origin = "--option";
	for (size_t i = settings->options.count; i-- > 0;) {
		const char *value = vt__shim_option_value(settings->options.items[i], key);

		if (value)
			return strdup(value);
	}
	*origin = VT_OPTIONS_VARIABLE;
	return variable ? vt__shim_option_in(variable, key) : NULL;
}

int vt__check_source_options(const struct vt__run_settings *settings)
{
	for (size_t i = 0; vt__wants_cupti(settings) && i < sizeof(active) / sizeof(active[0]);
	     i++) {
		const char *origin;
		char *value = effective_value(settings, active[i].key, &origin);
		bool asks = value && active[i].asks(value);

		free(value);
		if (asks)
			return vt__usage_error(settings->command,
					       "%s and %s %s exclude each other: CUPTI tells of "
					       "calls, and cannot refuse or change one",
					       settings->verify ? "--verify" : "--source=cupti",
					       origin, active[i].key);
	}
	return VT_EXIT_OK;
}

/* ---- One place for a tool ------------------------------------------------------ */

/* Whether the variable names a library, and not the one at `path`. */
static bool names_another(const char *variable, const char *path, const char **other)
{
	bool is_ours;
	char *real;

	*other = getenv(variable);
	if (!*other || !**other)
		return false;
	real = realpath(*other, NULL);
	is_ours = real && strcmp(real, path) == 0;
	free(real);
	return !is_ours;
}

int vt__check_injection(const char *path)
{
	const char *other;

	if (!path || !names_another(VT__INJECTION_VARIABLE, path, &other))
		return VT_EXIT_OK;
	vt__say(VT__INJECTION_VARIABLE
		" names another tool, '%s', and the driver loads only one: unset it, or record "
		"with --source=preload; the program was not run",
		other);
	return VT_EXIT_USAGE;
}

bool vt__wants_nvtx(const struct vt__run_settings *settings)
{
	const char *origin;
	char *value = effective_value(settings, "growth", &origin);
	struct vt__growth_value growth;
	bool wants = value && vt__value_growth(value, &growth) && growth.by == VT__GROWTH_BY_NVTX;

	free(value);
	return wants;
}

int vt__check_nvtx(const struct vt__run_settings *settings, const char *path)
{
	const char *other;

	if (!path || !vt__wants_nvtx(settings) || !names_another(VT__NVTX_VARIABLE, path, &other))
		return VT_EXIT_OK;
	vt__say(VT__NVTX_VARIABLE
		" names another tool, '%s', and NVTX loads only one: unset it, or mark with "
		"vramtrack_preload_mark (growth=mark:NAME); the program was not run",
		other);
	return VT_EXIT_USAGE;
}
