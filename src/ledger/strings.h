/*
 * String numbers of texts that are recorded once however often they are used.
 *
 * Not thread-safe: the ledger's lock covers it.
 */
#ifndef VT_LEDGER_STRINGS_H
#define VT_LEDGER_STRINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/intern.h"
#include "recording/store.h"

struct vt__pointer_node;

struct vt__strings {
	struct vt__intern texts;
	struct vt__pointer_node *by_pointer;
};

/* The number of `text`; VT_FORMAT_NONE when it could not be kept, or is NULL. */
uint32_t vt__strings_of_text(struct vt__strings *strings, struct vt__store *store,
			     const char *text);

/* The same for text that never moves or changes: found by its address. */
uint32_t vt__strings_of_static(struct vt__strings *strings, struct vt__store *store,
			       const char *text);

/* The number of a text that is there already, else VT_FORMAT_NONE. `hash` is
 * vt__hash_bytes() of its `length` bytes. */
uint32_t vt__strings_find(const struct vt__strings *strings, const char *text, size_t length,
			  uint64_t hash);

#endif
