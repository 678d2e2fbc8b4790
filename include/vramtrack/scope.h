/*
 * A scope: the purpose and label of what a thread allocates in it.
 *
 * Under the vramtrack shim they appear in its recording for every allocation
 * the thread makes, raw cudaMalloc included; a buffer made without a label of
 * its own takes the scope's. A few nanoseconds when nothing listens.
 */
#ifndef VRAMTRACK_SCOPE_H
#define VRAMTRACK_SCOPE_H

#include <vramtrack/purpose.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The caller's own storage for what was there before; scopes end in the order
 * opposite to that in which they began. */
typedef struct vt_scope {
	const char *label;
	vt_purpose purpose;
	int open;
} vt_scope;

/* label: not copied, must live until the end; NULL: that of the scope around. */
VT_API void vt_scope_begin(vt_scope *scope, vt_purpose purpose, const char *label);
VT_API void vt_scope_end(vt_scope *scope);

/* The calling thread's innermost; VT_PURPOSE_UNKNOWN and NULL outside of any. */
VT_API vt_purpose vt_scope_purpose(void);
VT_API const char *vt_scope_label(void);

#if defined(__GNUC__)
#define VT_SCOPE_NAME_(line) vt_scope_of_line_##line
#define VT_SCOPE_NAME(line) VT_SCOPE_NAME_(line)
/* VT_SCOPE(VT_PURPOSE_KV_CACHE, "layer 3"); until the end of the block. */
#define VT_SCOPE(purpose, label)                                                                   \
	vt_scope VT_SCOPE_NAME(__LINE__) __attribute__((cleanup(vt_scope_end)));                   \
	vt_scope_begin(&VT_SCOPE_NAME(__LINE__), purpose, label)
#endif

#ifdef __cplusplus
}
#endif
#endif
