/*
 * Compares what is live in two recordings of one process.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "reports/findings/analysis.h"
#include "reports/compare/verify.h"

struct live_list {
	struct vt__verify_live *rows; /* the bytes of a row are bytes[0] */
	size_t count;
};

/* Kind, device and address: what makes two records one allocation. */
static int by_identity(const struct vt__verify_live *a, const struct vt__verify_live *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->ordinal != b->ordinal)
		return a->ordinal < b->ordinal ? -1 : 1;
	return a->address < b->address ? -1 : a->address > b->address;
}

static int by_identity_and_bytes(const void *left, const void *right)
{
	const struct vt__verify_live *a = left, *b = right;
	const int order = by_identity(a, b);

	return order ? order : a->bytes[0] < b->bytes[0] ? -1 : a->bytes[0] > b->bytes[0];
}

static int list_live(const struct vt__recording *recording, struct live_list *list)
{
	const uint32_t count = recording ? vt__recording_allocations(recording) : 0;

	list->count = 0;
	list->rows = calloc((size_t)count + 1, sizeof(*list->rows));
	if (!list->rows)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_allocation *record = vt__recording_allocation(recording, i);
		const struct vt_format_site *site = vt__recording_site(recording, record->site);
		const struct vt_format_device *device;

		if (record->state != VT_ALLOCATION_LIVE || !site ||
		    !vt__verify_compares(site->kind))
			continue;
		device = vt__recording_device(recording, site->device);
		list->rows[list->count++] = (struct vt__verify_live){
			.kind = site->kind,
			.ordinal = device ? device->ordinal : -1,
			.address = record->address,
			.bytes = {record->bytes},
			.api = vt__recording_string(recording, site->api),
		};
	}
	qsort(list->rows, list->count, sizeof(*list->rows), by_identity_and_bytes);
	return 0;
}

static const struct vt_format_account *find_account(const struct vt__recording *recording,
						    int32_t ordinal)
{
	const uint32_t count = recording ? vt__recording_accounts(recording) : 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_account *account = vt__recording_account(recording, i);
		const struct vt_format_device *device = vt__recording_device(recording,
									     account->device);

		if (account->moment == VT_MOMENT_END && device && device->ordinal == ordinal)
			return account;
	}
	return NULL;
}

const struct vt_format_account *vt__verify_at_exit(const struct vt__comparison *comparison,
						   int side, int32_t ordinal)
{
	return find_account(comparison->side[!side], ordinal)
		       ? find_account(comparison->side[side], ordinal)
		       : NULL;
}

/* Whether both had the same live when exit() began: what they do not share went later. */
static bool went_at_exit(const struct vt__comparison *comparison, const struct vt__verify_live *row)
{
	const struct vt_format_account *a = vt__verify_at_exit(comparison, 0, row->ordinal);
	const struct vt_format_account *b = vt__verify_at_exit(comparison, 1, row->ordinal);

	return a && b && a->kind_count[row->kind] == b->kind_count[row->kind] &&
	       a->kind_bytes[row->kind] == b->kind_bytes[row->kind];
}

/* Enters a row that only one side has, or both with other bytes. */
static void add_difference(struct vt__comparison *comparison, const struct vt__verify_live *one,
			   const struct vt__verify_live *two)
{
	struct vt__verify_live *row = &comparison->live[comparison->live_count];

	if ((!one || !two) && went_at_exit(comparison, one ? one : two))
		return;
	comparison->live_count++;
	*row = one ? *one : *two;
	row->bytes[0] = one ? one->bytes[0] : VT_FORMAT_UNKNOWN;
	row->bytes[1] = two ? two->bytes[0] : VT_FORMAT_UNKNOWN;
	comparison->differences++;
}

static void merge(struct vt__comparison *comparison, const struct live_list *a,
		  const struct live_list *b)
{
	size_t i = 0, k = 0;

	while (i < a->count || k < b->count) {
		const struct vt__verify_live *one = i < a->count ? &a->rows[i] : NULL;
		const struct vt__verify_live *two = k < b->count ? &b->rows[k] : NULL;
		const int order = !two ? -1 : !one ? 1 : by_identity(one, two);

		if (order < 0)
			add_difference(comparison, one, NULL);
		else if (order > 0)
			add_difference(comparison, NULL, two);
		else if (one->bytes[0] != two->bytes[0])
			add_difference(comparison, one, two);
		i += order <= 0;
		k += order >= 0;
	}
}

int vt__verify_live(struct vt__comparison *comparison)
{
	struct live_list a = {0}, b = {0};
	int error = list_live(comparison->side[0], &a);

	if (!error)
		error = list_live(comparison->side[1], &b);
	if (!error) {
		comparison->live = calloc(a.count + b.count + 1, sizeof(*comparison->live));
		error = comparison->live ? 0 : -ENOMEM;
	}
	if (!error)
		merge(comparison, &a, &b);
	free(a.rows);
	free(b.rows);
	return error;
}
