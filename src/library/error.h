/*
 * Sets the calling thread's error detail; every failing public function ends here.
 */
#ifndef VT_ERROR_H
#define VT_ERROR_H

#include <vramtrack/status.h>

/* Fills the detail and returns `status`. The text is formatted. Cold: what leads to a failure is
 * kept out of the way of what succeeds. */
__attribute__((cold, format(printf, 2, 3))) vt_status vt__fail(vt_status status, const char *format,
							       ...);

/* The same, for a failed CUDA call; `cuda_error` is a cudaError_t. */
__attribute__((cold, format(printf, 3, 4))) vt_status vt__fail_cuda(vt_status status,
								    int cuda_error,
								    const char *format, ...);

/* Completes the detail of an out-of-memory or budget failure on this thread. */
void vt__fail_with_memory(int device, uint64_t requested_bytes, uint64_t free_bytes,
			  uint64_t total_bytes);

/* Names the device of the detail. */
void vt__fail_on_device(int device);

/* Puts words in front of the detail's text, such as a breakdown by purpose. */
void vt__fail_prepend(const char *words);

/* Sets the detail to one taken earlier, after steps that may have replaced it. */
void vt__fail_restore(const vt_error_detail *earlier);

#endif
