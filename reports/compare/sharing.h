/*
 * Memory that processes share, joined over their recordings: who gave a handle out, who opened it,
 * and who holds it still.
 *
 * Handles are matched by their bytes, among processes of one boot of one machine; those of a fabric
 * among all. What went over file descriptors cannot be matched: one row for each machine has all
 * that opened some.
 */
#ifndef VT_REPORTS_SHARING_H
#define VT_REPORTS_SHARING_H

#include "reports/findings/analysis.h"

/* VT__SHARED(identifier, name in JSON) */
#define VT__SHARED_STATES(VT__SHARED)                                                              \
	VT__SHARED(CLOSED, "closed")           /* nobody has it open */                            \
	VT__SHARED(LIVE, "live")               /* its owner has it too */                          \
	VT__SHARED(FREED, "freed_by_exporter") /* only those who opened it hold it */              \
	VT__SHARED(ENDED, "exporter_ended")    /* the same: its owner ended before */              \
	VT__SHARED(LOST,                                                                           \
		   "exporter_end_not_known") /* the same, or not: it was killed, or _exit() */     \
	VT__SHARED(UNJOINED, "not_joined")   /* by file descriptors: whose cannot be told */       \
	VT__SHARED(UNKNOWN, "exporter_not_recorded") /* who gave it out is not known */

enum vt__shared_state {
#define VT__SHARED(id, json) VT__SHARED_##id,
	VT__SHARED_STATES(VT__SHARED)
#undef VT__SHARED
	VT__SHARED_STATE_COUNT
};

/* A process that gave the handle out or opened it. */
struct vt__sharer {
	const struct vt__process *process;
	const struct vt_format_sharing *record;
	bool holds; /* it was not freed or closed there, until that process ended */
};

/* A handle that was opened somewhere. */
struct vt__shared_memory {
	enum vt__shared_state state;
	uint64_t bytes;                    /* 0: not known */
	const struct vt__sharer *exporter; /* NULL: not among the recordings */
	const struct vt__sharer *importers;
	size_t importer_count;
	size_t holder_count; /* of them: that hold it, by vt__shared_is_held() */
	uint64_t gone_ns;    /* when the exporter let it go, by its clock; UINT64_MAX: it did not */
};

struct vt__sharing_rows {
	struct vt__sharer *sharers;
	size_t sharer_count;
	struct vt__shared_memory *rows; /* kept alive without their owner first, then largest */
	size_t count;
};

/* 0 or -ENOMEM; to be released in any case. */
int vt__sharing_join(const struct vt__analysis *analysis, struct vt__sharing_rows *out);
void vt__sharing_release(struct vt__sharing_rows *rows);

/* Whether that one has it open: after its owner let it go, if that is so. */
bool vt__shared_is_held(const struct vt__shared_memory *row, const struct vt__sharer *importer);

const char *vt__shared_state_name(enum vt__shared_state state);
const char *vt__sharing_name(uint32_t what);

#endif
