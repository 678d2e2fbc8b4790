/*
 * The words of reports for classes, kinds and buckets.
 */
#include "config.h"

#include <string.h>

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
#define VT_BUCKET(id, json_name, words, is_owned, one, left)                                       \
	[VT_BUCKET_##id] = {json_name, words, is_owned},
	VT_BUCKETS(VT_BUCKET)
#undef VT_BUCKET
};

static bool is_word(const char *text, size_t bytes, const char *word)
{
	return strlen(word) == bytes && !memcmp(text, word, bytes);
}

enum vt__class vt__class_named(const char *name, size_t bytes)
{
	int what = 0;

	while (what < VT__CLASS_COUNT && !is_word(name, bytes, vt__class_words[what].json))
		what++;
	return (enum vt__class)what;
}

uint32_t vt__kind_named(const char *name, size_t bytes)
{
	uint32_t kind = 0;

	while (kind < VT_KIND_COUNT && !is_word(name, bytes, vt__kind_words[kind].json))
		kind++;
	return kind;
}

enum vt_bucket vt__bucket_of(uint32_t kind)
{
	return kind < VT_KIND_COUNT ? vt__kind_words[kind].bucket : VT_BUCKET_VRAM;
}
