/*
 * libc's dlsym, past everybody who answers to the name: by its version, as tools of this kind find
 * it. Since 2.34 it is libc.so's own; before that it is as old as the first glibc of the processor.
 */
#ifndef VT_TESTS_LIBC_DLSYM_H
#define VT_TESTS_LIBC_DLSYM_H

#include <dlfcn.h>
#include <stddef.h>

typedef void *(*dlsym_fn)(void *handle, const char *name);

static inline dlsym_fn libc_dlsym(void)
{
	static const char *const versions[] = {"GLIBC_2.34", "GLIBC_2.2.5", "GLIBC_2.17"};
	static dlsym_fn found;

	for (size_t i = 0; found == NULL && i < sizeof(versions) / sizeof(versions[0]); i++)
		*(void **)&found = dlvsym(RTLD_NEXT, "dlsym", versions[i]);
	return found;
}

#endif
