/*
 * Purposes and labels: texts of the program that say what memory is for, kept
 * once each.
 *
 * Reading (outside of the lock) and entering (within it) are apart: the text is
 * the program's, may change at any time, and is touched once only.
 */
#ifndef VT_LEDGER_LABELS_H
#define VT_LEDGER_LABELS_H

#include <stdint.h>

#include "base/attributes.h"
#include "recording/store.h"
#include "ledger/strings.h"

#define VT__LABEL_BYTES 128 /* with its NUL; what is longer is cut between two characters */

/* A program can make a label for each request it serves: the recording must not
 * grow with them for ever. */
#define VT__LABELS_MOST 65536u

/* A copy of one text. */
struct vt__label {
	uint32_t length; /* 0: none; then the other fields are not set */
	uint64_t hash;
	char text[VT__LABEL_BYTES];
};

/* Purposes have one of these, labels another: many of one leave room for the other. */
struct vt__labels {
	uint32_t count; /* different texts that were entered */
};

/* "" is none. Any thread, no lock. */
VT__APART void vt__label_copy(const char *text, struct vt__label *out);

/* The same, and NULL is none. */
static inline void vt__label_read(const char *text, struct vt__label *out)
{
	out->length = 0;
	if (text)
		vt__label_copy(text, out);
}

/* What the program said an allocation is for. */
struct vt__use {
	struct vt__label purpose;
	struct vt__label label;
};

static inline void vt__use_read(const char *purpose, const char *label, struct vt__use *out)
{
	vt__label_read(purpose, &out->purpose);
	vt__label_read(label, &out->label);
}

/* The number of the text's string; VT_FORMAT_NONE for none, and with a counted
 * loss where it cannot be kept. The ledger's lock covers it. */
VT__APART uint32_t vt__labels_enter(struct vt__labels *labels, struct vt__strings *strings,
				    struct vt__store *store, const struct vt__label *label);

static inline uint32_t vt__labels_number(struct vt__labels *labels, struct vt__strings *strings,
					 struct vt__store *store, const struct vt__label *label)
{
	return label->length ? vt__labels_enter(labels, strings, store, label) : VT_FORMAT_NONE;
}

#endif
