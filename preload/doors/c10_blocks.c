/*
 * The door to the blocks of PyTorch's cache: c10::reportMemoryUsageToProfiler.
 *
 * libc10_cuda.so calls it, by libc10.so's export, for each block that the cache hands out and is
 * given back; a definition in a preloaded object stands in front of it. It is called under the
 * allocator's lock, and maybe with the GIL: nothing here waits for another lock than those that
 * driver calls wait for too, and libc10's own, to which each call is passed on, is found in
 * /proc/self/maps and not by the loader. What allocators of the CPU report is passed on only.
 */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/attributes.h"
#include "unwind/loaded.h"
#include "unwind/own_stack.h"
#include "preload/base/attributes.h"
#include "preload/base/elf_map.h"
#include "preload/base/options.h"
#include "preload/doors/wrapper.h"
#include "preload/recorder/blocks.h"
#include "preload/recorder/process.h"

#define SYMBOL "_ZN3c1027reportMemoryUsageToProfilerEPvlmmNS_6DeviceE"

/* c10::Device */
struct device {
	int8_t type;
	int8_t index;
};
#define DEVICE_CUDA 1 /* c10::DeviceType::CUDA */

typedef void report(void *block, int64_t bytes, size_t used_bytes, size_t segment_bytes,
		    struct device device);

VT__EXPORT report vt__c10_report __asm__(SYMBOL);

/* libc10's own: NULL as long as it was not looked for. */
static VT__READ_OFTEN _Atomic(report *) passed_on;

/* Where libc10 was not found there is nothing to pass on to. */
static void pass_on_to_nobody(void *block, int64_t bytes, size_t used_bytes, size_t segment_bytes,
			      struct device device)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	(void)block;
	(void)bytes;
	(void)used_bytes;
	(void)segment_bytes;
	(void)device;
	if (ledger)
		vt__ledger_lose(ledger, VT_LOSS_REPORTS);
}

/* The objects that call it keep libc10 loaded. */
static void find(void *closure)
{
	report **found = closure;
	struct vt__loaded_path path;
	struct vt__loaded library;
	void *symbol = NULL;

	if (vt__loaded_named("libc10.so", &path, &library))
		symbol = vt__elf_defined_by(&library, SYMBOL);
	if (symbol)
		memcpy(found, &symbol, sizeof(*found));
}

/* An address of code, the same whoever finds it: no order. */
static VT__SELDOM report *find_passed_on(void)
{
	report *found = pass_on_to_nobody;
	int saved = errno;

	vt__own_stack_run(find, &found);
	atomic_store_explicit(&passed_on, found, memory_order_relaxed);
	errno = saved;
	return found;
}

void vt__c10_report(void *block, int64_t bytes, size_t used_bytes, size_t segment_bytes,
		    struct device device)
{
	report *next = atomic_load_explicit(&passed_on, memory_order_relaxed);

	if (VT__UNLIKELY(!next))
		next = find_passed_on();
	if (device.type == DEVICE_CUDA && bytes && vt__options()->blocks) {
		const struct vt__unwind_start start = VT__UNWIND_HERE();
		const struct vt__seen_block seen = {
			.door = VT_BLOCK_DOOR_C10,
			.device = device.index,
			.address = (uintptr_t)block,
			.bytes = bytes > 0 ? (uint64_t)bytes : 0,
			.told = {used_bytes, segment_bytes},
		};

		if (vt__wrapper_begin(&start, (const void *)next, 0)) {
			vt__record_block(&seen, &start);
			if (!vt__nested_end())
				vt__wrapper_under_way.sp = 0;
		}
	}
	next(block, bytes, used_bytes, segment_bytes, device);
}
