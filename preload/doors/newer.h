/*
 * Functions of the driver whose base name is wrapped and whose ABI is not known:
 * a newer cuMemAlloc than there was when this was built.
 *
 * Their arguments cannot be read, so nothing of them can be recorded; that one
 * was called is. Who looks such a function up gets a stub, which enters the
 * passage into the recording and jumps on with every register as it was. A
 * look-up alone is nothing: CUDA's runtime looks up all that it might ever call.
 *
 * Thread-safe; takes no lock of the loader's while a call is under way.
 */
#ifndef VT_PRELOAD_NEWER_H
#define VT_PRELOAD_NEWER_H

/* The stub for `function`, which was found as `name`, asked for as of CUDA
 * `version` (0: by name) in the driver at `path` (NULL: the loader is asked).
 * Without a stub left the passage is entered at once, and `function` is
 * returned. */
void *vt__newer_stub(void *function, const char *name, int version, const char *path);

/* Enters the passage without a call: the look-up is answered by another. */
void vt__newer_met(const void *function, const char *name, int version);

#endif
