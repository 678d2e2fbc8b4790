/*
 * Source frames: frames that a recording has names for, so that nothing is to be looked up. One
 * for each content, whatever recording it is of.
 */
#ifndef VT_REPORTS_SOURCES_H
#define VT_REPORTS_SOURCES_H

#include <stdbool.h>
#include <stdint.h>

#include "reports/names/frame.h"

struct vt__sources;

struct vt__source {
	enum vt__language language;
	uint32_t line;        /* 0: unknown */
	const char *function; /* NULL: unknown */
	const char *file;     /* NULL: unknown */
	enum vt__role role;   /* by the rules about frames; no part of the content */
	bool kept;            /* as of a frame; nor is this */
};

/* NULL if out of memory. */
struct vt__sources *vt__sources_new(void);
void vt__sources_free(struct vt__sources *sources);

/* The one with this content; its texts are copies. NULL if out of memory. */
const struct vt__source *vt__sources_find(struct vt__sources *sources,
					  const struct vt__source *content);

/* "python", "native". */
const char *vt__language_name(enum vt__language language);

#endif
