/*
 * The words of reports for classes, kinds and buckets.
 */
#include "config.h"

#include "reports/findings/analysis.h"

const struct vt__class_words vt__class_words[VT__CLASS_COUNT] = {
#define VT__CLASS(id, json_name, counts, fails_gate, sites, heading_text, one_text, many_text)     \
	[VT__CLASS_##                                                                              \
		id] = {json_name, heading_text, one_text, many_text, counts, fails_gate, sites},
	VT__CLASSES(VT__CLASS)
#undef VT__CLASS
};

const struct vt__kind_words vt__kind_words[VT_KIND_COUNT] = {
#define VT_KIND(id, json_name, words, bucket, with_context)                                        \
	[VT_KIND_##id] = {json_name, words, VT_BUCKET_##bucket},
	VT_KINDS(VT_KIND)
#undef VT_KIND
};

const struct vt__bucket_words vt__bucket_words[VT_BUCKET_COUNT] = {
	[VT_BUCKET_VRAM] = {"vram", "device memory", true},
	[VT_BUCKET_MANAGED] = {"managed", "managed memory", true},
	[VT_BUCKET_HOST] = {"host", "host memory", true},
	[VT_BUCKET_IMPORTED] = {"imported", "imported memory", false},
	[VT_BUCKET_ADDRESS] = {"address", "address space", false},
	[VT_BUCKET_REGISTERED] = {"registered", "registered host memory", false},
	[VT_BUCKET_HELD] = {"held", "held objects", false},
};

enum vt_bucket vt__bucket_of(uint32_t kind)
{
	return kind < VT_KIND_COUNT ? vt__kind_words[kind].bucket : VT_BUCKET_VRAM;
}
