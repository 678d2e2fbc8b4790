/* The shim's own lines on standard error. */
#ifndef VT_PRELOAD_MESSAGE_H
#define VT_PRELOAD_MESSAGE_H

#include <stdbool.h>

/* One line or several, in one write. Nothing is written where standard error
 * is no longer what it was when the program started: the number may have
 * become a file of the program's. errno is left alone. */
__attribute__((format(printf, 1, 2))) void vt__message(const char *format, ...);

/* Whether vt__message() would write. */
bool vt__can_print(void);

#endif
