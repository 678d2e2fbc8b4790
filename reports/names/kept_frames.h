/*
 * Which frames a rule about keepers of memory is of: asked for every frame of every stack of
 * every recording, so that it is a look at one place.
 */
#ifndef VT_REPORTS_KEPT_FRAMES_H
#define VT_REPORTS_KEPT_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vt__kept_state {
	VT__KEPT_UNKNOWN,
	VT__KEPT_NO,
	VT__KEPT_YES,
};

struct vt__kept_frame {
	const void *of; /* module or source; NULL: code in no module */
	uint64_t address;
	enum vt__kept_state kept; /* unknown: an empty place */
};

/* Open-addressed; starts with zeros. */
struct vt__kept_frames {
	struct vt__kept_frame *places;
	size_t mask;  /* places there are, less one */
	size_t count; /* in use: three quarters at most */
};

/* 1, 0, or -ENOENT where it is not known yet. */
int vt__kept_frames_find(const struct vt__kept_frames *frames, const void *of, uint64_t address);

/* Of one that is not known. 0 or -ENOMEM. */
int vt__kept_frames_add(struct vt__kept_frames *frames, const void *of, uint64_t address,
			bool kept);

void vt__kept_frames_release(struct vt__kept_frames *frames);

#endif
