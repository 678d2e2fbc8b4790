/* Switches the caches of frameworks off, by the environment variables that they understand. */
#ifndef VT_CLI_CACHES_H
#define VT_CLI_CACHES_H

#include <stddef.h>

struct vt__cache_setting {
	const char *framework;
	const char *variable;
	const char *value;
	const char *remark; /* what is to be known of it; "" if nothing is */
};

/* All of them, whatever the program is: who does not know a variable does not look at it. */
const struct vt__cache_setting *vt__cache_settings(size_t *count);

/* Whether the user set it himself; then it stays. */
const char *vt__cache_setting_of_user(const struct vt__cache_setting *setting);

/* Says on standard error what is set, what stays, and what has no variable. */
void vt__cache_settings_say(void);

#endif
