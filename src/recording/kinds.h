/* What the kind of an allocation decides. */
#ifndef VT_LEDGER_KINDS_H
#define VT_LEDGER_KINDS_H

#include <stdbool.h>
#include <stdint.h>

#include "recording/format.h"

struct vt__kind {
	uint8_t bucket;         /* enum vt_bucket */
	bool dies_with_context; /* freed by the end of the context that it was allocated in */
};

extern const struct vt__kind vt__kinds[VT_KIND_COUNT] __attribute__((visibility("hidden")));

/* The bucket that its bytes belong to. */
static inline enum vt_bucket vt__bucket_of(uint32_t kind)
{
	return kind < VT_KIND_COUNT ? (enum vt_bucket)vt__kinds[kind].bucket : VT_BUCKET_VRAM;
}

static inline bool vt__kind_dies_with_context(uint32_t kind)
{
	return kind < VT_KIND_COUNT && vt__kinds[kind].dies_with_context;
}

#endif
