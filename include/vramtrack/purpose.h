/* What device memory is for. Accounts are kept for each purpose. */
#ifndef VRAMTRACK_PURPOSE_H
#define VRAMTRACK_PURPOSE_H

#include <vramtrack/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/* VT_PURPOSE(identifier, number, name in messages, words in reports) */
#define VT_PURPOSES(VT_PURPOSE)                                                                    \
	VT_PURPOSE(MODEL_WEIGHTS, 0, "ModelWeights", "Model Weights")                              \
	VT_PURPOSE(KV_CACHE, 1, "KVCache", "KV Cache")                                             \
	VT_PURPOSE(INTERMEDIATE_BUFFERS, 2, "IntermediateBuffers", "Intermediate Buffers")         \
	VT_PURPOSE(UNKNOWN, 3, "Unknown", "Unknown")

typedef enum vt_purpose {
#define VT_PURPOSE(identifier, number, name, words) VT_PURPOSE_##identifier = number,
	VT_PURPOSES(VT_PURPOSE)
#undef VT_PURPOSE
} vt_purpose;
#define VT_PURPOSE_COUNT 4

/* Static strings; any number is accepted. */
VT_API const char *vt_purpose_name(vt_purpose purpose);
VT_API const char *vt_purpose_words(vt_purpose purpose);

#ifdef __cplusplus
}
#endif
#endif
