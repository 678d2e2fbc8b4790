/* Makes events of what happens and hands them to the process's narrator. */
#include "config.h"

#include "library/error.h"
#include "library/narrate.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#define ACTOR "vram-residency"
#define ACTION_ALLOCATE "vram_allocate"
#define ACTION_DEALLOCATE "vram_deallocate"
#define ACTION_VERIFY "verify"
#define ACTION_COMPLETE "test_complete"

#define HUMAN_MOST 100 /* characters; all of ours are ASCII */
#define AMOUNT_ROOM 32
#define DEVICE_ROOM 16

/* The narrator and its closure change together; reading them takes the lock only
 * when there is one. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
vt_narrator vt__narrator;
static void *closure_of_narrator;

/* What a narrator does through the library is not narrated. */
static __thread bool narrating;

void vt_set_narrator(vt_narrator narrator, void *closure)
{
	pthread_mutex_lock(&lock);
	closure_of_narrator = closure;
	__atomic_store_n(&vt__narrator, narrator, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&lock);
}

bool vt__narrate_listened(void)
{
	return __atomic_load_n(&vt__narrator, __ATOMIC_RELAXED) && !narrating;
}

/* The client's strings count in whole MB, which are 2^20 bytes; less than one would
 * read as "0 MB". */
static const char *amount(uint64_t bytes, char out[AMOUNT_ROOM])
{
	if (bytes >= UINT64_C(1) << 20 || !bytes)
		snprintf(out, AMOUNT_ROOM, "%" PRIu64 " MB", bytes >> 20);
	else if (bytes >= 1024)
		snprintf(out, AMOUNT_ROOM, "%" PRIu64 " KiB", bytes >> 10);
	else
		snprintf(out, AMOUNT_ROOM, "%" PRIu64 " byte%s", bytes, bytes == 1 ? "" : "s");
	return out;
}

static const char *device_name(int device, char out[DEVICE_ROOM])
{
	if (device < 0)
		snprintf(out, DEVICE_ROOM, "GPU?");
	else
		snprintf(out, DEVICE_ROOM, "GPU%d", device);
	return out;
}

/* In the client's words where it has some. */
static const char *error_kind(vt_status status)
{
	switch (status) {
	case VT_OK:
		return "";
	case VT_ERROR_OUT_OF_MEMORY:
		return "vram_oom";
	case VT_ERROR_OUT_OF_HOST_MEMORY:
		return "host_oom";
	case VT_ERROR_BUDGET:
		return "vram_budget";
	case VT_ERROR_DEVICE_FAULT:
		return "device_fault";
	case VT_ERROR_NOT_RESIDENT:
		return "residency_violation";
	case VT_ERROR_SHUTTING_DOWN:
		return "driver_shutdown";
	default:
		return "cuda_error";
	}
}

/* What every event has; the rest is set by those who know it. */
static vt_event event_of(vt_event_kind kind, int device, uint64_t bytes, vt_purpose purpose,
			 const char *label)
{
	const vt_event event = {
		.struct_size = sizeof(event),
		.kind = kind,
		.status = VT_OK,
		.actor = ACTOR,
		.error_kind = "",
		.label = label ? label : "",
		.purpose = purpose,
		.device_ordinal = device,
		.bytes = bytes,
	};

	return event;
}

/* Completes the event with its device and its sentence, and tells it. */
__attribute__((format(printf, 2, 3))) static void tell(vt_event *event, const char *format, ...)
{
	char human[HUMAN_MOST + 1], device[DEVICE_ROOM];
	vt_error_detail kept;
	va_list arguments;
	vt_narrator narrator;
	void *closure;

	va_start(arguments, format);
	vsnprintf(human, sizeof(human), format, arguments);
	va_end(arguments);
	event->human = human;
	event->target = event->device = device_name(event->device_ordinal, device);

	pthread_mutex_lock(&lock);
	narrator = vt__narrator;
	closure = closure_of_narrator;
	pthread_mutex_unlock(&lock);
	if (!narrator)
		return;
	/* A narrator that uses the library may replace the thread's detail. */
	kept = *vt_last_error();
	narrating = true;
	narrator(event, closure);
	narrating = false;
	vt__fail_restore(&kept);
}

void vt__narrator_allocated(int device, uint64_t bytes, vt_purpose purpose, const char *label)
{
	char size[AMOUNT_ROOM], where[DEVICE_ROOM];
	vt_event event;

	if (!vt__narrate_listened())
		return;
	event = event_of(VT_EVENT_ALLOCATED, device, bytes, purpose, label);
	event.action = ACTION_ALLOCATE;
	tell(&event, "Allocated %s VRAM on %s for %s", amount(bytes, size),
	     device_name(device, where), vt_purpose_name(purpose));
}

void vt__narrator_freed(int device, uint64_t bytes, vt_purpose purpose, const char *label,
			uint64_t still_in_use)
{
	char size[AMOUNT_ROOM], rest[AMOUNT_ROOM], where[DEVICE_ROOM];
	vt_event event;

	if (!vt__narrate_listened())
		return;
	event = event_of(VT_EVENT_FREED, device, bytes, purpose, label);
	event.action = ACTION_DEALLOCATE;
	tell(&event, "Deallocated %s VRAM on %s (%s still in use)", amount(bytes, size),
	     device_name(device, where), amount(still_in_use, rest));
}

void vt__narrate_failed(int device, uint64_t bytes, vt_purpose purpose, const char *label)
{
	char size[AMOUNT_ROOM], rest[AMOUNT_ROOM], where[DEVICE_ROOM];
	const vt_error_detail *detail = vt_last_error();
	vt_event event;

	if (!vt__narrate_listened())
		return;
	event = event_of(VT_EVENT_FAILED, device, bytes, purpose, label);
	event.action = ACTION_ALLOCATE;
	event.status = detail->status;
	event.error_kind = error_kind(detail->status);
	if (detail->status == VT_ERROR_OUT_OF_MEMORY && detail->total_bytes)
		tell(&event, "VRAM allocation failed on %s: requested %s, only %s available",
		     device_name(device, where), amount(bytes, size),
		     amount(detail->free_bytes, rest));
	else
		tell(&event, "Failed to allocate %s: %s", amount(bytes, size),
		     vt_status_string(detail->status));
}

void vt__narrate_free_failed(int device, uint64_t bytes, vt_purpose purpose, const char *label)
{
	char size[AMOUNT_ROOM];
	const vt_error_detail *detail = vt_last_error();
	vt_event event;

	if (!vt__narrate_listened())
		return;
	event = event_of(VT_EVENT_FAILED, device, bytes, purpose, label);
	event.action = ACTION_DEALLOCATE;
	event.status = detail->status;
	event.error_kind = error_kind(detail->status);
	tell(&event, "Failed to free %s: %s", amount(bytes, size),
	     vt_status_string(detail->status));
}

void vt__narrate_residency(int device, uint64_t allocations, vt_status status)
{
	char where[DEVICE_ROOM];
	vt_event event;

	if (!vt__narrate_listened())
		return;
	event = event_of(VT_EVENT_RESIDENCY, device, 0, VT_PURPOSE_UNKNOWN, NULL);
	event.action = ACTION_VERIFY;
	event.status = status;
	event.error_kind = error_kind(status);
	device_name(device, where);
	if (status == VT_OK)
		tell(&event, "VRAM residency verified on %s: all %" PRIu64 " allocations resident",
		     where, allocations);
	else if (status == VT_ERROR_NOT_RESIDENT)
		tell(&event,
		     "CRITICAL: VRAM residency violated on %s: RAM fallback or UMA detected",
		     where);
	else
		tell(&event, "VRAM residency not verified on %s: %s", where,
		     vt_status_string(status));
}

void vt__narrate_leak(int device, uint64_t bytes, vt_purpose purpose, const char *label)
{
	vt_event event;

	if (!vt__narrate_listened())
		return;
	event = event_of(VT_EVENT_LEAK, device, bytes, purpose, label);
	event.action = ACTION_COMPLETE;
	event.error_kind = "memory_leak";
	tell(&event, "Memory leak detected: %" PRIu64 " bytes", bytes);
}
