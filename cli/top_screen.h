/* A screen that text is put on, and keys. */
#ifndef VT_CLI_TOP_SCREEN_H
#define VT_CLI_TOP_SCREEN_H

#include <stdbool.h>

/* VT__SCREEN_RESIZED: it has another size; VT__SCREEN_NOTHING: the time is over. Others are
 * letters. */
enum {
	VT__SCREEN_NOTHING = -1,
	VT__SCREEN_RESIZED = -2
};

/* Whether this build has one: with ncurses. */
bool vt__screen_is_built(void);

/* Takes the terminal. False where it has no screen (dumb, unknown, or none): nothing was done. */
bool vt__screen_open(void);
void vt__screen_close(void);

void vt__screen_size(int *width, int *height);

/* Shows lines, each ended by a newline. */
void vt__screen_show(const char *text);

/* The next key, or what else happened, within so many milliseconds. */
int vt__screen_key(int wait_ms);

#endif
