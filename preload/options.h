/*
 * VRAMTRACK_OPTIONS as parsed, with defaults for what it does not say.
 *
 * A mistake in it never stops the program: the default is used, and a line
 * says so once the process uses a device.
 */
#ifndef VT_PRELOAD_OPTIONS_H
#define VT_PRELOAD_OPTIONS_H

#include <stdint.h>

#include "options_table.h"

enum {
	VT__FOLDER_BYTES = 4096,
	VT__FAIL_BYTES = 256
};
typedef char vt__folder[VT__FOLDER_BYTES];
typedef char vt__fail_text[VT__FAIL_BYTES];   /* see vt__value_fail() */
typedef char vt__growth_text[VT__FAIL_BYTES]; /* see vt__value_growth() */

/* The words of the choice oom, by their places. */
enum {
	VT__OOM_RECORD,
	VT__OOM_REPORT
};

struct vt__options {
#define FOLDER_TYPE vt__folder
#define COUNT_TYPE long
#define SWITCH_TYPE long
#define CHOICE_TYPE long
#define BYTES_TYPE uint64_t
#define FAIL_TYPE vt__fail_text
#define GROWTH_TYPE vt__growth_text
#define VT_OPTION(key, type, ...) type##_TYPE key;
	VT_OPTIONS(VT_OPTION)
#undef VT_OPTION
#undef FOLDER_TYPE
#undef COUNT_TYPE
#undef SWITCH_TYPE
#undef CHOICE_TYPE
#undef BYTES_TYPE
#undef FAIL_TYPE
#undef GROWTH_TYPE
	uint64_t run_id; /* of the `vramtrack run` above us, 0 if none */
};

/* Parsed at first use; valid for ever. */
const struct vt__options *vt__options(void);

/* Parses `text` (NULL: nothing was said). Mistakes are described in `problems`,
 * one line each, cut off at `room` bytes. */
void vt__options_parse(const char *text, struct vt__options *out, char *problems, unsigned room);

/* What was wrong with the environment, "" if nothing. */
const char *vt__options_problems(void);

#endif
