/*
 * Makes the statement of a device: who held how much of it.
 */
#include "config.h"

#include "reports/findings/statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/caches.h"
#include "reports/findings/owners.h"

const struct vt__how_names vt__how_names[VT__HOW_COUNT] = {
#define VT__HOW(id, json_name, words) [VT__HOW_##id] = {json_name, words},
	VT__HOWS(VT__HOW)
#undef VT__HOW
};

static const struct {
	const char *id, *words;
} charges[VT_CHARGE_COUNT] = {
#define VT_CHARGE(id_, json, text) [VT_CHARGE_##id_] = {json, text},
	VT_CHARGES(VT_CHARGE)
#undef VT_CHARGE
};

/* Sums of a damaged recording may pass 64 bits. */
static uint64_t add(uint64_t a, uint64_t b)
{
	return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

static struct vt__owner *find_owner(struct vt__statement *statement, const char *name,
				    enum vt__how how)
{
	for (size_t i = 0; i < statement->count; i++) {
		struct vt__owner *found = &statement->owners[i];

		if (found->how == how && !strcmp(found->name, name))
			return found;
	}
	return NULL;
}

/* The owner of that name, made if there is room; else the last. */
static struct vt__owner *owner(struct vt__statement *statement, const char *name, const char *id,
			       enum vt__how how)
{
	struct vt__owner *found = find_owner(statement, name, how);

	if (found)
		return found;
	if (statement->count == VT__OWNERS_MOST - 1) /* one is for the rest */
		return &statement->owners[VT__OWNERS_MOST - 2];
	found = &statement->owners[statement->count++];
	*found = (struct vt__owner){.id = id, .how = how};
	snprintf(found->name, sizeof(found->name), "%s", name);
	return found;
}

static void add_to(struct vt__statement *statement, const char *name, const char *id,
		   enum vt__how how, uint64_t bytes)
{
	struct vt__owner *to;

	if (!bytes || bytes == VT_FORMAT_UNKNOWN)
		return;
	to = owner(statement, name, id, how);
	to->bytes = add(to->bytes, bytes);
}

/* Largest first; what is beyond the room is in the owner's sum alone. */
static void add_site(struct vt__owner *to, const struct vt__owner_site *site)
{
	size_t place = to->site_count;

	if (place == VT__OWNER_SITES && to->sites[place - 1].bytes >= site->bytes)
		return;
	if (place == VT__OWNER_SITES)
		place--;
	else
		to->site_count++;
	for (; place && to->sites[place - 1].bytes < site->bytes; place--)
		to->sites[place] = to->sites[place - 1];
	to->sites[place] = *site;
}

/* What pairs of the site and a purpose have; NULL: nobody said purposes. */
static const struct vt_format_purposes *purposes_of(const struct vt__process *process,
						    uint32_t account)
{
	for (uint32_t i = 0; i < vt__recording_purposes(process->recording); i++) {
		const struct vt_format_purposes *purposes = vt__recording_purpose(
			process->recording, i);

		if (purposes->account == account)
			return purposes;
	}
	return NULL;
}

/* The program's own memory by purpose. Returns what of the site's bytes has none. */
static uint64_t add_purposes(const struct vt__process *process,
			     const struct vt_format_purposes *purposes, uint32_t number,
			     uint64_t bytes, struct vt__statement *statement)
{
	const struct vt_format_site *site = vt__recording_site(process->recording, number);
	char name[64], purpose[40];

	for (uint32_t i = 0; purposes && i < purposes->count; i++) {
		const struct vt_format_purpose_line *line = &purposes->lines[i];
		const struct vt__owner_site row = {
			.stack = site->stack, .api = site->api, .bytes = line->bytes};
		struct vt__owner *to;

		if (line->site != number || line->purpose == VT_FORMAT_NONE || line->bytes > bytes)
			continue;
		snprintf(purpose, sizeof(purpose), "%s",
			 vt__raw_to_compare(
				 vt__recording_string(process->recording, line->purpose)));
		snprintf(name, sizeof(name), VT__THE_PROGRAM ", for %s", purpose);
		to = owner(statement, name, NULL, VT__HOW_TRACKED);
		to->bytes = add(to->bytes, line->bytes);
		add_site(to, &row);
		bytes -= line->bytes;
	}
	return bytes;
}

static void add_tracked(const struct vt__process *process, const struct vt_format_statement *record,
			struct vt__statement *statement, uint64_t tracked)
{
	const struct vt_format_purposes *purposes = purposes_of(process, record->account);
	char name[64];
	uint64_t told = 0;

	for (uint32_t i = 0; i < record->site_count; i++) {
		const struct vt_format_statement_line *line = &record->sites[i];
		const struct vt_format_site *site = vt__recording_site(process->recording,
								       line->number);
		struct vt__owner_site row = {
			.stack = site->stack, .api = site->api, .bytes = line->bytes};
		struct vt__owner *to;

		vt__owner_of(process, site->stack, name, sizeof(name));
		told = add(told, line->bytes);
		if (purposes && !strcmp(name, VT__THE_PROGRAM))
			row.bytes = add_purposes(process, purposes, line->number, line->bytes,
						 statement);
		if (!row.bytes)
			continue;
		to = owner(statement, name, NULL, VT__HOW_TRACKED);
		to->bytes = add(to->bytes, row.bytes);
		add_site(to, &row);
	}
	if (tracked > told)
		add_to(statement, "other call sites", "other_sites", VT__HOW_TRACKED,
		       tracked - told);
}

/* The largest charges of a kind, as far as they are lines of the statement. */
static void add_charge_sites(const struct vt__process *process,
			     const struct vt_format_statement *record, uint32_t what,
			     struct vt__owner *to)
{
	for (uint32_t i = 0; i < record->charge_count; i++) {
		const struct vt_format_statement_line *line = &record->charges[i];
		const struct vt_format_charge *charge = vt__recording_charge(process->recording,
									     line->number);
		const struct vt__owner_site row = {
			.stack = charge->stack,
			.api = charge->api,
			.bytes = line->bytes,
			.calls = charge->calls,
			.moved = charge->moved,
		};

		if (charge->what != what)
			continue;
		add_site(to, &row);
		to->is_shared |= to->how == VT__HOW_MEASURED && charge->shared;
	}
}

static void add_charges(const struct vt__process *process, const struct vt_format_statement *record,
			struct vt__statement *statement)
{
	for (uint32_t what = 0; what < VT_CHARGE_COUNT; what++) {
		const uint64_t sums[2] = {record->computed_bytes[what],
					  record->measured_bytes[what]};

		for (int i = 0; i < 2; i++) {
			const enum vt__how how = i ? VT__HOW_MEASURED : VT__HOW_COMPUTED;

			if (!sums[i])
				continue;
			add_to(statement, charges[what].words, charges[what].id, how, sums[i]);
			add_charge_sites(
				process, record, what,
				owner(statement, charges[what].words, charges[what].id, how));
		}
	}
}

/* Of a framework's segments, what is free inside: where its blocks were seen. */
static void split_cache(const struct vt__process *process, const struct vt_format_account *account,
			struct vt__statement *statement)
{
	const uint64_t used = account->live_bytes[VT_BUCKET_BLOCKS];
	char name[64];

	for (uint32_t i = 0; used && i < vt__recording_caches(process->recording); i++) {
		const struct vt_format_cache *cache = vt__recording_cache(process->recording, i);
		struct vt__owner *whole;

		if (cache->device != account->device || cache->state != VT_BLOCKS_SEEN ||
		    !vt__door_cache(cache->door))
			continue;
		whole = find_owner(statement, vt__door_cache(cache->door), VT__HOW_TRACKED);
		if (!whole || whole->bytes <= used)
			continue;
		snprintf(name, sizeof(name), "%.40s: free in its cache", whole->name);
		add_to(statement, name, NULL, VT__HOW_TRACKED, whole->bytes - used);
		whole->bytes = used;
	}
}

/* What the driver rounds allocations up by, beyond what arrays are charged. */
static void add_rounding(const struct vt_format_account *account,
			 const struct vt_format_statement *record, struct vt__statement *statement)
{
	uint64_t asked = record->computed_bytes[VT_CHARGE_ARRAY];

	for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++) {
		if (vt__bucket_of(kind) == VT_BUCKET_VRAM && kind != VT_KIND_STREAM_ORDERED &&
		    kind != VT_KIND_GRAPH)
			asked = add(asked, account->kind_bytes[kind]);
	}
	if (record->granule_bytes != VT_FORMAT_UNKNOWN && record->granule_bytes > asked)
		add_to(statement, "rounding of allocations to 2 MiB", "rounding", VT__HOW_COMPUTED,
		       record->granule_bytes - asked);
}

static int larger_first(const void *left, const void *right)
{
	const struct vt__owner *a = left, *b = right;

	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? 1 : -1;
	return strcmp(a->name, b->name);
}

static void add_rest(struct vt__statement *statement, uint64_t told)
{
	struct vt__owner *rest = &statement->owners[statement->count];

	if (statement->word == VT__WORD_NONE)
		return;
	*rest = (struct vt__owner){.id = "rest", .how = VT__HOW_REST};
	if (told <= statement->whole && statement->untold_arrays)
		snprintf(rest->name, sizeof(rest->name),
			 "not attributed, the tiles of %" PRIu32 " array%s among it",
			 statement->untold_arrays, statement->untold_arrays == 1 ? "" : "s");
	else
		snprintf(rest->name, sizeof(rest->name), "%s",
			 told > statement->whole
				 ? "not attributed: more is told than the driver counts as in use"
				 : "not attributed");
	rest->negative = told > statement->whole;
	rest->bytes = rest->negative ? told - statement->whole : statement->whole - told;
	statement->count++;
}

void vt__statement_of(const struct vt__process *process, uint32_t number, struct vt__statement *out)
{
	const struct vt_format_statement *record = vt__recording_statement(process->recording,
									   number);
	const struct vt_format_account *account = vt__recording_account(process->recording,
									record->account);
	struct vt__balance balance;
	uint64_t told;

	vt__balance_of(account, &balance);
	out->account = account;
	out->word = balance.word;
	out->whole = balance.whole;
	out->held = 0;
	out->untold_arrays = record->untold_arrays;
	out->count = 0;
	add_tracked(process, record, out, balance.tracked);
	split_cache(process, account, out);
	add_charges(process, record, out);
	add_rounding(account, record, out);
	add_to(out, "reserved by pools, unused", "pool_reserve", VT__HOW_MEASURED,
	       balance.pool_unused);
	add_to(out, "kept by graph memory: cuDeviceGraphMemTrim gives it back", "graph_memory",
	       VT__HOW_MEASURED, balance.graph_unused);
	for (size_t i = 0; i < out->count; i++)
		out->held = add(out->held, out->owners[i].bytes);
	told = out->held;
	if (balance.word == VT__WORD_DEVICE && account->other_bytes != VT_FORMAT_UNKNOWN) {
		add_to(out, "other processes", "other_processes", VT__HOW_MEASURED,
		       account->other_bytes);
		told = add(told, account->other_bytes);
	}
	qsort(out->owners, out->count, sizeof(out->owners[0]), larger_first);
	add_rest(out, told);
}

uint32_t vt__statement_number(const struct vt__recording *recording, uint32_t account)
{
	for (uint32_t i = 0; i < vt__recording_statements(recording); i++) {
		if (vt__recording_statement(recording, i)->account == account)
			return i;
	}
	return VT_FORMAT_NONE;
}
