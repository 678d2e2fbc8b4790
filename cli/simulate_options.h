/*
 * The keys of VRAMTRACK_SIMULATE as the command sees them: checked before a program
 * is started, so that a fault that was asked for is not left out in silence.
 */
#ifndef VT_CLI_SIMULATE_OPTIONS_H
#define VT_CLI_SIMULATE_OPTIONS_H

#include <stddef.h>

/* Checks "key=value:key=value", which stands in `where`: "--simulate" or the
 * variable's name. Returns 0, or -EINVAL and a message of what is wrong with it. */
int vt__simulate_options_check(const char *text, const char *where, char *message,
			       size_t message_size);

#endif
