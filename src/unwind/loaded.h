/*
 * The loaded object that holds an address, without any lock of the loader.
 *
 * A driver call may be made while another thread holds the loader's locks and
 * waits for this one: in the constructor of a library, in a callback of
 * dl_iterate_phdr(). So it is asked for by the C library's _dl_find_object, which
 * takes none (glibc 2.35), or read from /proc/self/maps. Async-signal-safe.
 *
 * What is found is true as long as the object is loaded: code on the calling
 * thread's stack keeps it.
 */
#ifndef VT_LEDGER_LOADED_H
#define VT_LEDGER_LOADED_H

#include <limits.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>

struct vt__loaded {
	uintptr_t start; /* of what is mapped */
	uintptr_t end;
	uintptr_t bias;
	const ElfW(Phdr) * headers;
	unsigned header_count;
	const char *name; /* as the loader has it, "" for the program; or in `path` */
};

/* Room for a path that is read. */
struct vt__loaded_path {
	char bytes[PATH_MAX];
};

/* Looks for _dl_find_object; the first time, under the loader's lock. */
void vt__loaded_init(void);

/* Whether it is there: finding takes a fraction of a microsecond, not of a millisecond. */
bool vt__loaded_is_fast(void);

/* False if no object holds the address. `path` may be NULL. May change errno. */
bool vt__loaded_at(uintptr_t address, struct vt__loaded_path *path, struct vt__loaded *out);

/* The same by /proc/self/maps alone. */
bool vt__loaded_in_maps(uintptr_t address, struct vt__loaded_path *path, struct vt__loaded *out);

/* The object whose file has that name (the last part of its path). */
bool vt__loaded_named(const char *file, struct vt__loaded_path *path, struct vt__loaded *out);

/* The first whose file's name begins so, after so many that are passed over. */
bool vt__loaded_like(const char *beginning, unsigned pass, struct vt__loaded_path *path,
		     struct vt__loaded *out);

/* Whether something is still loaded where an object was found: nothing of it is
 * read, so that it may be unloaded meanwhile. May change errno. */
bool vt__loaded_still(uintptr_t start);

#endif
