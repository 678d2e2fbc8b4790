/*
 * Narration: structured events for a callback. The library itself never prints.
 */
#ifndef VRAMTRACK_NARRATION_H
#define VRAMTRACK_NARRATION_H

#include <stddef.h>
#include <stdint.h>

#include <vramtrack/purpose.h>
#include <vramtrack/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vt_event_kind {
	VT_EVENT_ALLOCATED = 0,
	VT_EVENT_FREED = 1,
	VT_EVENT_FAILED = 2,
	VT_EVENT_RESIDENCY = 3,
	VT_EVENT_LEAK = 4
} vt_event_kind;

/* Strings live as long as the callback runs; none is NULL. */
typedef struct vt_event {
	size_t struct_size;
	vt_event_kind kind;
	vt_status status;
	const char *actor;  /* "vram-residency" */
	const char *action; /* "vram_allocate", "vram_deallocate", "verify", "test_complete" */
	const char *target; /* "GPU0" */
	const char *device; /* "GPU0" */
	const char
		*error_kind; /* "vram_oom", "residency_violation", "memory_leak", ...; "" if fine */
	const char *human;   /* at most 100 characters, present in English */
	const char *label;   /* "" if none */
	vt_purpose purpose;
	int device_ordinal;
	uint64_t bytes;
} vt_event;

typedef void (*vt_narrator)(const vt_event *event, void *closure);

/* Replaces the process's narrator; NULL: silence, the default. The callback runs
 * on the thread that acts, under no lock; it may call the library, whose events
 * it then does not hear. */
VT_API void vt_set_narrator(vt_narrator narrator, void *closure);

/* A ready narrator: one JSON object a line to the file descriptor in
 * (int)(intptr_t)closure, each in one write. */
VT_API void vt_narrate_json_lines(const vt_event *event, void *closure);

#ifdef __cplusplus
}
#endif
#endif
