/*
 * Names faults, and finds what belongs to one.
 */
#include "config.h"

#include "reports/findings/faults.h"

static const struct fault {
	int32_t result;
	const char *name, *words;
} faults[] = {
#define VT_FAULT(number, json, text) {number, json, text},
	VT_FAULTS(VT_FAULT)
#undef VT_FAULT
};

static const struct fault *find(int32_t result)
{
	static const struct fault unknown = {0, "unknown", "an error that is not known"};

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		if (faults[i].result == result)
			return &faults[i];
	return &unknown;
}

const char *vt__fault_name(int32_t result)
{
	return find(result)->name;
}

const char *vt__fault_words(int32_t result)
{
	return find(result)->words;
}

uint32_t vt__freed_before(const struct vt__process *process, const struct vt__finding_row *row,
			  uint32_t *first)
{
	const uint32_t all = vt__recording_freeds(process->recording);
	uint32_t count = 0;

	*first = 0;
	if (row->finding_class != VT__CLASS_FAULT)
		return 0;
	for (uint32_t i = 0; i < all; i++) {
		if (vt__recording_freed(process->recording, i)->finding != row->number)
			continue;
		if (!count)
			*first = i;
		else if (i != *first + count)
			break; /* no recorder has others in between */
		count++;
	}
	return count;
}

void vt__freed_ago(const struct vt_format_finding *fault, const struct vt_format_freed *freed,
		   uint64_t *least_ns, uint64_t *most_ns)
{
	const uint64_t now = fault->time_ns;

	*least_ns = freed->before_ns < now ? now - freed->before_ns : 0;
	*most_ns = UINT64_MAX;
	if (freed->after_ns && freed->after_ns < now)
		*most_ns = now - freed->after_ns;
	else if (freed->after_ns)
		*most_ns = 0;
}
