/* Where the object lies that this code is in. */
#include "config.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "preload/base/self.h"

static struct {
	char path[4096];
	char folder[4096];
} shim;

void vt__self_find(void)
{
	Dl_info info;
	char *slash;

	if (shim.path[0] || !dladdr((void *)(uintptr_t)vt__self_path, &info) || !info.dli_fname ||
	    !realpath(info.dli_fname, shim.path))
		return;
	strcpy(shim.folder, shim.path);
	slash = strrchr(shim.folder, '/');
	if (slash)
		*slash = '\0';
}

const char *vt__self_folder(void)
{
	return shim.folder;
}

const char *vt__self_path(void)
{
	return shim.path;
}
