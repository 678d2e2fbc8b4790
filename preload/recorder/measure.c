/* Measures what a rare call takes of a device. */
#include "config.h"

#include "preload/recorder/measure.h"

#include <errno.h>

#include "base/clock.h"
#include "preload/recorder/driver_word.h"
#include "preload/recorder/process.h"
#include "preload/recorder/measures.h"
#include "preload/recorder/windows.h"
#include "unwind/own_stack.h"

#define CONTEXTS_ASKED_MOST 16u
#define FORGOTTEN_NS 10000000000u /* one that takes so long was left by a jump */

/* Only one at a time: what two threads make at once could not be told apart. */
static bool take_turn(struct vt__measures *measures, uint64_t now_ns)
{
	uint64_t since = measures->under_way_ns;

	if (since && now_ns - since < FORGOTTEN_NS)
		return false;
	return atomic_compare_exchange_strong(&measures->under_way_ns, &since, now_ns);
}

static uint64_t tracked(int32_t device)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	return ledger ? vt__ledger_live_bytes(ledger, device, VT_BUCKET_VRAM) : 0;
}

struct asking {
	const struct vt__driver *driver;
	struct vt__measured *measured;
	bool answered;
};

static void ask(void *closure)
{
	struct asking *it = closure;
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	if (ledger)
		vt__window_close(ledger, it->driver, it->measured->device);
	it->answered = vt__word_used(it->driver, it->measured->device, &it->measured->used);
}

/* NVML stays begun from here until the call is over (end), since its start is what takes time. It
 * is not kept for longer: a process with NVML's files open cannot be checkpointed from outside. */
static void ask_nvml(void *closure)
{
	struct asking *it = closure;
	struct vt__nvml_shares shares;

	it->measured->by_nvml = true;
	if (vt__nvml_begin_if_loaded() != 0)
		return;
	vt__word_shares(it->driver, it->measured->device, &shares);
	it->answered = shares.device_bytes != VT__NVML_UNKNOWN;
	it->measured->used = shares.device_bytes;
	it->measured->listed = shares.process_bytes;
	if (!it->answered)
		vt__nvml_end();
}

/* NVML takes 22 ms for the first of them, then 10 ms: so many contexts are worth that. */
static bool may_ask_nvml(struct vt__measures *measures)
{
	return measures->contexts_asked < CONTEXTS_ASKED_MOST &&
	       measures->contexts_asked++ < CONTEXTS_ASKED_MOST;
}

/* Of the device that `out` names. */
static void begin(const struct vt__driver *driver, struct vt__measured *out, bool makes_context)
{
	struct vt__measures *measures = vt__measures();
	struct asking it = {driver, out, false};
	uint64_t began_ns;

	if (!measures)
		return;
	out->is_over_budget = !vt__measures_may(measures, &began_ns);
	if (out->is_over_budget || !take_turn(measures, began_ns))
		return;
	out->live = tracked(out->device);
	vt__own_stack_run(ask, &it);
	vt__measures_took(measures, began_ns);
	if (!it.answered && makes_context && may_ask_nvml(measures))
		vt__own_stack_run(ask_nvml, &it);
	out->begun = it.answered;
	if (!it.answered)
		measures->under_way_ns = 0;
}

void vt__measure_before(const struct vt__driver *driver, struct vt__measured *out)
{
	const int saved = errno;
	CUcontext current = NULL;
	CUdevice device;

	*out = (struct vt__measured){.begun = false};
	if (driver->cuCtxGetDevice && driver->cuCtxGetDevice(&device) == CUDA_SUCCESS &&
	    driver->cuCtxGetCurrent && driver->cuCtxGetCurrent(&current) == CUDA_SUCCESS) {
		out->device = device;
		out->context = (uintptr_t)current;
		begin(driver, out, false);
	}
	errno = saved;
}

void vt__measure_context(const struct vt__driver *driver, int32_t device, struct vt__measured *out)
{
	const int saved = errno;

	*out = (struct vt__measured){.device = device};
	if (device >= 0 && device < VT__MEASURED_DEVICES)
		begin(driver, out, true);
	errno = saved;
}

/* What the driver's number rose or fell by, less what was allocated or freed meanwhile; false if
 * it does not tell. */
struct change {
	struct vt__measures *measures;
	const struct vt__measured *measured;
	const struct vt__driver *driver;
	int64_t bytes;
	bool is_shared;
	bool is_told;
};

/* NVML's word for this process is what NVML tells of it later too; where it does not list the
 * process, the device's. */
static void look_at_nvml(struct change *it)
{
	const struct vt__measured *measured = it->measured;
	struct vt__nvml_shares now;

	vt__word_shares(it->driver, measured->device, &now);
	if (now.process_bytes != VT__NVML_UNKNOWN) {
		const uint64_t before = measured->listed == VT_FORMAT_UNKNOWN ? 0
									      : measured->listed;

		it->is_told = true;
		it->bytes = (int64_t)(now.process_bytes - before);
	} else if (now.device_bytes != VT__NVML_UNKNOWN) {
		it->is_told = it->is_shared = true;
		it->bytes = (int64_t)(now.device_bytes - measured->used);
	}
	if (now.other_bytes != VT__NVML_UNKNOWN && now.other_bytes)
		it->measures->crowded |= 1u << ((uint32_t)measured->device % 32);
}

static void look(void *closure)
{
	struct change *it = closure;
	const uint64_t live = tracked(it->measured->device);
	uint64_t used;

	if (it->measured->by_nvml) {
		look_at_nvml(it);
		vt__nvml_end();
	} else if (vt__word_used(it->driver, it->measured->device, &used)) {
		it->is_told = true;
		it->bytes = (int64_t)(used - it->measured->used);
		it->is_shared = vt__is_crowded(it->measures, it->measured->device);
	}
	it->bytes -= (int64_t)(live - it->measured->live);
	it->is_shared |= live != it->measured->live;
}

static struct change end(const struct vt__measured *measured)
{
	struct vt__measures *measures = vt__measures();
	struct change change = {measures, measured, vt__driver(), 0, false, false};
	const uint64_t began_ns = vt__clock_ns(CLOCK_MONOTONIC);

	if (!measured->begun || !measures)
		return change;
	if (change.driver)
		vt__own_stack_run(look, &change);
	if (change.is_told)
		vt__window_shift(measured->device, change.bytes);
	measures->under_way_ns = 0;
	if (!measured->by_nvml)
		vt__measures_took(measures, began_ns);
	return change;
}

struct charging {
	struct vt__ledger *ledger;
	struct vt__charge charge;
};

static void charge(const struct vt__stack *stack, void *closure)
{
	struct charging *it = closure;

	it->charge.stack = vt__ledger_stack_number(it->ledger, stack);
	vt__ledger_charge(it->ledger, &it->charge);
}

/* Charges what the change came to. */
static void charge_change(const struct change *change, const struct vt__making *making)
{
	const struct vt__measured *measured = change->measured;
	const uint64_t told = change->bytes > 0 ? (uint64_t)change->bytes : 0;
	const bool agrees = making->computed &&
			    (!change->is_told || vt__agree(told, making->computed));
	struct charging it = {
		.ledger = vt__process_ledger_if_any(),
		.charge =
			{
				.device = measured->device,
				.context = making->context ? making->context : measured->context,
				.what = making->what,
				.api = making->api->name,
				.bytes = agrees ? making->computed : told,
				.is_computed = agrees,
				.is_shared = change->is_shared && !agrees,
				.calls = 1,
				.moved = agrees || told,
			},
	};

	if (it.ledger && (change->is_told || agrees))
		vt__record_with_stack(making->start, charge, &it);
}

void vt__measure_made(const struct vt__measured *measured, const struct vt__making *making)
{
	const int saved = errno;
	const struct change change = end(measured);

	if (making->made && measured->begun)
		charge_change(&change, making);
	else if (making->made && measured->is_over_budget && vt__driver())
		vt__window_open(vt__driver(), &(struct vt__opening){.what = making->what,
								    .api = making->api,
								    .start = making->start});
	errno = saved;
}

void vt__measure_ended(const struct vt__measured *measured, enum vt_charge what,
		       const struct vt__taken *taken, bool ended)
{
	const int saved = errno;
	const struct change change = end(measured);
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	uint64_t bytes;

	if (ledger && ended && change.is_told && change.bytes < 0) {
		bytes = (uint64_t)-change.bytes;
		vt__ledger_uncharge(ledger, what, measured->context,
				    taken ? vt__ledger_stack_of(ledger, taken) : VT_FORMAT_NONE,
				    bytes);
	}
	errno = saved;
}

/* Sets what the context is charged with for local memory. Returns what it was. */
static uint64_t exchange_local(uint64_t context, uint64_t local)
{
	struct vt__measures *measures = vt__measures();
	struct vt__measured_context *place;
	uint64_t before = 0;

	if (!measures || !context || !vt__process_lock(&measures->lock))
		return 0;
	place = vt__measured_context(measures, context);
	if (place) {
		before = place->local;
		place->local = local;
	}
	vt__lock_give(&measures->lock);
	return before;
}

static void set_heap(uint64_t context, uint64_t limit)
{
	struct vt__measures *measures = vt__measures();
	struct vt__measured_context *place;

	if (!measures || !context || !vt__process_lock(&measures->lock))
		return;
	place = vt__measured_context(measures, context);
	if (place)
		place->heap = limit;
	vt__lock_give(&measures->lock);
}

static void take_limit(const struct vt__measured *measured, const struct vt__making *making,
		       int limit, uint64_t value, const struct change *change)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	struct vt__making taken = *making;
	uint64_t local, before;

	if (!making->made || !measured->context || !ledger || !vt__driver())
		return;
	if (limit == CU_LIMIT_MALLOC_HEAP_SIZE)
		set_heap(measured->context, value);
	if (limit != CU_LIMIT_STACK_SIZE)
		return;
	local = vt__local_memory(vt__driver(), measured->device, value);
	before = exchange_local(measured->context, local);
	taken.computed = local > before ? local - before : 0;
	if (taken.computed)
		charge_change(change, &taken);
	else if (before > local)
		vt__ledger_uncharge(ledger, VT_CHARGE_LOCAL_MEMORY, measured->context,
				    VT_FORMAT_NONE, before - local);
}

void vt__measure_limit(const struct vt__measured *measured, const struct vt__making *making,
		       int limit, uint64_t value)
{
	const int saved = errno;
	const struct change change = end(measured);

	take_limit(measured, making, limit, value, &change);
	errno = saved;
}

void vt__measure_context_ended(struct vt__ledger *ledger, uint64_t context)
{
	struct vt__measures *measures = vt__measures();

	if (!measures || !context)
		return;
	vt__ledger_charges_end(ledger, context);
	if (!vt__process_lock(&measures->lock))
		return;
	for (unsigned i = 0; i < VT__MEASURED_CONTEXTS; i++) {
		if (measures->contexts[i].context == context)
			measures->contexts[i] = (struct vt__measured_context){.context = 0};
	}
	for (unsigned i = 0; i < VT__MEASURED_DEVICES; i++) {
		if (measures->windows[i].context == context)
			measures->windows[i] = (struct vt__window){.is_open = false};
	}
	vt__lock_give(&measures->lock);
}
