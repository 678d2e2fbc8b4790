/* Tells what was taken between two measurements. */
#include "config.h"

#include "preload/recorder/windows.h"

#include <errno.h>

#include "ledger/charges.h"
#include "ledger/granules.h"
#include "preload/recorder/driver_word.h"
#include "preload/recorder/measures.h"
#include "preload/recorder/process.h"
#include "unwind/own_stack.h"

#define GRANULE ((uint64_t)2 << 20)
#define STREAMS_OF_A_GRANULE 4u

/* The driver's number, and what of it is explained by allocations and pools. */
static bool look(struct vt__ledger *ledger, const struct vt__driver *driver, int32_t device,
		 uint64_t *used, uint64_t *explained)
{
	if (!vt__word_used(driver, device, used))
		return false;
	*explained = vt__ledger_granules(ledger, device) + vt__word_reserved(driver, device);
	return true;
}

struct closing {
	struct vt__ledger *ledger;
	const struct vt__driver *driver;
	struct vt__measures *measures;
	int32_t device;
	const struct vt__window *window; /* a copy */
	uint64_t bytes;                  /* that nobody has been given */
};

static void give(struct closing *it, enum vt_charge what, uint64_t bytes, bool is_computed)
{
	const struct vt__charge charge = {
		.device = it->device,
		.context = it->window->context,
		.what = what,
		.api = it->window->api,
		.stack = it->window->stack,
		.bytes = bytes,
		.is_computed = is_computed,
		.is_shared = !is_computed && vt__is_crowded(it->measures, it->device),
		.calls = 1,
		.moved = bytes != 0,
	};

	vt__ledger_charge(it->ledger, &charge);
	it->bytes -= bytes < it->bytes ? bytes : it->bytes;
}

/* Local memory that each thread of the kernel has; 0 if that is not told. */
static uint64_t local_size(const struct closing *it)
{
	const struct vt__window *window = it->window;
	int size = 0;

	if (window->is_kernel && it->driver->cuKernelGetAttribute &&
	    it->driver->cuKernelGetAttribute(&size, CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES,
					     (CUkernel)(uintptr_t)window->function,
					     it->device) == CUDA_SUCCESS)
		return size > 0 ? (uint64_t)size : 0;
	if (it->driver->cuFuncGetAttribute &&
	    it->driver->cuFuncGetAttribute(&size, CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES,
					   (CUfunction)(uintptr_t)window->function) == CUDA_SUCCESS)
		return size > 0 ? (uint64_t)size : 0;
	return 0;
}

/* The number rose, so that the kernel was launched: what it is asked cannot load it. */
static void give_local(struct closing *it)
{
	const uint64_t local = vt__local_memory(it->driver, it->device, local_size(it));
	struct vt__measured_context *place = NULL;
	uint64_t more = 0;

	if (!local || !vt__process_lock(&it->measures->lock))
		return;
	place = vt__measured_context(it->measures, it->window->context);
	if (place && local > place->local && it->bytes + GRANULE >= local - place->local) {
		more = local - place->local;
		place->local = local;
	}
	vt__lock_give(&it->measures->lock);
	if (more)
		give(it, VT_CHARGE_LOCAL_MEMORY, more, true);
}

/* Only one whose limit the program set is told apart from other memory of a first launch. */
static void give_heap(struct closing *it)
{
	struct vt__measured_context *place;
	uint64_t heap = 0;

	if (!vt__process_lock(&it->measures->lock))
		return;
	place = vt__measured_context(it->measures, it->window->context);
	if (place && place->heap && it->bytes >= place->heap) {
		heap = place->heap;
		place->heap = 0;
	}
	vt__lock_give(&it->measures->lock);
	if (heap)
		give(it, VT_CHARGE_DEVICE_HEAP, heap, true);
}

static uint32_t streams_of(const struct vt__window *window)
{
	uint32_t calls = 0;

	for (unsigned i = 0; i < VT__WINDOW_STREAMS; i++)
		calls += window->streams[i].calls;
	return calls;
}

/* What the streams that wait may have taken: a granule each; beside a first launch what so many
 * were measured to take, and a quarter. */
static uint64_t streams_most(const struct vt__window *window)
{
	const uint64_t count = streams_of(window);
	uint64_t granules = count;

	if (window->what != VT_CHARGE_STREAM)
		granules = (count + STREAMS_OF_A_GRANULE - 1) / STREAMS_OF_A_GRANULE + count / 16;
	return granules * GRANULE > window->streams_taken
		       ? granules * GRANULE - window->streams_taken
		       : 0;
}

/* To the sites of the streams that wait for their first use, by how many they are. Returns what
 * they were given. */
static uint64_t give_streams(struct closing *it)
{
	const struct vt__window *window = it->window;
	const uint64_t most = streams_most(window), bytes = it->bytes < most ? it->bytes : most;
	uint64_t left = bytes, calls = streams_of(window);

	for (unsigned i = 0; i < VT__WINDOW_STREAMS && calls; i++) {
		const struct vt__waiting *site = &window->streams[i];
		struct vt__charge charge = {
			.device = it->device,
			.context = window->context,
			.what = VT_CHARGE_STREAM,
			.api = site->api,
			.stack = site->stack,
			.bytes = left / calls * site->calls,
			.is_shared = vt__is_crowded(it->measures, it->device),
			.calls = site->calls,
		};

		if (calls == site->calls)
			charge.bytes = left;
		charge.moved = (uint32_t)(charge.bytes / GRANULE);
		left -= charge.bytes;
		calls -= site->calls;
		if (site->calls)
			vt__ledger_charge(it->ledger, &charge);
	}
	it->bytes -= bytes;
	return bytes;
}

/* Streams wait on, unless they got what so many take. */
static void keep_streams(struct vt__window *window, const struct vt__window *before, uint64_t taken)
{
	const uint32_t count = streams_of(before);

	*window = (struct vt__window){.is_open = false};
	taken += before->streams_taken;
	if (!count || taken >= (count + STREAMS_OF_A_GRANULE - 1) / STREAMS_OF_A_GRANULE * GRANULE)
		return;
	for (unsigned i = 0; i < VT__WINDOW_STREAMS; i++)
		window->streams[i] = before->streams[i];
	window->context = before->context;
	window->streams_taken = taken;
	window->what = VT_CHARGE_STREAM;
}

/* Closes it, and gives what was taken. Returns the streams' part. */
static uint64_t settle(struct closing *it, uint64_t used, uint64_t explained)
{
	const struct vt__window *window = it->window;
	const int64_t bytes = (int64_t)(used - window->used) -
			      (int64_t)(explained - window->explained);
	uint64_t streams = 0;

	if (bytes <= 0)
		return 0;
	it->bytes = (uint64_t)bytes;
	if (window->function) {
		give_local(it);
		give_heap(it);
	}
	if (streams_of(window))
		streams = give_streams(it);
	if (window->what != VT_CHARGE_STREAM && it->bytes >= GRANULE)
		give(it, window->what, it->bytes, false);
	return streams;
}

static struct vt__window *window_of(struct vt__measures *measures, int32_t device)
{
	return device >= 0 && device < VT__MEASURED_DEVICES ? &measures->windows[device] : NULL;
}

/* Takes the open window out; false: there is none. Streams that wait stay. */
static bool take_out(struct vt__measures *measures, int32_t device, struct vt__window *out)
{
	struct vt__window *window = window_of(measures, device);
	bool taken;

	if (!window || !window->is_open || !vt__process_lock(&measures->lock))
		return false;
	*out = *window;
	taken = window->is_open;
	window->is_open = false;
	vt__lock_give(&measures->lock);
	return taken;
}

/* A window whose streams wait on is open again from here on. */
static void put_back(struct closing *it, uint64_t taken, uint64_t used, uint64_t explained)
{
	struct vt__window *window = window_of(it->measures, it->device);

	if (!vt__process_lock(&it->measures->lock))
		return;
	if (!window->is_open) {
		keep_streams(window, it->window, taken);
		window->is_open = streams_of(window) != 0;
		window->used = used;
		window->explained = explained;
	}
	vt__lock_give(&it->measures->lock);
}

void vt__window_close(struct vt__ledger *ledger, const struct vt__driver *driver, int32_t device)
{
	struct vt__measures *measures = vt__measures();
	struct vt__window window;
	uint64_t used, explained;
	struct closing it = {.ledger = ledger,
			     .driver = driver,
			     .measures = measures,
			     .device = device,
			     .window = &window};

	if (!measures || !take_out(measures, device, &window))
		return;
	if (look(ledger, driver, device, &used, &explained))
		put_back(&it, settle(&it, used, explained), used, explained);
}

void vt__window_shift(int32_t device, int64_t bytes)
{
	struct vt__measures *measures = vt__measures();
	struct vt__window *window = measures ? window_of(measures, device) : NULL;

	if (!window || !window->is_open || !vt__process_lock(&measures->lock))
		return;
	window->used += (uint64_t)bytes;
	vt__lock_give(&measures->lock);
}

struct opening {
	struct vt__ledger *ledger;
	const struct vt__driver *driver;
	const struct vt__opening *opening;
	struct vt__measures *measures;
};

static void wait_for_use(struct vt__window *window, uint32_t stack, const char *api)
{
	unsigned i = 0;

	while (i < VT__WINDOW_STREAMS - 1 && window->streams[i].calls &&
	       window->streams[i].stack != stack)
		i++;
	if (!window->streams[i].calls) {
		window->streams[i].stack = stack;
		window->streams[i].api = api;
	}
	window->streams[i].calls++;
}

/* Streams alone need no new window: the one that waits for them goes on. */
static bool joins(const struct vt__window *window, const struct vt__opening *opening)
{
	return window->is_open && window->what == VT_CHARGE_STREAM &&
	       opening->what == VT_CHARGE_STREAM;
}

static void enter(struct opening *it, int32_t device, uint64_t context, uint32_t stack,
		  const uint64_t numbers[2])
{
	const struct vt__opening *opening = it->opening;
	struct vt__window *window = window_of(it->measures, device);

	if (!vt__process_lock(&it->measures->lock))
		return;
	window->context = context;
	if (opening->what == VT_CHARGE_STREAM)
		wait_for_use(window, stack, opening->api->name);
	if (!joins(window, opening)) {
		window->is_open = true;
		window->is_kernel = opening->is_kernel;
		window->what = opening->what;
		window->stack = stack;
		window->api = opening->api->name;
		window->function = opening->function;
		window->used = numbers[0];
		window->explained = numbers[1];
	}
	vt__lock_give(&it->measures->lock);
}

static void open(const struct vt__stack *stack, void *closure)
{
	struct opening *it = closure;
	struct vt__window *window;
	CUcontext current = NULL;
	CUdevice device;
	uint64_t numbers[2] = {0};

	if (!it->driver->cuCtxGetDevice || !it->driver->cuCtxGetCurrent ||
	    it->driver->cuCtxGetDevice(&device) != CUDA_SUCCESS ||
	    it->driver->cuCtxGetCurrent(&current) != CUDA_SUCCESS)
		return;
	window = window_of(it->measures, device);
	if (!window)
		return;
	if (!joins(window, it->opening)) {
		vt__window_close(it->ledger, it->driver, device);
		if (!look(it->ledger, it->driver, device, &numbers[0], &numbers[1]))
			return;
	}
	enter(it, device, (uintptr_t)current, vt__ledger_stack_number(it->ledger, stack), numbers);
}

static bool is_any_open(struct vt__measures *measures)
{
	for (unsigned i = 0; i < VT__MEASURED_DEVICES; i++) {
		if (measures->windows[i].is_open)
			return true;
	}
	return false;
}

/* Beyond what it may cost one window is opened and stays: what is taken then is told together. */
void vt__window_open(const struct vt__driver *driver, const struct vt__opening *opening)
{
	const int saved = errno;
	struct opening it = {vt__process_ledger_if_any(), driver, opening, vt__measures()};
	uint64_t began_ns;

	if (it.ledger && it.measures &&
	    (vt__measures_may(it.measures, &began_ns) || !is_any_open(it.measures))) {
		vt__record_with_stack(opening->start, open, &it);
		vt__measures_took(it.measures, began_ns);
	}
	errno = saved;
}
