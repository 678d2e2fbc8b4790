/*
 * A plugin is unloaded and another is loaded, most often at the same address.
 * arguments: plugin A, plugin B. Each plugin leaks 1 MiB in each round and
 * the stack must name the plugin that was loaded then.
 */
#include <dlfcn.h>

#include "hazard.h"

static void *(*load(const char *path, const char *function, void **handle))(void)
{
	void *(*symbol)(void);

	*handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (*handle == NULL) {
		fprintf(stderr, "hazard: %s\n", dlerror());
		_Exit(99);
	}
	*(void **)&symbol = dlsym(*handle, function);
	MUST(symbol != NULL);
	return symbol;
}

static FRAME void round_of(const char *path, const char *function)
{
	void *handle;

	MUST(load(path, function, &handle)() != NULL);
	MUST(dlclose(handle) == 0);
}

static int alternate(char **arguments)
{
	for (int i = 0; i < 4; i++) {
		round_of(arguments[0], "plugin_a_allocates");
		round_of(arguments[1], "plugin_b_allocates");
	}
	return 0;
}

/* Still loaded at the end. */
static int stays(char **arguments)
{
	void *handle;

	round_of(arguments[0], "plugin_a_allocates");
	MUST(load(arguments[1], "plugin_b_allocates", &handle)() != NULL);
	return 0;
}

static const struct hazard_case cases[] = {
	{"alternate", alternate},
	{"stays", stays},
};

HAZARD_MAIN(cases)
