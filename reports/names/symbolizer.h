/*
 * Names addresses of modules: function, file, line, inlined calls.
 *
 * Works from the files themselves (and their separate debug files, and
 * debuginfod if DEBUGINFOD_URLS is set). A file is opened when the first of
 * its addresses is asked for; answers are kept.
 */
#ifndef VT_REPORTS_SYMBOLIZER_H
#define VT_REPORTS_SYMBOLIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reports/names/frame.h"
#include "reports/names/kept_frames.h"
#include "reports/names/known_stacks.h"
#include "reports/names/sources.h"

struct vt__symbolizer;
struct vt__module;

struct vt__symbol {
	const char *function; /* NULL: unknown */
	const char *file;     /* NULL: unknown */
	uint32_t line;        /* 0: unknown */
	bool inlined;         /* into the function of the next symbol */
	enum vt__role role;   /* by the rules about frames */
	bool kept;            /* as of a frame */
};

/* The functions at an address, innermost first. Loans until the symbolizer is freed. */
struct vt__symbols {
	const struct vt__symbol *symbols;
	size_t count;
};

/* Where names come from. */
enum vt__names {
	VT__NAMES_ALL, /* whatever is found: debug files, caches, debuginfod */
	VT__NAMES_OWN, /* the module's own file: the same names wherever that is read */
};

/* Returns NULL if out of memory. */
struct vt__symbolizer *vt__symbolizer_new(void);
void vt__symbolizer_free(struct vt__symbolizer *symbolizer);

/* Frames that need no looking up, kept as long as the symbolizer. NULL if out of memory. */
struct vt__sources *vt__symbolizer_sources(struct vt__symbolizer *symbolizer);

/* What is known of frames that were asked for so far, by their module or source and address. */
struct vt__kept_frames *vt__symbolizer_kept(struct vt__symbolizer *symbolizer);

/* The stacks of its recordings that were asked for so far. */
struct vt__known_stacks *vt__symbolizer_stacks(struct vt__symbolizer *symbolizer);

/*
 * The module with that path and build-id (0 bytes: none was recorded); the same
 * one for the same path and id. `recorded_ns` is when it was seen in use
 * (CLOCK_REALTIME): a file changed after that is said in the note if there is
 * no build-id to compare. Loan; NULL if out of memory.
 */
struct vt__module *vt__symbolizer_module(struct vt__symbolizer *symbolizer, const char *path,
					 const uint8_t *build_id, size_t build_id_bytes,
					 uint64_t recorded_ns);

/* Its path as recorded; NULL if it has none. Loan until the symbolizer is freed. */
const char *vt__module_path(const struct vt__module *module);

/* Of its code that has no name. */
enum vt__role vt__module_role(const struct vt__module *module);
bool vt__module_kept(const struct vt__module *module);

/* Names the call that returns to `address` of the module's file. 0 with no
 * symbols if it has no name; -ENOMEM. */
int vt__symbolize(struct vt__symbolizer *symbolizer, struct vt__module *module, uint64_t address,
		  enum vt__names names, struct vt__symbols *out);

/* Why the module's addresses have no names; NULL if they may have, or if none
 * was asked for so far. */
const char *vt__module_note(const struct vt__module *module);

#endif
