/*
 * Short texts put together without stdio, in a buffer of the caller.
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

#endif
