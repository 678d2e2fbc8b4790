/*
 * The two kinds of memory under the ledger's tables: records that everybody
 * can read, and index nodes that are private to the process.
 */
#ifndef VT_LEDGER_STORE_H
#define VT_LEDGER_STORE_H

#include "base/arena.h"
#include "recording/recording.h"

struct vt__store {
	struct vt__recording recording;
	struct vt__arena arena;
};

static VT__ALWAYS_INLINE void *vt__store_at(struct vt__store *store, enum vt_format_type type,
					    uint32_t number)
{
	return vt__recording_at(&store->recording, type, number);
}

#endif
