/* Opens libcupti wherever it is. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arch/arch.h"
#include "preload/doors/cupti_library.h"
#include "preload/base/real_dlsym.h"

static const char *const names[] = {"libcupti.so.13", "libcupti.so.12", "libcupti.so"};

static const char *const folders[] = {
	"/usr/local/cuda/extras/CUPTI/lib64",
	"/usr/local/cuda/lib64",
	"/usr/local/cuda/lib",
	"/usr/local/cuda/targets/" VT__ARCH_TOOLKIT_TARGET "/lib",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void *open_in(const char *folder, const char *below)
{
	char path[4096];
	void *library = NULL;

	for (size_t i = 0; folder && !library && i < COUNT(names); i++)
		if (snprintf(path, sizeof(path), "%s%s/%s", folder, below, names[i]) <
		    (int)sizeof(path))
			library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	return library;
}

static void *open_library(const char *wanted)
{
	void *library = NULL;

	for (size_t i = 0; !library && i < COUNT(names); i++)
		library = dlopen(names[i], RTLD_NOW | RTLD_NOLOAD);
	if (library || *wanted)
		return library ? library : dlopen(wanted, RTLD_NOW | RTLD_LOCAL);
	for (size_t i = 0; !library && i < COUNT(names); i++)
		library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	if (!library)
		library = open_in(getenv("CUDA_HOME"), "/extras/CUPTI/lib64");
	for (size_t i = 0; !library && i < COUNT(folders); i++)
		library = open_in(folders[i], "");
	return library;
}

int vt__cupti_open(const char *path, struct vt__cupti *out)
{
	void *library = open_library(path);
	struct vt__cupti found;

	if (!library)
		return -ENOENT;
#define FUNCTION(name)                                                                             \
	found.name = (__typeof__(found.name))vt__real_dlsym(library, #name);                       \
	if (!found.name)                                                                           \
		return -ENOSYS;
	VT_CUPTI_FUNCTIONS(FUNCTION)
#undef FUNCTION
	*out = found;
	return 0;
}
