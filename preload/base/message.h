/* Formatted lines of the shim on standard error. */
#ifndef VT_PRELOAD_MESSAGE_H
#define VT_PRELOAD_MESSAGE_H

/* One line or several, in one write; see vt__say_text(). errno is left alone. */
__attribute__((format(printf, 1, 2))) void vt__message(const char *format, ...);

#endif
