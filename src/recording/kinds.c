/* What the kinds of allocations decide, from the table of the format. */
#include "config.h"

#include "recording/kinds.h"

const struct vt__kind vt__kinds[VT_KIND_COUNT] = {
#define VT_KIND(id, json, words, bucket, with_context)                                             \
	[VT_KIND_##id] = {VT_BUCKET_##bucket, with_context},
	VT_KINDS(VT_KIND)
#undef VT_KIND
};
