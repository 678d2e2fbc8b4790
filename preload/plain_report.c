/* A report of totals only: stacks need the vramtrack command to be named. */
#include "config.h"

#include <inttypes.h>

#include "preload/message.h"
#include "preload/plain_report.h"

static void print_device(const struct vt_format_device *device, void *closure)
{
	static const char *const words[] = {
#define VT_KIND(id, json, words, bucket, with_context) words,
		VT_KINDS(VT_KIND)
#undef VT_KIND
	};
	uint64_t *live = closure;

	for (unsigned kind = 0; kind < VT_KIND_COUNT; kind++) {
		const struct vt_format_total *total = &device->kinds[kind];

		if (!total->allocations)
			continue;
		if (device->ordinal >= 0)
			vt__message("vramtrack: GPU %d: ", device->ordinal);
		else
			vt__message("vramtrack: host: ");
		vt__message("%s: %" PRIu64 " bytes in %" PRIu64
			    " allocations not freed, peak %" PRIu64 " bytes, %" PRIu64
			    " allocations\n",
			    words[kind], total->live_bytes, total->live_count, total->peak_bytes,
			    total->allocations);
		*live += total->live_count;
	}
}

void vt__plain_report(struct vt__ledger *ledger)
{
	uint64_t live = 0, findings = vt__ledger_finding_count(ledger);

	vt__ledger_totals(ledger, print_device, &live);
	vt__message("vramtrack: %" PRIu64 " allocations not freed, %" PRIu64 " other findings\n",
		    live, findings);
	vt__message("vramtrack: for stacks: vramtrack report %s (the command was not found here)\n",
		    vt__ledger_path(ledger));
}
