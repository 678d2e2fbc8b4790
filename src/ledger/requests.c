/*
 * Looks for requests, and does what they ask: a mark, or to keep still for a copy.
 */
#include "config.h"

#include "ledger/requests.h"

#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "ledger/private.h"

#define PAUSE_NS 100000

static uint64_t state_of(const struct vt_format_request *request)
{
	return __atomic_load_n(&request->state, __ATOMIC_ACQUIRE);
}

/* Release: the other process fills it in again only after it was read. */
static void set_free(struct vt_format_request *request)
{
	__atomic_store_n(&request->state, VT_REQUEST_NONE, __ATOMIC_RELEASE);
}

static void mark(struct vt__ledger *ledger, struct vt_format_request *request, uint64_t now_ns)
{
	char name[VT_FORMAT_REQUEST_NAME];
	struct vt__label label;

	memcpy(name, request->name, sizeof(name));
	name[sizeof(name) - 1] = '\0';
	set_free(request);
	vt__label_read(name, &label);
	if (!label.length)
		return;
	vt__growth_mark(&ledger->growth, &ledger->store, &ledger->strings, VT_MARKER_OUTSIDE,
			&label, now_ns);
	memcpy(ledger->accounts.mark, name, sizeof(name));
	/* Who finds it due takes the lock before the name is read. */
	__atomic_store_n(&ledger->accounts.mark_is_due, true, __ATOMIC_RELAXED);
}

/* Not nanosleep(): a thread can be cancelled in that. */
static void pause_for_a_moment(void)
{
	const struct timespec moment = {0, PAUSE_NS};

	syscall(SYS_nanosleep, &moment, NULL);
}

/* The records are whole meanwhile, and say so. */
static void keep_still(struct vt__ledger *ledger, struct vt_format_request *request)
{
	struct vt__recording *recording = &ledger->store.recording;
	const uint64_t end_ns = vt__clock_ns(CLOCK_MONOTONIC) + VT_FORMAT_STILL_NS;

	vt__recording_finish(recording);
	while (state_of(request) == VT_REQUEST_STILL && vt__clock_ns(CLOCK_MONOTONIC) < end_ns)
		pause_for_a_moment();
	vt__recording_begin(recording);
}

static void look(struct vt__ledger *ledger, uint64_t now_ns, bool still)
{
	struct vt_format_header *header = ledger->store.recording.header;

	for (unsigned i = 0; i < VT_FORMAT_REQUESTS; i++) {
		struct vt_format_request *request = &header->requests[i];
		const uint64_t state = state_of(request);

		if (state == VT_REQUEST_MARK)
			mark(ledger, request, now_ns);
		if (state != VT_REQUEST_STILL || (still && now_ns < ledger->requests.still_ns))
			continue;
		if (still)
			keep_still(ledger, request);
		ledger->requests.still_ns = now_ns + VT_FORMAT_STILL_EVERY_NS;
		set_free(request);
	}
}

void vt__requests_look(struct vt__ledger *ledger, uint64_t now_ns)
{
	ledger->requests.due_ns = now_ns + VT_FORMAT_REQUEST_NS;
	look(ledger, now_ns, true);
}

void vt__requests_end(struct vt__ledger *ledger, uint64_t now_ns)
{
	look(ledger, now_ns, false);
}
