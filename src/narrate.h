/* Makes events of what happens; free when nobody listens. */
#ifndef VT_NARRATE_H
#define VT_NARRATE_H

#include <stdbool.h>
#include <stdint.h>

#include <vramtrack/narration.h>

/* Whether an event would be heard, for those that are costly to make. */
bool vt__narrate_listened(void);

void vt__narrate_allocated(int device, uint64_t bytes, vt_purpose purpose, const char *label);
void vt__narrate_freed(int device, uint64_t bytes, vt_purpose purpose, const char *label,
		       uint64_t still_in_use);
/* After a failure whose detail is set on this thread. */
void vt__narrate_failed(int device, uint64_t bytes, vt_purpose purpose, const char *label);
/* The same for a free: the memory may still be taken. */
void vt__narrate_free_failed(int device, uint64_t bytes, vt_purpose purpose, const char *label);
void vt__narrate_residency(int device, uint64_t allocations, vt_status status);
void vt__narrate_leak(int device, uint64_t bytes, vt_purpose purpose, const char *label);

#endif
