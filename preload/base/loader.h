/*
 * The loaded objects of the process, as the loader lists them.
 */
#ifndef VT_PRELOAD_LOADER_H
#define VT_PRELOAD_LOADER_H

/* How many objects were unloaded so far. Takes the loader's lock. */
unsigned long long vt__loader_unloads(void);

#endif
