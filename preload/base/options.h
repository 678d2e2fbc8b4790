/*
 * VRAMTRACK_OPTIONS as parsed, with defaults for what it does not say.
 *
 * A mistake in it never stops the program: the default is used, and a line
 * says so once the process uses a device.
 */
#ifndef VT_PRELOAD_OPTIONS_H
#define VT_PRELOAD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/options_table.h"

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

/* And of timeline. */
enum {
	VT__TIMELINE_HISTORY,
	VT__TIMELINE_EVENTS
};

/* What each recorded call reads first and together: in one cache line with the first numbers. */
struct vt__options {
	bool refuses;     /* fail or limit is given */
	bool quarantines; /* quarantine is */
#define FOLDER_NUMBER(key)
#define COUNT_NUMBER(key) long key;
#define SWITCH_NUMBER(key) long key;
#define CHOICE_NUMBER(key) long key;
#define BYTES_NUMBER(key) uint64_t key;
#define FAIL_NUMBER(key)
#define GROWTH_NUMBER(key)
#define VT_OPTION(key, type, ...) type##_NUMBER(key)
	VT_OPTIONS(VT_OPTION)
#undef VT_OPTION
#undef FOLDER_NUMBER
#undef COUNT_NUMBER
#undef SWITCH_NUMBER
#undef CHOICE_NUMBER
#undef BYTES_NUMBER
#undef FAIL_NUMBER
#undef GROWTH_NUMBER
	uint64_t run_id; /* of the `vramtrack run` above us, 0 if none */
#define FOLDER_TEXT(key) vt__folder key;
#define COUNT_TEXT(key)
#define SWITCH_TEXT(key)
#define CHOICE_TEXT(key)
#define BYTES_TEXT(key)
#define FAIL_TEXT(key) vt__fail_text key;
#define GROWTH_TEXT(key) vt__growth_text key;
#define VT_OPTION(key, type, ...) type##_TEXT(key)
	VT_OPTIONS(VT_OPTION)
#undef VT_OPTION
#undef FOLDER_TEXT
#undef COUNT_TEXT
#undef SWITCH_TEXT
#undef CHOICE_TEXT
#undef BYTES_TEXT
#undef FAIL_TEXT
#undef GROWTH_TEXT
} __attribute__((aligned(64)));
_Static_assert(offsetof(struct vt__options, free_stacks) < 64, "one cache line");

/* Parsed at first use; valid for ever. */
const struct vt__options *vt__options(void);

/* The same without a look whether they are parsed: where a driver is attached. */
extern struct vt__options vt__options_parsed __attribute__((visibility("hidden")));

static inline const struct vt__options *vt__options_known(void)
{
	return &vt__options_parsed;
}

/* Parses `text` (NULL: nothing was said). Mistakes are described in `problems`,
 * one line each, cut off at `room` bytes. */
void vt__options_parse(const char *text, struct vt__options *out, char *problems, unsigned room);

/* What was wrong with the environment, "" if nothing. */
const char *vt__options_problems(void);

#endif
