/*
 * The keys of VRAMTRACK_OPTIONS as the command sees them: to print, to check
 * before a program is started, and to find one in a text.
 */
#ifndef VT_CLI_SHIM_OPTIONS_H
#define VT_CLI_SHIM_OPTIONS_H

#include <stddef.h>

#include "base/options_table.h"

enum vt__shim_option_type {
	VT__SHIM_FOLDER,
	VT__SHIM_COUNT,
	VT__SHIM_SWITCH,
	VT__SHIM_BYTES,
	VT__SHIM_FAIL,
	VT__SHIM_GROWTH,
	VT__SHIM_CHOICE
};

struct vt__shim_option {
	const char *key;
	enum vt__shim_option_type type;
	const char *default_text;
	unsigned long least, most;
	const char *shown;
	const char *help;
};

extern const struct vt__shim_option vt__shim_options[];
extern const size_t vt__shim_option_count;

/*
 * Checks one "key=value" given on the command line. Returns 0, or -EINVAL and
 * a message of what is wrong with it.
 */
int vt__shim_option_check(const char *text, char *message, size_t message_size);

/* The same for each entry of the variable's text. */
int vt__shim_variable_check(const char *variable, char *message, size_t message_size);

/* The value in "key=value", NULL if the text is about another key. Points into text. */
const char *vt__shim_option_value(const char *text, const char *key);

/*
 * "key=value" as it stands in the variable: "\:" for a ':' and "\\" for a
 * '\'. Returns a text to free(), NULL if memory is short.
 */
char *vt__shim_option_quote(const char *text);

/*
 * The value that counts, the last, of a key in the variable's text. Returns a
 * text to free(); NULL if the key is not there, has no value, or memory is short.
 */
char *vt__shim_option_in(const char *variable, const char *key);

#endif
