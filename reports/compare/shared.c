/*
 * Findings that several processes have, by identity: a report for people shows each once.
 */
#include "config.h"

#include "reports/compare/shared.h"

#include <errno.h>
#include <stdlib.h>

#include "reports/text/hash.h"
#include "reports/findings/identity.h"

/* All findings of one identity. */
struct group {
	UT_hash_handle hh;
	uint8_t identity[VT__IDENTITY_BYTES];
	struct vt__shared_row shared;
	const struct vt__process *last; /* that had it */
	size_t rows;
};

struct grouping {
	struct vt__identities *identities;
	struct group *groups;
	struct group **of_row; /* of each finding, in the order of the processes */
	size_t row_count;
};

static int32_t ordinal_of(const struct vt__process *process, uint32_t device)
{
	return device < process->device_count ? process->devices[device].record->ordinal : -1;
}

static struct group *find_group(struct grouping *grouping,
				const uint8_t identity[VT__IDENTITY_BYTES],
				const struct vt__process *process,
				const struct vt__finding_row *row)
{
	struct group *group;

	HASH_FIND(hh, grouping->groups, identity, VT__IDENTITY_BYTES, group);
	if (group)
		return group;
	group = calloc(1, sizeof(*group));
	if (!group)
		return NULL;
	memcpy(group->identity, identity, VT__IDENTITY_BYTES);
	HASH_ADD(hh, grouping->groups, identity, VT__IDENTITY_BYTES, group);
	if (!group->hh.tbl) {
		free(group);
		return NULL;
	}
	group->shared.process = process;
	group->shared.row = *row;
	group->shared.row.sum = (struct vt__sum){0};
	return group;
}

/* Bytes of what happened are those of one time: of the largest. */
static void add_sum(struct vt__sum *sum, const struct vt__finding_row *row)
{
	if (!row->record)
		sum->bytes += row->sum.bytes;
	else if (row->sum.bytes > sum->bytes)
		sum->bytes = row->sum.bytes;
	sum->count += row->sum.count;
}

static void add_row(struct group *group, const struct vt__process *process,
		    const struct vt__finding_row *row)
{
	struct vt__shared_row *shared = &group->shared;

	group->rows++;
	add_sum(&shared->row.sum, row);
	if (group->last != process)
		shared->processes++;
	group->last = process;
	if (ordinal_of(process, row->device) != ordinal_of(shared->process, shared->row.device))
		shared->row.device = VT_FORMAT_NONE;
}

static int add_process(struct grouping *grouping, const struct vt__process *process)
{
	int error = 0;

	vt__identities_go_on(grouping->identities, process);
	for (size_t i = 0; i < process->finding_count && !error; i++) {
		uint8_t identity[VT__IDENTITY_BYTES];
		struct group *group;

		error = vt__identity_of(grouping->identities, &process->findings[i], identity);
		if (error)
			break;
		group = find_group(grouping, identity, process, &process->findings[i]);
		if (group)
			add_row(group, process, &process->findings[i]);
		else
			error = -ENOMEM;
		grouping->of_row[grouping->row_count++] = group;
	}
	return error;
}

static int by_class_and_size(const void *left, const void *right)
{
	const struct vt__shared_row *a = left, *b = right;

	if (a->row.finding_class != b->row.finding_class)
		return a->row.finding_class < b->row.finding_class ? -1 : 1;
	if (a->row.sum.bytes != b->row.sum.bytes)
		return a->row.sum.bytes > b->row.sum.bytes ? -1 : 1;
	return (a->row.sum.count < b->row.sum.count) - (a->row.sum.count > b->row.sum.count);
}

static int keep_shared(const struct grouping *grouping, struct vt__shared *out)
{
	struct group *group, *next;

	out->rows = calloc(HASH_COUNT(grouping->groups) + 1u, sizeof(*out->rows));
	if (!out->rows)
		return -ENOMEM;
	HASH_ITER(hh, grouping->groups, group, next) {
		if (group->shared.processes < 2)
			continue;
		out->rows[out->count++] = group->shared;
		out->repeats[group->shared.row.finding_class] += group->rows - 1;
	}
	qsort(out->rows, out->count, sizeof(*out->rows), by_class_and_size);
	return 0;
}

static void mark_rows(const struct vt__analysis *analysis, const struct grouping *grouping)
{
	size_t at = 0;

	for (size_t i = 0; i < analysis->process_count; i++)
		for (size_t row = 0; row < analysis->processes[i].finding_count; row++)
			analysis->processes[i].findings[row].shared =
				grouping->of_row[at++]->shared.processes > 1;
}

int vt__shared_find(const struct vt__analysis *analysis, struct vt__shared *out)
{
	struct grouping grouping = {.groups = NULL};
	struct group *group, *next;
	size_t rows = 0;
	int error = 0;

	*out = (struct vt__shared){.count = 0};
	if (analysis->process_count < 2)
		return 0;
	for (size_t i = 0; i < analysis->process_count; i++)
		rows += analysis->processes[i].finding_count;
	grouping.of_row = calloc(rows + 1, sizeof(*grouping.of_row));
	grouping.identities = vt__identities_new(NULL, VT__IDENTITY_NOW);
	if (!grouping.of_row || !grouping.identities)
		error = -ENOMEM;
	for (size_t i = 0; i < analysis->process_count && !error; i++)
		error = add_process(&grouping, &analysis->processes[i]);
	if (!error)
		error = keep_shared(&grouping, out);
	if (!error)
		mark_rows(analysis, &grouping);
	HASH_ITER(hh, grouping.groups, group, next) {
		HASH_DEL(grouping.groups, group);
		free(group);
	}
	vt__identities_free(grouping.identities);
	free(grouping.of_row);
	return error;
}

void vt__shared_free(struct vt__shared *shared)
{
	free(shared->rows);
	*shared = (struct vt__shared){.count = 0};
}
