/*
 * The loaded objects, so that a return address becomes a module and an
 * address in its file.
 *
 * Lock order: the loader's lock, then the ledger's, never the reverse.
 * vt__modules_scan() takes the loader's lock and is called without the
 * ledger's; the other functions are called with the ledger's lock held.
 */
#ifndef VT_LEDGER_MODULES_H
#define VT_LEDGER_MODULES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/lock.h"
#include "ledger/store.h"
#include "ledger/strings.h"

/* A module that is loaded, or was. */
struct vt__module {
	uint64_t start;
	uint64_t end;
	uint64_t bias;
	uint64_t seen; /* number of the last scan that met it */
	uint32_t number;
	bool unloaded;
};

struct vt__modules {
	struct vt__module *all; /* by number */
	uint32_t *live;         /* indices into `all` of those loaded, by start */
	uint32_t count;
	uint32_t live_count;
	uint32_t room;        /* of both arrays */
	bool scanned;         /* a scan has ended */
	uint32_t generation;  /* of vt__unwind_generation() at the last scan */
	uint64_t loader_adds; /* the loader's counts at the last scan */
	uint64_t loader_subs;
	uint64_t scans;
	const char *shim_path; /* NULL: none */
	enum vt_source source;
	const char *program; /* string of the recording */
	char path[PATH_MAX]; /* scratch */
};

/* Whether a scan could tell more of this stack than is known. */
bool vt__modules_want_scan(const struct vt__modules *modules, const uintptr_t *ips, unsigned depth,
			   uint32_t generation);

/* Brings the list up to date. `generation` is that of the stack at hand. */
void vt__modules_scan(struct vt__modules *modules, struct vt__store *store,
		      struct vt__strings *strings, struct vt__lock *lock, uint32_t generation);

/* The frame of a return address (VT_FORMAT_MAKE_FRAME). `stale`: the stack
 * was taken before the last unloading, so look among unloaded modules too. */
uint64_t vt__modules_frame(const struct vt__modules *modules, uintptr_t ip, bool stale);

#endif
