/*
 * String numbers of texts that are recorded once however often they are used.
 *
 * Not thread-safe: the ledger's lock covers it.
 */
#ifndef VT_LEDGER_STRINGS_H
#define VT_LEDGER_STRINGS_H

#include <stdint.h>

#include "ledger/store.h"

struct vt__string_node;
struct vt__pointer_node;

struct vt__strings {
	struct vt__string_node *by_text;
	struct vt__pointer_node *by_pointer;
};

/* The number of `text`; VT_FORMAT_NONE when it could not be kept, or is NULL. */
uint32_t vt__strings_of_text(struct vt__strings *strings, struct vt__store *store,
			     const char *text);

/* The same for text that never moves or changes: found by its address. */
uint32_t vt__strings_of_static(struct vt__strings *strings, struct vt__store *store,
			       const char *text);

#endif
