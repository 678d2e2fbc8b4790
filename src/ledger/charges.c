/*
 * Enters charges: what takes memory of a device that no allocation call names.
 */
#include "config.h"

#include "ledger/charges.h"

#include "base/clock.h"
#include "ledger/known_stack.h"
#include "ledger/private.h"
#include "ledger/visit.h"

static struct vt_format_charge *at(struct vt__ledger *ledger, uint32_t number)
{
	return vt__store_at(&ledger->store, VT_FORMAT_CHARGE, number);
}

static uint32_t used(const struct vt__ledger *ledger)
{
	return ledger->store.recording.columns[VT_FORMAT_CHARGE].used;
}

uint32_t vt__ledger_stack_number(struct vt__ledger *ledger, const struct vt__stack *stack)
{
	const struct vt__hash128 key = vt__stacks_key(stack);
	struct vt__visit visit;
	uint32_t number;

	if (!vt__visit_look(ledger, &visit))
		return VT_FORMAT_NONE;
	vt__recording_begin(&ledger->store.recording);
	ledger->growth.calls.aside = true;
	number = vt__ledger_stack(ledger, stack, &key)->number;
	ledger->growth.calls.aside = false;
	vt__visit_finish(ledger, &visit);
	return number;
}

uint32_t vt__ledger_stack_of(struct vt__ledger *ledger, const struct vt__taken *taken)
{
	struct vt__visit visit;
	uint32_t number;

	if (!vt__visit_look(ledger, &visit))
		return VT_FORMAT_NONE;
	number = vt__ledger_site(ledger, taken->record.site)->stack;
	vt__visit_leave(ledger, &visit);
	return number;
}

static bool is_of(const struct vt_format_charge *record, const struct vt__charge *charge,
		  uint32_t device, uint32_t stack)
{
	return record->stack == stack && record->what == (uint32_t)charge->what &&
	       record->context == charge->context && record->device == device;
}

/* `api`: a string. */
static uint32_t make(struct vt__ledger *ledger, const struct vt__charge *charge, uint32_t device,
		     uint32_t stack, uint32_t api)
{
	struct vt__recording *recording = &ledger->store.recording;
	const uint32_t number = vt__recording_reserve(recording, VT_FORMAT_CHARGE, 1);
	struct vt_format_charge *record;

	if (number == VT_FORMAT_NONE)
		return number;
	record = at(ledger, number);
	record->device = device;
	record->what = charge->what;
	record->stack = stack;
	record->api = api;
	record->context = charge->context;
	record->first_time_ns = vt__now_ns();
	vt__recording_commit(recording, VT_FORMAT_CHARGE, 1);
	return number;
}

/* The number of the charge of that site, made if there is none. */
static uint32_t find(struct vt__ledger *ledger, const struct vt__charge *charge, uint32_t device,
		     uint32_t api)
{
	uint32_t stack = used(ledger) < VT__CHARGES_MOST ? charge->stack : VT_FORMAT_NONE;

	for (uint32_t i = 0; i < used(ledger); i++) {
		if (is_of(at(ledger, i), charge, device, charge->stack))
			return i;
		if (stack != charge->stack && is_of(at(ledger, i), charge, device, stack))
			return i;
	}
	return make(ledger, charge, device, stack, api);
}

static void add_to(struct vt_format_charge *record, const struct vt__charge *charge)
{
	if (charge->is_computed)
		record->computed_bytes += charge->bytes;
	else
		record->measured_bytes += charge->bytes;
	record->calls += charge->calls;
	record->moved += charge->moved;
	record->shared += charge->is_shared && charge->bytes;
	record->last_time_ns = vt__now_ns();
}

static void add(struct vt__ledger *ledger, const struct vt__charge *charge, uint32_t device,
		uint32_t api)
{
	uint32_t number = VT_FORMAT_NONE;

	if (device != VT_FORMAT_NONE)
		number = find(ledger, charge, device, api);
	if (number != VT_FORMAT_NONE)
		add_to(at(ledger, number), charge);
	else
		vt__recording_lose(&ledger->store.recording, VT_LOSS_ACCOUNTS);
}

void vt__charges_add_array(struct vt__ledger *ledger, const struct vt_format_site *site,
			   uint64_t context, uint64_t bytes)
{
	const struct vt__charge charge = {
		.context = context,
		.what = VT_CHARGE_ARRAY,
		.stack = site->stack,
		.bytes = bytes,
		.is_computed = true,
	};

	add(ledger, &charge, site->device, site->api);
}

void vt__ledger_charge(struct vt__ledger *ledger, const struct vt__charge *charge)
{
	struct vt__visit visit;
	uint32_t device;

	if (!vt__visit_look(ledger, &visit))
		return;
	vt__recording_begin(&ledger->store.recording);
	device = vt__devices_record(&ledger->devices, &ledger->store, &ledger->strings,
				    charge->device);
	add(ledger, charge, device,
	    vt__strings_of_static(&ledger->strings, &ledger->store, charge->api));
	vt__visit_finish(ledger, &visit);
}

/* Takes up to `bytes` off; returns what is left of them. */
static uint64_t take_off(struct vt_format_charge *record, uint64_t bytes)
{
	uint64_t measured = bytes < record->measured_bytes ? bytes : record->measured_bytes;
	uint64_t computed;

	record->measured_bytes -= measured;
	bytes -= measured;
	computed = bytes < record->computed_bytes ? bytes : record->computed_bytes;
	record->computed_bytes -= computed;
	record->last_time_ns = vt__now_ns();
	return bytes - computed;
}

static uint64_t held_by(const struct vt_format_charge *record)
{
	return record->computed_bytes + record->measured_bytes;
}

/* The largest of that kind and context; of `stack`, unless that is VT_FORMAT_NONE. */
static struct vt_format_charge *largest(struct vt__ledger *ledger, enum vt_charge what,
					uint64_t context, uint32_t stack)
{
	struct vt_format_charge *found = NULL;

	for (uint32_t i = 0; i < used(ledger); i++) {
		struct vt_format_charge *record = at(ledger, i);

		if (record->what == (uint32_t)what && record->context == context &&
		    held_by(record) && (stack == VT_FORMAT_NONE || record->stack == stack) &&
		    (!found || held_by(record) > held_by(found)))
			found = record;
	}
	return found;
}

void vt__charges_take_off(struct vt__ledger *ledger, enum vt_charge what, uint64_t context,
			  uint32_t stack, uint64_t bytes)
{
	struct vt_format_charge *record = stack == VT_FORMAT_NONE
						  ? NULL
						  : largest(ledger, what, context, stack);

	if (record)
		bytes = take_off(record, bytes);
	while (bytes && (record = largest(ledger, what, context, VT_FORMAT_NONE)) != NULL)
		bytes = take_off(record, bytes);
}

void vt__ledger_uncharge(struct vt__ledger *ledger, enum vt_charge what, uint64_t context,
			 uint32_t stack, uint64_t bytes)
{
	struct vt__visit visit;

	if (!vt__visit_look(ledger, &visit))
		return;
	vt__recording_begin(&ledger->store.recording);
	vt__charges_take_off(ledger, what, context, stack, bytes);
	vt__visit_finish(ledger, &visit);
}

void vt__ledger_charges_end(struct vt__ledger *ledger, uint64_t context)
{
	struct vt__visit visit;

	if (!vt__visit_look(ledger, &visit))
		return;
	vt__recording_begin(&ledger->store.recording);
	for (uint32_t i = 0; i < used(ledger); i++) {
		struct vt_format_charge *record = at(ledger, i);

		if (record->context == context)
			record->computed_bytes = record->measured_bytes = 0;
	}
	vt__visit_finish(ledger, &visit);
}
