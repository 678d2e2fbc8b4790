/*
 * What a call came to, and why.
 *
 * Every function that can fail returns a vt_status. A call that failed leaves
 * its out parameters as they were, no CUDA last error behind, and a detail for
 * the calling thread (vt_last_error()). A CUDA error of the program that was pending
 * before a call is not cleared by it: a call that succeeds leaves it, one that fails
 * leaves one pending, since CUDA keeps only the latest, and names the lost one.
 *
 * Thread-safe: details are kept for each thread.
 */
#ifndef VRAMTRACK_STATUS_H
#define VRAMTRACK_STATUS_H

#include <stddef.h>
#include <stdint.h>

#include <vramtrack/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/* VT_STATUS(identifier, number, words). Numbers never change. */
#define VT_STATUSES(VT_STATUS)                                                                     \
	VT_STATUS(OK, 0, "done")                                                                   \
	VT_STATUS(ERROR_INVALID_ARGUMENT, 1, "an argument is not acceptable")                      \
	VT_STATUS(ERROR_OUT_OF_MEMORY, 2, "not enough device memory")                              \
	VT_STATUS(ERROR_OUT_OF_HOST_MEMORY, 3, "not enough host memory")                           \
	VT_STATUS(ERROR_BUDGET, 4, "the tracker's budget or a source's limit would be exceeded")   \
	VT_STATUS(ERROR_DEVICE_FAULT, 5, "an earlier fault of the device, not this call's")        \
	VT_STATUS(ERROR_SHUTTING_DOWN, 6, "the CUDA driver is shutting down")                      \
	VT_STATUS(ERROR_NO_DEVICE, 7, "no such device, or no driver")                              \
	VT_STATUS(ERROR_NOT_ALLOCATED, 8,                                                          \
		  "the buffer is empty: moved from, released or destroyed")                        \
	VT_STATUS(ERROR_NOT_SUPPORTED, 9, "the device or the source cannot do this")               \
	VT_STATUS(ERROR_STRUCT_SIZE, 10, "a struct of a size that this library does not know")     \
	VT_STATUS(ERROR_NOT_RESIDENT, 11, "memory that should be in VRAM is not")                  \
	VT_STATUS(ERROR_NOT_FOUND, 12, "nothing is recorded there")                                \
	VT_STATUS(ERROR_CUDA, 13, "another error of CUDA; the detail names it")

typedef enum vt_status {
#define VT_STATUS(identifier, number, words) VT_##identifier = number,
	VT_STATUSES(VT_STATUS)
#undef VT_STATUS
} vt_status;

/* Static strings: "VT_ERROR_OUT_OF_MEMORY", and the words of the table. Any
 * number is accepted. */
VT_API const char *vt_status_name(vt_status status);
VT_API const char *vt_status_string(vt_status status);

/* The calling thread's last failure. */
typedef struct vt_error_detail {
	vt_status status;         /* VT_OK: nothing has failed on this thread */
	int cuda_error;           /* cudaError_t, 0 if CUDA was not the cause */
	int device;               /* ordinal, -1: none */
	uint64_t requested_bytes; /* out of memory, budget: what was asked for; else 0 */
	uint64_t free_bytes;      /* of the device at that moment, 0 if unknown */
	uint64_t total_bytes;     /* of the device, 0 if unknown */
	/* One sentence, at most 511 bytes; out of memory with a tracker has the
	 * breakdown: "ModelWeights: 1.5 GB, requested: 1.0 GB, available: 0.5 GB". */
	char text[512];
} vt_error_detail;

/* Never NULL; valid until the thread's next failure or its end. */
VT_API const vt_error_detail *vt_last_error(void);

/* The sentence alone; "" if nothing has failed. */
VT_API const char *vt_last_error_text(void);

VT_API void vt_clear_last_error(void);

#ifdef __cplusplus
}
#endif
#endif
