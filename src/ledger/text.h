/*
 * Short texts without stdio: put together in a buffer of the caller, and
 * written to standard error in one piece.
 */
#ifndef VT_LEDGER_TEXT_H
#define VT_LEDGER_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Always NUL-terminated; what does not fit is cut. */
struct vt__text {
	char *bytes;
	size_t room; /* with the NUL */
	size_t length;
};

#define VT__TEXT(buffer) ((struct vt__text){.bytes = (buffer), .room = sizeof(buffer)})

void vt__text_add(struct vt__text *text, const char *more);
void vt__text_add_number(struct vt__text *text, uint64_t number);

/* The system's words for an errno value; a static string. */
const char *vt__text_of_error(int error);

/* One write(2) to standard error. A reader that has gone raises no SIGPIPE in
 * the program. May set errno. */
void vt__say(const struct vt__text *text);

#endif
