/*
 * The loaded objects, so that a return address becomes a module and an
 * address in its file.
 *
 * All of it with the ledger's lock held; nothing takes a lock of the loader.
 */
#ifndef VT_LEDGER_MODULES_H
#define VT_LEDGER_MODULES_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "unwind/loaded.h"
#include "unwind/stack.h"
#include "recording/store.h"
#include "ledger/strings.h"

/* A module that is loaded, or was. */
struct vt__module {
	uint64_t start;
	uint64_t end;
	uint64_t bias;
	uint64_t seen; /* `unloadings` when it was met last */
	uint32_t number;
	bool unloaded;
};

struct vt__modules {
	struct vt__module *all; /* by number */
	uint32_t *live;         /* indices into `all` of those loaded, by start */
	uint32_t count;
	uint32_t live_count;
	uint32_t room;         /* of both arrays */
	uint32_t generation;   /* of vt__unwind_generation() when all were looked through */
	uint64_t unloadings;   /* times that they were */
	const char *shim_path; /* NULL: none */
	enum vt_source source;
	const char *program; /* string of the recording */
	char path[PATH_MAX]; /* scratch, as is the next */
	struct vt__loaded_path found_path;
};

/* Whether a look at the loaded objects could tell more of this stack than is known. */
bool vt__modules_want_look(const struct vt__modules *modules, const uintptr_t *ips, unsigned depth,
			   uint32_t generation);

/* Finds the objects of the stack's frames. The stack is the calling thread's own, so
 * that they stay loaded meanwhile. May change errno. */
void vt__modules_look(struct vt__modules *modules, struct vt__store *store,
		      struct vt__strings *strings, const struct vt__stack *stack);

/* The frame of a return address (VT_FORMAT_MAKE_FRAME). `stale`: the stack
 * was taken before the last unloading, so look among unloaded modules too. */
uint64_t vt__modules_frame(const struct vt__modules *modules, uintptr_t ip, bool stale);

#endif
