/*
 * The coverage certificate in the recording: doors and passages.
 */
#ifndef VT_LEDGER_COVERAGE_H
#define VT_LEDGER_COVERAGE_H

#include <stddef.h>

#include "ledger/ledger.h"

/* How often each door was gone through so far, and whether an audit object is
 * in the process. Kept until there is a recording. Takes no lock; safe inside
 * the loader. */
void vt__ledger_doors(struct vt__ledger *ledger, const uint64_t doors[VT_DOOR_COUNT], bool audited);

/* A way to the driver, as struct vt_format_passage has it. */
struct vt__passage {
	enum vt_passage sort;
	const char *path;
	const char *symbol; /* NULL: none */
	uint32_t version;
};

/* Enters it, once: those that are the same in everything are one. Makes the
 * recording if there is none. Of files of code (VT_PASSAGE_IS_CODE) the first 64 of
 * each sort are, as there is no end of those that a program makes. */
void vt__ledger_passage(struct vt__ledger *ledger, const struct vt__passage *passage);

/* How many of those entered are not covered, and if there are any, the path of
 * one: a library's rather than a driver's. */
uint32_t vt__ledger_unreached(struct vt__ledger *ledger, char *path, size_t room);

#endif
