/*
 * Writes down who holds what of a device, beside an account of it.
 */
#include "config.h"

#include "ledger/charges.h"
#include "ledger/granules.h"
#include "ledger/private.h"
#include "recording/kinds.h"

#define GRANULES_COUNTED 200000u /* records: that takes a millisecond */

/* Keeps the largest, largest first. */
static void offer(struct vt_format_statement_line *lines, uint32_t *count, uint32_t number,
		  uint64_t bytes)
{
	uint32_t place = *count;

	if (!bytes || (place == VT_FORMAT_STATEMENT_LINES && lines[place - 1].bytes >= bytes))
		return;
	if (place == VT_FORMAT_STATEMENT_LINES)
		place--;
	else
		++*count;
	for (; place && lines[place - 1].bytes < bytes; place--)
		lines[place] = lines[place - 1];
	lines[place] = (struct vt_format_statement_line){.number = number, .bytes = bytes};
}

static void state_sites(struct vt__ledger *ledger, uint32_t device,
			struct vt_format_statement *statement)
{
	const uint32_t count = ledger->store.recording.columns[VT_FORMAT_SITE].used;

	statement->site_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_site *site = vt__ledger_site(ledger, i);

		if (site->device == device && vt__bucket_of(site->kind) == VT_BUCKET_VRAM)
			offer(statement->sites, &statement->site_count, i, site->total.live_bytes);
	}
}

static void state_charges(struct vt__ledger *ledger, uint32_t device,
			  struct vt_format_statement *statement)
{
	const uint32_t count = ledger->store.recording.columns[VT_FORMAT_CHARGE].used;

	statement->charge_count = 0;
	for (unsigned i = 0; i < VT_FORMAT_STATEMENT_KINDS; i++)
		statement->computed_bytes[i] = statement->measured_bytes[i] = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_charge *charge = vt__store_at(&ledger->store,
								     VT_FORMAT_CHARGE, i);

		/* the file is not ours alone: a number out of it is no index yet */
		if (charge->device != device || charge->what >= VT_FORMAT_STATEMENT_KINDS)
			continue;
		statement->computed_bytes[charge->what] += charge->computed_bytes;
		statement->measured_bytes[charge->what] += charge->measured_bytes;
		offer(statement->charges, &statement->charge_count, i,
		      charge->computed_bytes + charge->measured_bytes);
	}
}

/* The number of the account's statement, made if there is none. */
static uint32_t find(struct vt__ledger *ledger, uint32_t account)
{
	struct vt__recording *recording = &ledger->store.recording;
	uint32_t number;

	for (uint32_t i = 0; i < recording->columns[VT_FORMAT_STATEMENT].used; i++) {
		const struct vt_format_statement *statement = vt__store_at(&ledger->store,
									   VT_FORMAT_STATEMENT, i);

		if (statement->account == account)
			return i;
	}
	number = vt__recording_reserve(recording, VT_FORMAT_STATEMENT, 1);
	if (number != VT_FORMAT_NONE)
		vt__recording_commit(recording, VT_FORMAT_STATEMENT, 1);
	return number;
}

void vt__charges_state(struct vt__ledger *ledger, uint32_t device, uint32_t account)
{
	const uint32_t number = find(ledger, account);
	struct vt_format_statement *statement;

	if (number == VT_FORMAT_NONE) {
		vt__recording_lose(&ledger->store.recording, VT_LOSS_ACCOUNTS);
		return;
	}
	statement = vt__store_at(&ledger->store, VT_FORMAT_STATEMENT, number);
	statement->account = account;
	statement->untold_arrays = 0;
	statement->granule_bytes = VT_FORMAT_UNKNOWN;
	if (ledger->store.recording.columns[VT_FORMAT_ALLOCATION].used <= GRANULES_COUNTED)
		statement->granule_bytes = vt__granules_of(ledger, device,
							   &statement->untold_arrays);
	state_sites(ledger, device, statement);
	state_charges(ledger, device, statement);
}

/* The number of the account's record of purposes, made if there is none. */
static uint32_t find_purposes(struct vt__ledger *ledger, uint32_t account)
{
	struct vt__recording *recording = &ledger->store.recording;
	const struct vt_format_purposes *purposes;
	uint32_t number;

	for (uint32_t i = 0; i < recording->columns[VT_FORMAT_PURPOSES].used; i++) {
		purposes = vt__store_at(&ledger->store, VT_FORMAT_PURPOSES, i);
		if (purposes->account == account)
			return i;
	}
	number = vt__recording_reserve(recording, VT_FORMAT_PURPOSES, 1);
	if (number != VT_FORMAT_NONE)
		vt__recording_commit(recording, VT_FORMAT_PURPOSES, 1);
	return number;
}

void vt__purposes_state(struct vt__ledger *ledger, uint32_t device, uint32_t account, void *scratch)
{
	const uint32_t number = scratch ? find_purposes(ledger, account) : VT_FORMAT_NONE;
	struct vt_format_purposes *purposes;

	if (!scratch)
		return;
	if (number == VT_FORMAT_NONE) {
		vt__recording_lose(&ledger->store.recording, VT_LOSS_ACCOUNTS);
		return;
	}
	purposes = vt__store_at(&ledger->store, VT_FORMAT_PURPOSES, number);
	purposes->account = account;
	vt__holders_purposes(&ledger->store, device, scratch, purposes);
}
