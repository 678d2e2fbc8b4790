/*
 * A tracker: accounts of device memory by purpose, device and label.
 *
 * Many trackers may live at once; each has its own state. All functions are
 * thread-safe, but for destroying a tracker that another thread is using.
 * Buffers hold the tracker's state alive: it may be destroyed before them.
 * A tracker takes any pointer value and calls CUDA only to verify residency.
 */
#ifndef VRAMTRACK_TRACKER_H
#define VRAMTRACK_TRACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vramtrack/purpose.h>
#include <vramtrack/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vt_tracker vt_tracker;

VT_API vt_status vt_tracker_create(vt_tracker **out);

/* What is still recorded is narrated as a leak. NULL is fine. */
VT_API void vt_tracker_destroy(vt_tracker *tracker);

/* ---- Recording: an address recorded again replaces what was there ---------- */

/* label: copied, at most 127 bytes, may be NULL; device: ordinal, -1: unknown.
 * 0 bytes count as an allocation. VT_ERROR_BUDGET: refused, nothing recorded. */
VT_API vt_status vt_tracker_record(vt_tracker *tracker, const void *address, size_t bytes,
				   vt_purpose purpose, const char *label, int device);

/* VT_ERROR_NOT_FOUND for an address that is not recorded. */
VT_API vt_status vt_tracker_unrecord(vt_tracker *tracker, const void *address);

/* ---- Sums: in bytes; NULL gives 0 ------------------------------------------- */

VT_API size_t vt_tracker_total(const vt_tracker *tracker);
VT_API size_t vt_tracker_count(const vt_tracker *tracker);
VT_API size_t vt_tracker_peak(const vt_tracker *tracker);
VT_API size_t vt_tracker_total_by_purpose(const vt_tracker *tracker, vt_purpose purpose);
VT_API size_t vt_tracker_count_by_purpose(const vt_tracker *tracker, vt_purpose purpose);
VT_API size_t vt_tracker_total_by_device(const vt_tracker *tracker, int device);
VT_API size_t vt_tracker_total_by_label(const vt_tracker *tracker, const char *label);
/* Of the peak: the bytes of each purpose at the moment it was reached. */
VT_API size_t vt_tracker_peak_by_purpose(const vt_tracker *tracker, vt_purpose purpose);

/* One purpose each that has an allocation, at most VT_PURPOSE_COUNT. Returns how many. */
typedef struct vt_breakdown {
	vt_purpose purpose;
	size_t bytes;
	size_t count;
	size_t peak_bytes; /* at the tracker's peak */
} vt_breakdown;
VT_API size_t vt_tracker_breakdown(const vt_tracker *tracker, vt_breakdown out[VT_PURPOSE_COUNT]);

/* ---- What is live ------------------------------------------------------------- */

typedef struct vt_live_allocation {
	const void *address;
	size_t bytes;
	vt_purpose purpose;
	int device;
	const char *label;         /* "" if none */
	const void *const *frames; /* return addresses, innermost first */
	size_t frame_count;
} vt_live_allocation;

/* Calls `each` for a copy of what is live, oldest first, until it returns
 * nonzero, which is returned. The tracker may be used inside. -1: no memory. */
VT_API int vt_tracker_each_live(const vt_tracker *tracker,
				int (*each)(const vt_live_allocation *allocation, void *closure),
				void *closure);

/* ---- Reports: malloc'ed text, to be given to vt_free(); NULL: no memory ------- */

/* "VRAM Usage Report:\n  Total: 1.00 MB\n  Allocations: 2\n  Breakdown:\n    Model Weights: ..." */
VT_API char *vt_tracker_usage_report(const vt_tracker *tracker);
/* Schema "vramtrack-tracker/1". */
VT_API char *vt_tracker_report_json(const vt_tracker *tracker);
/* Every live allocation with its stack, largest first. */
VT_API char *vt_tracker_report_text(const vt_tracker *tracker);
VT_API void vt_free(void *text);

/* ---- Residency ------------------------------------------------------------------ */

/* Asks CUDA for every address: VT_OK if each is device memory without a host
 * pointer, VT_ERROR_NOT_RESIDENT with the first that is not in the detail.
 * No CUDA last error is left behind. An empty tracker is resident. */
VT_API vt_status vt_tracker_verify_residency(const vt_tracker *tracker);
VT_API vt_status vt_verify_residency(const void *address);

/* ---- Budget ----------------------------------------------------------------------- */

/* Called without a lock when a record would pass the limit. Nonzero: room was
 * made, look again; 0: refuse. */
typedef int (*vt_over_budget)(void *closure, vt_tracker *tracker, size_t requested, size_t limit);

/* bytes 0: no budget. callback may be NULL: refuse. */
VT_API void vt_tracker_set_budget(vt_tracker *tracker, size_t bytes, vt_over_budget callback,
				  void *closure);

/* ---- Marks: what changed since --------------------------------------------------- */

typedef struct vt_mark_result {
	int64_t change_bytes; /* live now minus live at the mark */
	int64_t change_count;
	size_t peak_bytes;  /* highest above the live bytes at the mark; 0: never above */
	size_t allocations; /* made since */
	size_t frees;
} vt_mark_result;

/* Marks nest. Those of a thread see what that thread records and unrecords. */
VT_API vt_status vt_tracker_push_mark(vt_tracker *tracker);
VT_API vt_status vt_tracker_pop_mark(vt_tracker *tracker, vt_mark_result *out);
VT_API vt_status vt_tracker_push_thread_mark(vt_tracker *tracker);
VT_API vt_status vt_tracker_pop_thread_mark(vt_tracker *tracker, vt_mark_result *out);

/* ---- The whole process --------------------------------------------------------------- */

/* How many buffers and records live in all trackers, and buffers without one;
 * each is narrated as a leak. */
VT_API size_t vt_report_leaks(void);

#ifdef __cplusplus
}
#endif
#endif
