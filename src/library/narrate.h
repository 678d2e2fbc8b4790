/* Makes events of what happens; free when nobody listens. */
#ifndef VT_NARRATE_H
#define VT_NARRATE_H

#include <stdbool.h>
#include <stdint.h>

#include <vramtrack/narration.h>

/* The process's narrator; NULL: nobody listens. Atomic. */
extern vt_narrator vt__narrator;

/* Whether an event would be heard, for those that are costly to make. */
bool vt__narrate_listened(void);

/* To a narrator that there was a moment ago. */
void vt__narrator_allocated(int device, uint64_t bytes, vt_purpose purpose, const char *label);
void vt__narrator_freed(int device, uint64_t bytes, vt_purpose purpose, const char *label,
			uint64_t still_in_use);

static inline void vt__narrate_allocated(int device, uint64_t bytes, vt_purpose purpose,
					 const char *label)
{
	if (__atomic_load_n(&vt__narrator, __ATOMIC_RELAXED))
		vt__narrator_allocated(device, bytes, purpose, label);
}

static inline void vt__narrate_freed(int device, uint64_t bytes, vt_purpose purpose,
				     const char *label, uint64_t still_in_use)
{
	if (__atomic_load_n(&vt__narrator, __ATOMIC_RELAXED))
		vt__narrator_freed(device, bytes, purpose, label, still_in_use);
}

/* After a failure whose detail is set on this thread. */
void vt__narrate_failed(int device, uint64_t bytes, vt_purpose purpose, const char *label);
/* The same for a free: the memory may still be taken. */
void vt__narrate_free_failed(int device, uint64_t bytes, vt_purpose purpose, const char *label);
void vt__narrate_residency(int device, uint64_t allocations, vt_status status);
void vt__narrate_leak(int device, uint64_t bytes, vt_purpose purpose, const char *label);

#endif
