/* What measurements know of contexts and devices, and what they may cost. */
#include "config.h"

#include "preload/recorder/measures.h"

#include "base/clock.h"
#include "preload/base/options.h"
#include "preload/recorder/process.h"
#include "preload/recorder/source.h"

#define ALLOWANCE_NS 20000000u /* beside a hundredth of the time */
#define DEFAULT_STACK 1024u    /* for which a context has room anyhow */

_Static_assert(sizeof(struct vt__measures) <= VT__PART_BYTES, "the tables fit their part");

struct vt__measures *vt__measures(void)
{
	if (vt__source.kind != VT_SOURCE_PRELOAD || !vt__options()->accounts)
		return NULL;
	return vt__process_part(VT__PART_MEASURES);
}

bool vt__measures_may(struct vt__measures *measures, uint64_t *began_ns)
{
	const uint64_t now = vt__clock_ns(CLOCK_MONOTONIC);
	uint64_t first = 0;

	atomic_compare_exchange_strong(&measures->began_ns, &first, now);
	if (!first)
		first = now;
	*began_ns = now;
	return measures->spent_ns <= ALLOWANCE_NS + (now - first) / 100;
}

void vt__measures_took(struct vt__measures *measures, uint64_t began_ns)
{
	measures->spent_ns += vt__clock_ns(CLOCK_MONOTONIC) - began_ns;
}

struct vt__measured_context *vt__measured_context(struct vt__measures *measures, uint64_t context)
{
	struct vt__measured_context *vacant = NULL;

	for (unsigned i = 0; i < VT__MEASURED_CONTEXTS; i++) {
		struct vt__measured_context *place = &measures->contexts[i];

		if (place->context == context)
			return place;
		if (!place->context && !vacant)
			vacant = place;
	}
	if (vacant)
		vacant->context = context;
	return vacant;
}

uint64_t vt__local_memory(const struct vt__driver *driver, int32_t device, uint64_t stack)
{
	int processors = 0, threads = 0;

	if (stack <= DEFAULT_STACK || !driver->cuDeviceGetAttribute ||
	    driver->cuDeviceGetAttribute(&processors, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT,
					 device) != CUDA_SUCCESS ||
	    driver->cuDeviceGetAttribute(&threads,
					 CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR,
					 device) != CUDA_SUCCESS ||
	    processors <= 0 || threads <= 0)
		return 0;
	return (stack - DEFAULT_STACK) * (uint64_t)processors * (uint64_t)threads;
}
