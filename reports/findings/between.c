/*
 * Compares a device at two marks.
 */
#include "config.h"

#include "reports/findings/between.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text/escape.h"

bool vt__two_marks_parse(const char *text, const char *separator, struct vt__two_marks *out)
{
	const char *middle = strstr(text, separator);
	const size_t length = middle ? (size_t)(middle - text) : 0;
	const char *rest = middle ? middle + strlen(separator) : "";

	if (!length || !*rest || length >= sizeof(out->from) || strlen(rest) >= sizeof(out->to))
		return false;
	snprintf(out->from, sizeof(out->from), "%.*s", (int)length, text);
	snprintf(out->to, sizeof(out->to), "%s", rest);
	return true;
}

/* The number of the statement of a mark on the device: the first that there is, or the latest. */
static uint32_t find(const struct vt__recording *recording, const char *name, uint32_t device,
		     bool is_first)
{
	uint32_t found = VT_FORMAT_NONE;

	for (uint32_t i = 0; i < vt__recording_statements(recording); i++) {
		const struct vt_format_account *account = vt__recording_account(
			recording, vt__recording_statement(recording, i)->account);

		if (account->moment == VT_MOMENT_MARK && account->device == device &&
		    !strcmp(name,
			    vt__raw_to_compare(vt__recording_string(recording, account->label))))
			found = found == VT_FORMAT_NONE || !is_first ? i : found;
	}
	return found;
}

/* The statements of both. Two marks of one name: from the first to the latest, if there are two. */
static bool find_both(const struct vt__recording *recording, const struct vt__two_marks *marks,
		      uint32_t device, uint32_t numbers[2])
{
	const bool is_one_name = !strcmp(marks->from, marks->to);

	numbers[0] = find(recording, marks->from, device, is_one_name);
	numbers[1] = find(recording, marks->to, device, false);
	return numbers[0] != VT_FORMAT_NONE && numbers[1] != VT_FORMAT_NONE &&
	       numbers[0] != numbers[1];
}

/* ---- Owners --------------------------------------------------------------------------------- */

static struct vt__between_row *owner_row(struct vt__between *out, const struct vt__owner *owner)
{
	struct vt__between_row *row = out->owners;

	while (row < out->owners + out->owner_count &&
	       (row->how != owner->how || strcmp(row->name, owner->name)))
		row++;
	if (row == out->owners + out->owner_count) {
		*row = (struct vt__between_row){
			.id = owner->id, .how = owner->how, .stack = VT_FORMAT_NONE};
		snprintf(row->name, sizeof(row->name), "%s", owner->name);
		out->owner_count++;
	}
	return row;
}

static void add_owners(struct vt__between *out, const struct vt__statement *statement, bool after)
{
	for (size_t i = 0; i < statement->count; i++) {
		const struct vt__owner *owner = &statement->owners[i];
		struct vt__between_row *row;

		if (owner->how == VT__HOW_REST) {
			*(after ? &out->rest_after : &out->rest_before) =
				owner->negative ? -(int64_t)owner->bytes : (int64_t)owner->bytes;
			continue;
		}
		row = owner_row(out, owner);
		*(after ? &row->after : &row->before) += owner->bytes;
	}
}

/* ---- Call sites ------------------------------------------------------------------------------ */

static void add_site(struct vt__between *out, uint32_t stack, uint32_t api, uint64_t bytes,
		     bool after)
{
	struct vt__between_row *row = out->sites;

	while (row < out->sites + out->site_count && (row->stack != stack || row->api != api))
		row++;
	if (row == out->sites + out->site_count) {
		*row = (struct vt__between_row){.stack = stack, .api = api};
		out->site_count++;
	}
	*(after ? &row->after : &row->before) += bytes;
}

static void add_sites(const struct vt__recording *recording, struct vt__between *out,
		      const struct vt_format_statement *record, bool after)
{
	for (uint32_t i = 0; i < record->site_count; i++) {
		const struct vt_format_site *site = vt__recording_site(recording,
								       record->sites[i].number);

		add_site(out, site->stack, site->api, record->sites[i].bytes, after);
	}
	for (uint32_t i = 0; i < record->charge_count; i++) {
		const struct vt_format_charge *charge = vt__recording_charge(
			recording, record->charges[i].number);

		add_site(out, charge->stack, charge->api, record->charges[i].bytes, after);
	}
}

/* ---- Both ------------------------------------------------------------------------------------ */

static int most_held_first(const void *left, const void *right)
{
	const struct vt__between_row *a = left, *b = right;

	if (a->after != b->after)
		return a->after < b->after ? 1 : -1;
	if (a->before != b->before)
		return a->before < b->before ? 1 : -1;
	return strcmp(a->name, b->name);
}

static void add(const struct vt__process *process, uint32_t number, bool after,
		struct vt__statement *statement, struct vt__between *out)
{
	vt__statement_of(process, number, statement);
	*(after ? &out->after : &out->before) = statement->held;
	*(after ? &out->driver_after : &out->driver_before) = statement->word == VT__WORD_NONE
								      ? VT_FORMAT_UNKNOWN
								      : statement->whole;
	*(after ? &out->to : &out->from) = statement->account;
	add_owners(out, statement, after);
	add_sites(process->recording, out, vt__recording_statement(process->recording, number),
		  after);
}

int vt__between_make(const struct vt__process *process, const struct vt__two_marks *marks,
		     uint32_t device, struct vt__between *out)
{
	struct vt__statement *statement = malloc(sizeof(*statement));
	uint32_t numbers[2];

	*out = (struct vt__between){.device = device};
	out->owners = calloc(2 * VT__OWNERS_MOST, sizeof(*out->owners));
	out->sites = calloc(4 * VT_FORMAT_STATEMENT_LINES, sizeof(*out->sites));
	if (!statement || !out->owners || !out->sites) {
		free(statement);
		vt__between_release(out);
		return -ENOMEM;
	}
	if (find_both(process->recording, marks, device, numbers))
		for (int after = 0; after < 2; after++)
			add(process, numbers[after], after, statement, out);
	free(statement);
	qsort(out->owners, out->owner_count, sizeof(*out->owners), most_held_first);
	qsort(out->sites, out->site_count, sizeof(*out->sites), most_held_first);
	return 0;
}

void vt__between_release(struct vt__between *between)
{
	free(between->owners);
	free(between->sites);
	*between = (struct vt__between){.owners = NULL};
}

bool vt__between_is_there(const struct vt__process *process, const struct vt__two_marks *marks)
{
	for (uint32_t i = 0; i < process->device_count; i++) {
		uint32_t numbers[2];

		if (find_both(process->recording, marks, i, numbers))
			return true;
	}
	return false;
}

char *vt__marks_there(const struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;
	const char *between = "";
	char *words = NULL;
	size_t length;
	FILE *out = open_memstream(&words, &length);

	for (uint32_t i = 0; out && i < vt__recording_accounts(recording); i++) {
		const struct vt_format_account *account = vt__recording_account(recording, i);
		bool told = false;

		if (account->moment != VT_MOMENT_MARK)
			continue;
		for (uint32_t k = 0; k < i && !told; k++)
			told = vt__recording_account(recording, k)->moment == VT_MOMENT_MARK &&
			       vt__recording_account(recording, k)->label == account->label;
		if (told)
			continue;
		fputs(between, out);
		between = ", ";
		vt__print_raw(out, vt__recording_string(recording, account->label));
	}
	if (out && fclose(out) == 0)
		return words;
	free(words);
	return NULL;
}
