/* Asks each device's driver once whether it pads arrays as the rule has it. */
#include "config.h"

#include "preload/recorder/array_rule.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "ledger/devices.h"
#include "preload/driver/array_bytes.h"
#include "preload/recorder/measures.h"
#include "unwind/own_stack.h"

_Static_assert(VT__ARRAY_UNKNOWN == VT_FORMAT_UNKNOWN, "one word for what nobody could tell");

enum answer {
	NOT_ASKED,
	AGREES,
	DIFFERS, /* or the driver does not tell */
};

static _Atomic(uint8_t) answers[VT__DEVICES_MOST];

struct asking {
	const struct vt__driver *driver;
	CUdevice device;
	bool agrees;
};

/* What the driver tells is in steps of this. */
static bool is_in_steps(uint64_t computed, const CUDA_ARRAY_MEMORY_REQUIREMENTS *told)
{
	const uint64_t step = told->alignment ? told->alignment : 1;

	return (computed + step - 1) / step * step == told->size;
}

static bool ask_about(const struct asking *it, CUDA_ARRAY3D_DESCRIPTOR shape)
{
	const uint64_t computed = vt__array_on_device(&shape, 1);
	CUDA_ARRAY_MEMORY_REQUIREMENTS told;
	CUarray array;
	bool agrees;

	shape.Flags |= CUDA_ARRAY3D_DEFERRED_MAPPING;
	if (it->driver->cuArray3DCreate_v2(&array, &shape) != CUDA_SUCCESS)
		return false;
	agrees = it->driver->cuArrayGetMemoryRequirements(&told, array, it->device) ==
			 CUDA_SUCCESS &&
		 is_in_steps(computed, &told);
	it->driver->cuArrayDestroy(array);
	return agrees;
}

static bool can_map_later(const struct asking *it)
{
	int can = 0;

	return it->driver->cuDeviceGetAttribute &&
	       it->driver->cuDeviceGetAttribute(
		       &can, CU_DEVICE_ATTRIBUTE_DEFERRED_MAPPING_CUDA_ARRAY_SUPPORTED,
		       it->device) == CUDA_SUCCESS &&
	       can;
}

/* Each differs by more than a step if tiles, or blocks of them, are larger or smaller. */
static void ask(void *closure)
{
	static const struct {
		size_t width, height, depth;
	} shapes[] = {{16385, 0, 0}, {1001, 257, 0}, {1001, 257, 1}, {993, 100, 33}};
	struct asking *it = closure;

	it->agrees = it->driver->cuArrayGetMemoryRequirements && it->driver->cuArrayDestroy &&
		     it->driver->cuArray3DCreate_v2 && can_map_later(it);
	for (unsigned i = 0; it->agrees && i < sizeof(shapes) / sizeof(shapes[0]); i++)
		it->agrees = ask_about(it, (CUDA_ARRAY3D_DESCRIPTOR){.Width = shapes[i].width,
								     .Height = shapes[i].height,
								     .Depth = shapes[i].depth,
								     .Format = CU_AD_FORMAT_FLOAT,
								     .NumChannels = 1});
}

/* The simulated device takes what the rule says, and counts calls for tests. Where a tool listens
 * to the driver, arrays of ours are none that it should hear of (--verify compares). */
static bool driver_agrees(const struct vt__driver *driver)
{
	struct asking it = {.driver = driver};
	uint8_t answer;

	if (vt__driver_is_simulated())
		return true;
	if (!driver->cuCtxGetDevice || driver->cuCtxGetDevice(&it.device) != CUDA_SUCCESS ||
	    it.device < 0 || it.device >= VT__DEVICES_MOST)
		return false;
	answer = atomic_load_explicit(&answers[it.device], memory_order_relaxed);
	if (answer == NOT_ASKED) {
		if (!getenv("CUDA_INJECTION64_PATH")) /* read once: a thread may change it */
			vt__own_stack_run(ask, &it);
		answer = it.agrees ? AGREES : DIFFERS;
		atomic_store_explicit(&answers[it.device], answer, memory_order_relaxed);
	}
	return answer == AGREES;
}

uint64_t vt__array_takes(const struct vt__driver *driver, const CUDA_ARRAY3D_DESCRIPTOR *shape,
			 unsigned levels)
{
	const int saved = errno;
	uint64_t bytes = VT_FORMAT_UNKNOWN;

	if (vt__measures() && driver_agrees(driver))
		bytes = vt__array_on_device(shape, levels);
	errno = saved;
	return bytes;
}
