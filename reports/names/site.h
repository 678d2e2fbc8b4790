/*
 * The site of a stack: the frame by which people know it.
 *
 * It is the first frame, from the innermost outwards, that is the user's by the
 * rules (frame_rules.h): the first with a source line; else the first with a name;
 * else the first. A library that came without debug information is seldom the
 * place to mend. Where no frame is the user's it is the outermost with a name that
 * is of no runtime; else the outermost that is not CUDA's; else the innermost.
 */
#ifndef VT_REPORTS_SITE_H
#define VT_REPORTS_SITE_H

#include "reports/names/stacks.h"

#define VT__NO_SITE SIZE_MAX /* there is no frame */

/* The index of the site in frames->frames. */
size_t vt__site_of(const struct vt__frames *frames);

/* The first of the user's frames, with or without a name: VT__NO_SITE if there is none. */
size_t vt__first_of_user(const struct vt__frames *frames);

#endif
