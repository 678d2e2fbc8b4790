/*
 * Handles of memory that the process gave out, and those of others that it opened: one record for
 * each handle (recording/format_sharing.h).
 */
#ifndef VT_LEDGER_SHARING_H
#define VT_LEDGER_SHARING_H

#include "ledger/ledger.h"

#define VT__SHARINGS_MOST 16384u /* handles that are kept; more are counted as lost */

struct vt__sharing_node;
struct vt__shared_place;

/* The ledger's lock covers it. */
struct vt__sharings {
	struct vt__sharing_node *table;
	struct vt__shared_place *places; /* addresses of all that is shared */
	uint32_t count;
	uint64_t last_ns; /* of the last free that was entered */
};

struct vt__sharing {
	enum vt_sharing_how how;
	enum vt_sharing what;
	const void *handle; /* VT_FORMAT_HANDLE_BYTES */
	uint64_t address;   /* 0: of several, whose frees are not looked at */
	uint64_t bytes;     /* 0: those of the physical memory there, if it is known */
	const char *api;    /* static string */
};

/* A handle was given out or opened. Nothing without a recording. */
void vt__ledger_share(struct vt__ledger *ledger, const struct vt__sharing *sharing,
		      const struct vt__stack *stack);

/* Within a change of the recording: an allocation is freed (`stack`: where, VT_FORMAT_NONE: by the
 * end of its context), or was not freed after all. */
void vt__sharing_freed(struct vt__ledger *ledger, const struct vt_format_allocation *freed,
		       uint32_t stack);
void vt__sharing_restored(struct vt__ledger *ledger, const struct vt_format_allocation *restored);

#endif
