/*
 * Text as the inside of a JSON string, whatever bytes it holds.
 */
#ifndef VT_JSON_TEXT_H
#define VT_JSON_TEXT_H

#include <stddef.h>

/* Writes `text` escaped, without quotation marks, and a NUL. Bytes that are no
 * UTF-8 become U+FFFD. What does not fit in `room` (at least 1) is cut after a
 * whole character. Returns the length it would have had: cut if >= room. */
size_t vt__json_escape(const char *text, char *out, size_t room);

#endif
