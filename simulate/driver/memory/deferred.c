/*
 * Memory of cuMemAlloc that a stream freed: no address of it is an allocation any more, but it
 * is given back only when the stream was waited for.
 */
#include "config.h"

#include <stdlib.h>

#include "simulate/driver/memory/pool.h"

struct deferred {
	struct deferred *next;
	struct vt__region *region;
	CUstream stream; /* it may be gone */
	unsigned long long stream_id;
	unsigned long long number; /* of the free */
};

static struct deferred *first;

/* Without memory for the record it is given back at once. */
void vt__deferred_free(struct vt__region *region, CUstream stream)
{
	struct deferred *made = malloc(sizeof(*made));

	if (!made) {
		vt__region_destroy(region);
		return;
	}
	*made = (struct deferred){first, region, stream, stream->id, vt__next_id()};
	first = made;
	vt__region_withdraw(region);
}

/* Gives back what is chosen. */
static void give_back(bool (*chosen)(const struct deferred *deferred, const void *by),
		      const void *by)
{
	struct deferred **link = &first;

	while (*link) {
		struct deferred *deferred = *link;

		if (!chosen(deferred, by)) {
			link = &deferred->next;
			continue;
		}
		*link = deferred->next;
		vt__region_discard(deferred->region);
		free(deferred);
	}
}

struct moment {
	unsigned long long stream;
	unsigned long long number;
};

static bool before_moment(const struct deferred *deferred, const void *by)
{
	const struct moment *moment = by;

	return deferred->stream_id == moment->stream && deferred->number <= moment->number;
}

void vt__deferred_settle(unsigned long long stream, unsigned long long number)
{
	const struct moment moment = {stream, number};

	give_back(before_moment, &moment);
}

static bool reached_on_device(const struct deferred *deferred, const void *by)
{
	const CUdevice *device = by;

	return deferred->region->device == *device &&
	       !(vt__object_live(deferred->stream, VT_STREAM) &&
		 deferred->stream->id == deferred->stream_id && deferred->stream->held_up);
}

void vt__deferred_settle_all(CUdevice device)
{
	give_back(reached_on_device, &device);
}

static bool of_context(const struct deferred *deferred, const void *by)
{
	return deferred->region->context == by;
}

void vt__deferred_drop(CUcontext context)
{
	give_back(of_context, context);
}
