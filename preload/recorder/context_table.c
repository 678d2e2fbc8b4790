/* What is known of contexts: the devices' primary ones, and which are green. */
#include "config.h"

#include <stdatomic.h>

#include "preload/recorder/context_table.h"
#include "preload/recorder/process.h"

enum {
	DEVICES_MOST = 64,
	GREENS_MOST = 64 /* at once; what lies in others dies with no context */
};

/* The primary context of each device, learned when it is retained; its reset
 * names only the device. */
struct primaries {
	_Atomic(uint64_t) context[DEVICES_MOST];
	atomic_bool entered[DEVICES_MOST];     /* it is in the ledger */
	_Atomic(uint64_t) greens[GREENS_MOST]; /* handles of green contexts, 0: none */
};

_Static_assert(sizeof(struct primaries) <= VT__PART_BYTES, "the table fits its part");

bool vt__contexts_knows_device(int32_t device)
{
	return device >= 0 && device < DEVICES_MOST;
}

/* Handles, each a word that leads to nothing of ours: no order. Whether one was entered before is
 * asked by an exchange. */
CUcontext vt__contexts_primary(int32_t device)
{
	struct primaries *primaries = vt__process_part(VT__PART_CONTEXTS);

	if (!primaries || !vt__contexts_knows_device(device))
		return NULL;
	return (CUcontext)(uintptr_t)atomic_load_explicit(&primaries->context[device],
							  memory_order_relaxed);
}

/* No pointer, so no context's handle. */
uint64_t vt__contexts_primary_number(int32_t device)
{
	return (uint64_t)device + 1;
}

/* Writes `to` over `from` in the table of green contexts. */
bool vt__contexts_change_green(uint64_t from, uint64_t to)
{
	struct primaries *primaries = vt__process_part(VT__PART_CONTEXTS);

	for (unsigned i = 0; primaries && i < GREENS_MOST; i++) {
		uint64_t expected = from;

		if (atomic_compare_exchange_strong(&primaries->greens[i], &expected, to))
			return true;
	}
	return false;
}

uint64_t vt__contexts_owner(uint64_t context, int32_t device)
{
	const struct primaries *primaries = vt__process_part(VT__PART_CONTEXTS);

	for (unsigned i = 0; primaries && i < GREENS_MOST; i++)
		if (atomic_load_explicit(&primaries->greens[i], memory_order_relaxed) == context)
			return vt__contexts_primary_number(device);
	return context;
}

bool vt__contexts_retained(int32_t device, CUcontext context)
{
	struct primaries *primaries = vt__process_part(VT__PART_CONTEXTS);

	if (!primaries || !vt__contexts_knows_device(device))
		return false;
	atomic_store_explicit(&primaries->context[device], (uintptr_t)context,
			      memory_order_relaxed);
	return !atomic_exchange(&primaries->entered[device], true);
}

bool vt__contexts_primary_ended(int32_t device)
{
	struct primaries *primaries = vt__process_part(VT__PART_CONTEXTS);

	return primaries && atomic_exchange(&primaries->entered[device], false);
}
