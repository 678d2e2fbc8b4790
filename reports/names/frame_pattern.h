/*
 * One pattern of a rule about frames, and whether a frame is meant by it.
 */
#ifndef VT_REPORTS_FRAME_PATTERN_H
#define VT_REPORTS_FRAME_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/names/frame.h"

/* What a pattern is compared with. VT__PART(identifier, key in a rule) */
#define VT__PARTS(VT__PART)                                                                        \
	VT__PART(FUNCTION, "fun:")                                                                 \
	VT__PART(FILE, "file:")                                                                    \
	VT__PART(MODULE, "module:")

enum vt__frame_part {
#define VT__PART(id, key) VT__PART_##id,
	VT__PARTS(VT__PART)
#undef VT__PART
	VT__PART_ANY /* no key: any of them, as in LeakSanitizer */
};

struct vt__frame_pattern {
	enum vt__frame_part part;
	const char *pattern; /* borrowed, see reports/text/glob.h */
	size_t bytes;
};

/* From "[fun:|file:|module:]PATTERN". False if there is no pattern in it. */
bool vt__frame_pattern_parse(const char *text, size_t bytes, struct vt__frame_pattern *out);

/* Patterns of files and modules are compared with the path and with its last part. */
bool vt__frame_pattern_matches(const struct vt__frame_pattern *pattern,
			       const struct vt__frame *frame);

#endif
