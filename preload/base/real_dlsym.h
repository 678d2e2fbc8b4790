/*
 * libc's dlsym and dlclose, whoever else wraps them.
 */
#ifndef VT_PRELOAD_REAL_DLSYM_H
#define VT_PRELOAD_REAL_DLSYM_H

typedef void *vt__dlsym_function(void *handle, const char *name);

/* Never NULL. */
vt__dlsym_function *vt__find_dlsym(void);

/* Calls it. RTLD_NEXT means after this object. */
void *vt__real_dlsym(void *handle, const char *name);

/* The function that comes after this object under a name; NULL too where libc does not: a user
 * may preload it before us, and then nobody calls our functions of these names. */
void *vt__next_if_any(const char *name);

int vt__real_dlclose(void *handle);

#endif
