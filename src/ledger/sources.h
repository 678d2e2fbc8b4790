/*
 * Source frames: frames that are told by names and not by addresses, one record for each.
 *
 * Not thread-safe: the ledger's lock covers it.
 */
#ifndef VT_LEDGER_SOURCES_H
#define VT_LEDGER_SOURCES_H

#include <stdint.h>

#include "ledger/strings.h"
#include "python/python.h"
#include "recording/store.h"

struct vt__source_node;

struct vt__sources {
	struct vt__source_node *by_content;
	struct vt__python_names names; /* scratch */
};

/* The frame word (VT_FORMAT_MAKE_FRAME) of a Python frame of the call under way; of no module and
 * address 0 where there was no room for it. */
uint64_t vt__sources_frame(struct vt__sources *sources, struct vt__store *store,
			   struct vt__strings *strings, const struct vt__python_frame *frame);

#endif
