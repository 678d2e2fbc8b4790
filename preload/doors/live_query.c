/* What the program can ask of the shim: how much it holds at this moment. */
#include "config.h"

#include "unwind/own_stack.h"
#include "preload/doors/live_query.h"
#include "preload/recorder/process.h"

static void add_device(const struct vt_format_device *device, void *closure)
{
	uint64_t *bytes = closure;

	*bytes += device->buckets[VT_BUCKET_VRAM].live_bytes;
}

static void add_devices(void *bytes)
{
	vt__ledger_totals(vt__process_ledger_if_any(), add_device, bytes);
}

uint64_t vramtrack_preload_live(int device)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	uint64_t bytes = 0;

	if (!ledger)
		return 0;
	if (device >= 0)
		return vt__ledger_live_bytes(ledger, device, VT_BUCKET_VRAM);
	vt__own_stack_run(add_devices, &bytes);
	return bytes;
}
