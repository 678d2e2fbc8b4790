/*
 * NVTX marks and ranges as marks (option growth=nvtx:NAME).
 *
 * NVTX loads the library that NVTX_INJECTION64_PATH names at its first call,
 * and asks it to fill tables of functions. Only those are filled that name
 * something; they return what NVTX returns without a tool, and all others stay
 * off. A range counts where it begins.
 */
#include "config.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#include "base/option_values.h"
#include "preload/doors/marks.h"
#include "preload/doors/nvtx_abi.h"
#include "preload/base/options.h"
#include "preload/recorder/process.h"
#include "preload/base/real_dlsym.h"
#include "preload/recorder/rest.h"
#include "preload/recorder/source.h"

/* The name that is looked for; NULL: none. Set once. */
static const char *wanted;

/* What a registered string of that name is known as, to the program a handle. */
static const char registered;

static void mark_if(bool named)
{
	struct vt__ledger *ledger = named ? vt__process_ledger_if_any() : NULL;

	if (!ledger)
		return;
	vt__ledger_mark(ledger, VT_MARKER_NVTX, wanted);
	vt__rest_at_mark(ledger);
}

static void see_text(const char *text)
{
	mark_if(text && strcmp(text, wanted) == 0);
}

static void see_event(const struct vt__nvtx_event *event)
{
	if (!event || event->size < sizeof(*event))
		return;
	if (event->message_type == VT__NVTX_ASCII)
		see_text(event->text);
	else if (event->message_type == VT__NVTX_REGISTERED)
		mark_if(event->text == &registered);
}

/* ---- NVTX's functions ------------------------------------------------------- */

static void mark_event(const struct vt__nvtx_event *event)
{
	see_event(event);
}

static void mark_text(const char *text)
{
	see_text(text);
}

static uint64_t start_event(const struct vt__nvtx_event *event)
{
	see_event(event);
	return 0;
}

static uint64_t start_text(const char *text)
{
	see_text(text);
	return 0;
}

static int push_event(const struct vt__nvtx_event *event)
{
	see_event(event);
	return VT__NVTX_NO_TRACKING;
}

static int push_text(const char *text)
{
	see_text(text);
	return VT__NVTX_NO_TRACKING;
}

static void domain_mark(void *domain, const struct vt__nvtx_event *event)
{
	(void)domain;
	see_event(event);
}

static uint64_t domain_start(void *domain, const struct vt__nvtx_event *event)
{
	(void)domain;
	return start_event(event);
}

static int domain_push(void *domain, const struct vt__nvtx_event *event)
{
	(void)domain;
	return push_event(event);
}

static const void *domain_register(void *domain, const char *text)
{
	(void)domain;
	return text && strcmp(text, wanted) == 0 ? &registered : NULL;
}

static const struct {
	unsigned module, place;
	vt__nvtx_function function;
} functions[] = {
#define VT__NVTX_FUNCTION(module, place, name) {module, place, (vt__nvtx_function)name},
	VT__NVTX_FUNCTIONS(VT__NVTX_FUNCTION)
#undef VT__NVTX_FUNCTION
};

static void fill(const struct vt__nvtx_callbacks *callbacks, size_t number)
{
	vt__nvtx_table table;
	unsigned size = 0;

	if (callbacks->get_table((int)functions[number].module, &table, &size) &&
	    functions[number].place < size && table[functions[number].place])
		*table[functions[number].place] = functions[number].function;
}

/* ---- The entry -------------------------------------------------------------- */

/* A shim that NVTX itself brought in, into a process that was not to be
 * tracked, stays out of its way. */
static bool is_wanted(void)
{
	struct vt__growth_value value;

	if (vt__source.kind == VT_SOURCE_PRELOAD &&
	    !vt__real_dlsym(RTLD_DEFAULT, "vramtrack_preload_instance"))
		return false;
	if (!vt__value_growth(vt__options()->growth, &value) || value.by != VT__GROWTH_BY_NVTX)
		return false;
	wanted = value.name;
	return true;
}

/* NVTX's name for it. Returns whether NVTX is to keep this library; if not, it
 * goes on as without a tool. Called for each library with an NVTX in it. */
VT__EXPORT int InitializeInjectionNvtx2(vt__nvtx_exports *exports);

int InitializeInjectionNvtx2(vt__nvtx_exports *exports)
{
	const struct vt__nvtx_callbacks *callbacks;

	if (!is_wanted())
		return 0;
	callbacks = exports(VT__NVTX_CALLBACKS);
	if (!callbacks || callbacks->struct_size < sizeof(*callbacks))
		return 0;
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		fill(callbacks, i);
	return 1;
}
