/* Decides which allocations are refused. */
#include "config.h"

#include <stdatomic.h>

#include "recording/kinds.h"
#include "base/option_values.h"
#include "preload/base/options.h"
#include "preload/recorder/place.h"
#include "preload/recorder/process.h"
#include "preload/recorder/source.h"
#include "preload/recorder/refusal.h"
#include "preload/recorder/stacks.h"
#include "preload/base/symbol_match.h"

/* Allocations of device memory so far. */
static atomic_ullong allocations;

bool vt__refusal_wanted(void)
{
	return vt__options_known()->refuses && vt__source.kind == VT_SOURCE_PRELOAD;
}

static bool is_device_memory(enum vt_kind kind)
{
	enum vt_bucket bucket = vt__bucket_of(kind);

	return bucket == VT_BUCKET_VRAM || bucket == VT_BUCKET_MANAGED;
}

struct matching {
	const char *pattern;
	bool matches;
};

static void match(const struct vt__stack *stack, void *closure)
{
	struct matching *it = closure;

	it->matches = vt__symbols_match(stack->ips, stack->depth, it->pattern);
}

static bool comes_from(const struct vt__unwind_start *start, const char *pattern)
{
	struct matching it = {.pattern = pattern};

	vt__record_with_stack(start, match, &it);
	return it.matches;
}

static bool fails(const struct vt__unwind_start *start)
{
	unsigned long long number = atomic_fetch_add(&allocations, 1) + 1;
	struct vt__fail_value fail;

	if (!vt__value_fail(vt__options()->fail, &fail))
		return false;
	switch (fail.which) {
	case VT__FAIL_NTH:
		return number == fail.number;
	case VT__FAIL_EVERY:
		return number % fail.number == 0;
	case VT__FAIL_SITE:
		return comes_from(start, fail.pattern);
	case VT__FAIL_NONE:
		break;
	}
	return false;
}

/* Live bytes of the current device's own memory. */
static uint64_t live_bytes(void)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	struct vt__place place;

	if (!ledger)
		return 0;
	place = vt__place_find(VT__DEVICE_CURRENT, VT_KIND_LINEAR, 0);
	return vt__ledger_live_bytes(ledger, place.device, VT_BUCKET_VRAM);
}

static bool passes_limit(enum vt_kind kind, uint64_t bytes)
{
	uint64_t limit = vt__options()->limit, live;

	if (!limit || vt__bucket_of(kind) != VT_BUCKET_VRAM)
		return false;
	live = live_bytes();
	return bytes > limit || live > limit - bytes;
}

enum vt_injected vt__refusal_hits(enum vt_kind kind, uint64_t bytes,
				  const struct vt__unwind_start *start)
{
	bool hit;

	if (!is_device_memory(kind))
		return VT_INJECTED_NOT;
	hit = fails(start);
	if (passes_limit(kind, bytes))
		return VT_INJECTED_LIMIT;
	return hit ? VT_INJECTED_FAIL : VT_INJECTED_NOT;
}

void vt__refusal_cap(uint64_t *free_bytes, uint64_t *total_bytes)
{
	uint64_t limit = vt__options()->limit, live, left;

	if (!limit)
		return;
	live = live_bytes();
	left = live < limit ? limit - live : 0;
	if (*total_bytes > limit)
		*total_bytes = limit;
	if (*free_bytes > left)
		*free_bytes = left;
}
