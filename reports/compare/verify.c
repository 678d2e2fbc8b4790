/*
 * Compares the totals of two recordings of one process.
 */
#include "config.h"

#include "reports/compare/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/analysis.h"
#include "reports/findings/describe.h"
#include "reports/findings/api_family.h"

const struct vt__number_words vt__number_words[VT__NUMBER_COUNT] = {
#define VT__NUMBER(id, json, words, bytes, family) [VT__NUMBER_##id] = {json, words, bytes, family},
	VT__NUMBERS(VT__NUMBER)
#undef VT__NUMBER
};

static void add_total(struct vt__verify_row *row, int side, const struct vt_format_total *total)
{
	row->values[VT__NUMBER_ALLOCATIONS][side] += total->allocations;
	row->values[VT__NUMBER_ALLOCATED_BYTES][side] += total->allocated_bytes;
	row->values[VT__NUMBER_FREES][side] += total->frees;
	row->values[VT__NUMBER_LIVE][side] += total->live_count;
	row->values[VT__NUMBER_LIVE_BYTES][side] += total->live_bytes;
}

bool vt__verify_is_strict(const struct vt__verify_row *row)
{
	return row->kind == VT_FORMAT_NONE || vt__verify_compares(row->kind);
}

bool vt__verify_differs(const struct vt__verify_row *row, enum vt__number number)
{
	const uint64_t a = row->values[number][0], b = row->values[number][1];

	if (row->kind == VT_FORMAT_NONE && !vt__number_words[number].of_families)
		return false;
	if (number == VT__NUMBER_FREES)
		return a > b ? a - b > row->gone_at_exit[0] : b - a > row->gone_at_exit[1];
	return a != b;
}

static size_t count_differences(const struct vt__verify_row *row)
{
	size_t differences = 0;

	for (int number = 0; vt__verify_is_strict(row) && number < VT__NUMBER_COUNT; number++)
		differences += vt__verify_differs(row, number);
	return differences;
}

/* ---- By kind ------------------------------------------------------------------ */

/* Puts what was live when exit() began in the place of what was at the end. */
static void go_back_to_exit(struct vt__verify_row *row, int side,
			    const struct vt_format_total *total,
			    const struct vt_format_account *account)
{
	const uint64_t count = account->kind_count[row->kind];

	row->values[VT__NUMBER_LIVE][side] += count - total->live_count;
	row->values[VT__NUMBER_LIVE_BYTES][side] += account->kind_bytes[row->kind] -
						    total->live_bytes;
	if (count > total->live_count)
		row->gone_at_exit[side] += count - total->live_count;
}

static void sum_device(struct vt__comparison *comparison, int side,
		       const struct vt_format_device *device)
{
	const struct vt_format_account *account = vt__verify_at_exit(comparison, side,
								     device->ordinal);

	for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++) {
		add_total(&comparison->kinds[kind], side, &device->kinds[kind]);
		if (account)
			go_back_to_exit(&comparison->kinds[kind], side, &device->kinds[kind],
					account);
	}
}

static void compare_kinds(struct vt__comparison *comparison)
{
	for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++) {
		struct vt__verify_row *row = &comparison->kinds[kind];

		row->name = vt__kind_words[kind].text;
		row->name_bytes = strlen(row->name);
		row->kind = kind;
	}
	for (int side = 0; side < 2; side++) {
		const struct vt__recording *recording = comparison->side[side];

		for (uint32_t i = 0; recording && i < vt__recording_devices(recording); i++)
			sum_device(comparison, side, vt__recording_device(recording, i));
	}
	for (uint32_t kind = 0; kind < VT_KIND_COUNT; kind++)
		comparison->differences += count_differences(&comparison->kinds[kind]);
}

/* ---- By family of API ------------------------------------------------------------ */

static int by_name(const void *left, const void *right)
{
	const struct vt__verify_row *a = left, *b = right;
	const size_t shorter = a->name_bytes < b->name_bytes ? a->name_bytes : b->name_bytes;
	const int order = memcmp(a->name, b->name, shorter);

	if (order)
		return order;
	return a->name_bytes < b->name_bytes ? -1 : a->name_bytes > b->name_bytes;
}

static uint32_t count_sites(const struct vt__comparison *comparison, int side)
{
	return comparison->side[side] ? vt__recording_sites(comparison->side[side]) : 0;
}

static void add_families(struct vt__comparison *comparison, int side)
{
	const struct vt__recording *recording = comparison->side[side];

	for (uint32_t i = 0; i < count_sites(comparison, side); i++) {
		const struct vt_format_site *site = vt__recording_site(recording, i);
		struct vt__verify_row *row = &comparison->families[comparison->family_count];

		if (!vt__verify_compares(site->kind))
			continue;
		comparison->family_count++;
		row->name = vt__raw_to_copy(vt__recording_string(recording, site->api));
		row->name_bytes = vt__family_bytes(vt__recording_string(recording, site->api));
		row->kind = VT_FORMAT_NONE;
		add_total(row, side, &site->total);
	}
}

static void merge_rows(struct vt__verify_row *into, const struct vt__verify_row *row)
{
	for (int number = 0; number < VT__NUMBER_COUNT; number++)
		for (int side = 0; side < 2; side++)
			into->values[number][side] += row->values[number][side];
}

static void merge_families(struct vt__comparison *comparison)
{
	struct vt__verify_row *rows = comparison->families;
	size_t last = 0;

	if (!comparison->family_count)
		return;
	qsort(rows, comparison->family_count, sizeof(*rows), by_name);
	for (size_t i = 1; i < comparison->family_count; i++) {
		if (by_name(&rows[last], &rows[i]))
			rows[++last] = rows[i];
		else
			merge_rows(&rows[last], &rows[i]);
	}
	comparison->family_count = last + 1;
	for (size_t i = 0; i <= last; i++)
		comparison->differences += count_differences(&rows[i]);
}

static int compare_families(struct vt__comparison *comparison)
{
	const size_t most = (size_t)count_sites(comparison, 0) + count_sites(comparison, 1);

	comparison->families = calloc(most + 1, sizeof(*comparison->families));
	if (!comparison->families)
		return -ENOMEM;
	add_families(comparison, 0);
	add_families(comparison, 1);
	merge_families(comparison);
	return 0;
}

/* ---- The whole ---------------------------------------------------------------------- */

static void sum_losses(struct vt__comparison *comparison)
{
	for (int side = 0; side < 2; side++)
		for (uint32_t loss = 0; comparison->side[side] && loss < VT_FORMAT_LOSSES_MAX;
		     loss++)
			if (vt__loss_counts(loss))
				comparison->lost[side] +=
					vt__recording_header(comparison->side[side])->losses[loss];
}

static int compare(struct vt__comparison *comparison)
{
	int error;

	compare_kinds(comparison);
	sum_losses(comparison);
	error = compare_families(comparison);
	if (!error)
		error = vt__verify_live(comparison);
	if (!comparison->side[0] || !comparison->side[1])
		comparison->differences = 1;
	return error;
}

/* The same process while it was the same program: exec keeps the number. */
static bool is_same(const struct vt__recording *a, const struct vt__recording *b)
{
	const struct vt_format_header *one = vt__recording_header(a);
	const struct vt_format_header *two = vt__recording_header(b);

	return one->pid == two->pid && one->process_start_ticks == two->process_start_ticks &&
	       !memcmp(one->boot_id, two->boot_id, sizeof(one->boot_id)) &&
	       vt__raw_equal(vt__recording_string(a, one->program),
			     vt__recording_string(b, two->program));
}

/* Gives the recording to the first process that is its and has none of its side. */
static void pair(struct vt__verification *verification, int side,
		 const struct vt__recording *recording)
{
	struct vt__comparison *process = verification->processes;
	const struct vt__comparison *end = process + verification->count;

	for (; process < end; process++)
		if (!process->side[side] && is_same(process->side[!side], recording))
			break;
	if (process == end)
		verification->count++;
	process->side[side] = recording;
	verification->source[side] = vt__recording_header(recording)->source;
}

int vt__verify(const struct vt__verify_side sides[2], struct vt__verification **out)
{
	struct vt__verification *made = calloc(1, sizeof(*made));
	int error = -ENOMEM;

	if (!made)
		return -ENOMEM;
	made->source[0] = VT_SOURCE_PRELOAD;
	made->source[1] = VT_SOURCE_CUPTI;
	for (int side = 0; side < 2; side++)
		made->unreadable[side] = sides[side].unreadable;
	made->processes = calloc(sides[0].count + sides[1].count + 1, sizeof(*made->processes));
	if (made->processes) {
		error = 0;
		for (int side = 0; side < 2; side++)
			for (size_t i = 0; i < sides[side].count; i++)
				pair(made, side, sides[side].recordings[i]);
	}
	for (size_t i = 0; !error && i < made->count; i++)
		error = compare(&made->processes[i]);
	if (error)
		vt__verification_free(made);
	else
		*out = made;
	return error;
}

void vt__verification_free(struct vt__verification *verification)
{
	if (!verification)
		return;
	for (size_t i = 0; i < verification->count; i++) {
		free(verification->processes[i].families);
		free(verification->processes[i].live);
	}
	free(verification->processes);
	free(verification);
}

size_t vt__verify_disagreements(const struct vt__verification *verification)
{
	size_t count = 0;

	for (size_t i = 0; i < verification->count; i++)
		count += verification->processes[i].differences > 0;
	return count;
}

bool vt__verify_is_sure(const struct vt__verification *verification)
{
	return !verification->unreadable[0] && !verification->unreadable[1] &&
	       !vt__verify_disagreements(verification);
}
