/* A report of totals only: stacks need the vramtrack command to be named. */
#include "config.h"

#include <inttypes.h>
#include <stdbool.h>

#include "ledger/coverage.h"
#include "preload/base/message.h"
#include "preload/life/plain_report.h"
#include "recording/kinds.h"

/* What live memory of a bucket is called: only what the process owns is left
 * over, and an object has no bytes. */
static const struct {
	const char *one;  /* of what is left; an "s" makes it many */
	const char *left; /* and what became of it */
	bool owned;
} buckets[VT_BUCKET_COUNT] = {
#define VT_BUCKET(id, json, words, is_owned, one, left) [VT_BUCKET_##id] = {one, left, is_owned},
	VT_BUCKETS(VT_BUCKET)
#undef VT_BUCKET
};

static const char *const kinds[VT_KIND_COUNT] = {
#define VT_KIND(id, json, words, bucket, with_context) [VT_KIND_##id] = words,
	VT_KINDS(VT_KIND)
#undef VT_KIND
};

static void print_kind(const struct vt_format_total *total, unsigned kind, int32_t ordinal)
{
	const enum vt_bucket bucket = vt__bucket_of(kind);

	if (ordinal >= 0)
		vt__message("vramtrack: GPU %d: ", ordinal);
	else
		vt__message("vramtrack: host: ");
	if (bucket == VT_BUCKET_HELD)
		vt__message("%s: %" PRIu64 " %s, %" PRIu64 " made\n", kinds[kind],
			    total->live_count, buckets[bucket].left, total->allocations);
	else
		vt__message("%s: %" PRIu64 " bytes in %" PRIu64 " %s%s %s, peak %" PRIu64
			    " bytes, %" PRIu64 " allocation%s\n",
			    kinds[kind], total->live_bytes, total->live_count, buckets[bucket].one,
			    total->live_count == 1 ? "" : "s", buckets[bucket].left,
			    total->peak_bytes, total->allocations,
			    total->allocations == 1 ? "" : "s");
}

static void print_device(const struct vt_format_device *device, void *closure)
{
	uint64_t *live = closure;

	for (unsigned kind = 0; kind < VT_KIND_COUNT; kind++) {
		const struct vt_format_total *total = &device->kinds[kind];

		if (!total->allocations)
			continue;
		print_kind(total, kind, device->ordinal);
		if (buckets[vt__bucket_of(kind)].owned && kind != VT_KIND_BLOCK)
			*live += total->live_count;
	}
}

static void print_coverage(struct vt__ledger *ledger)
{
	char path[1024];
	uint32_t unreached = vt__ledger_unreached(ledger, path, sizeof(path));

	if (unreached)
		vt__message("vramtrack: NOT COVERED: %s%s: calls to the driver that were not seen; "
			    "what they allocated is missing here\n",
			    path, unreached > 1 ? " and others" : "");
}

void vt__plain_report(struct vt__ledger *ledger)
{
	uint64_t live = 0, findings = vt__ledger_finding_count(ledger);

	vt__ledger_totals(ledger, print_device, &live);
	print_coverage(ledger);
	vt__message("vramtrack: %" PRIu64 " allocation%s not freed, %" PRIu64 " other finding%s\n",
		    live, live == 1 ? "" : "s", findings, findings == 1 ? "" : "s");
	vt__message("vramtrack: for stacks: vramtrack report %s (the command was not found here)\n",
		    vt__ledger_path(ledger));
}
