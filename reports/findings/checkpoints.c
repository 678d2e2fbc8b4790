/*
 * Joins calls that checkpoint and restore processes over all recordings.
 */
#include "config.h"

#include "reports/findings/checkpoints.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/device_files.h"

struct event {
	const struct vt__process *by;
	const struct vt_format_checkpoint *record;
};

const char *vt__away_name(enum vt__away_how how)
{
	static const char *const names[] = {
#define VT__AWAY(id, json) json,
		VT__AWAYS(VT__AWAY)
#undef VT__AWAY
	};

	return names[how];
}

/* ---- What was called ------------------------------------------------------------- */

static bool is_about(const struct vt_format_checkpoint *record, const struct vt_format_header *by,
		     const struct vt_format_header *of)
{
	return record->what != VT_CHECKPOINT_NONE && record->pid == of->pid &&
	       memcmp(by->boot_id, of->boot_id, sizeof(of->boot_id)) == 0 &&
	       (!record->start_ticks || !of->process_start_ticks ||
		record->start_ticks == of->process_start_ticks) &&
	       record->time_ns >= of->start_monotonic_ns &&
	       (!of->end_monotonic_ns || record->time_ns <= of->end_monotonic_ns);
}

/* How many there are; entered as far as `events` is given. */
static size_t find(const struct vt__process *all, size_t count, const struct vt__process *of,
		   struct event *events)
{
	const struct vt_format_header *target = vt__recording_header(of->recording);
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		const struct vt__recording *recording = all[i].recording;

		for (uint32_t k = 0; k < vt__recording_checkpoints(recording); k++) {
			const struct vt_format_checkpoint *record = vt__recording_checkpoint(
				recording, k);

			if (!is_about(record, vt__recording_header(recording), target))
				continue;
			if (events)
				events[found] = (struct event){&all[i], record};
			found++;
		}
	}
	return found;
}

static int by_time(const void *left, const void *right)
{
	const struct event *a = left, *b = right;

	if (a->record->time_ns != b->record->time_ns)
		return a->record->time_ns < b->record->time_ns ? -1 : 1;
	return a->record < b->record ? -1 : a->record > b->record;
}

/* The row that is open still; NULL: the memory is on the card. */
static struct vt__away *open_row(struct vt__checkpoints *out)
{
	return out->count && !out->rows[out->count - 1].to_ns ? &out->rows[out->count - 1] : NULL;
}

static struct vt__away *add_row(struct vt__checkpoints *out, enum vt__away_how how)
{
	struct vt__away *row = &out->rows[out->count++];

	*row = (struct vt__away){
		.how = how, .bytes = VT_FORMAT_UNKNOWN, .times = 1, .stack = VT_FORMAT_NONE};
	return row;
}

static void take(struct vt__checkpoints *out, const struct event *event)
{
	const struct vt_format_checkpoint *record = event->record;
	struct vt__away *row = open_row(out);

	if (record->what == VT_CHECKPOINT_BACK) {
		if (!row) /* who took it away was not seen */
			row = add_row(out, VT__AWAY_CALL);
		row->to_ns = record->time_ns ? record->time_ns : 1;
		return;
	}
	if (row) /* known already */
		return;
	row = add_row(out, record->what == VT_CHECKPOINT_FOUND ? VT__AWAY_FOUND : VT__AWAY_CALL);
	row->bytes = record->bytes;
	if (row->how == VT__AWAY_FOUND)
		return;
	row->from_ns = record->time_ns;
	row->times = record->count;
	row->by = event->by;
	row->stack = record->stack;
}

/* ---- What runs ------------------------------------------------------------------- */

/* A driver has its devices open all the time, of whatever kind of machine; a checkpoint closes
 * them. False where that cannot be seen. */
static bool has_closed_devices(uint32_t pid)
{
	char path[64], target[256];
	const struct dirent *entry;
	bool closed = true, any = false;
	ssize_t length;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%u/fd", pid);
	folder = vt__has_device_files() ? opendir(path) : NULL;
	if (!folder)
		return false;
	while (closed && (entry = readdir(folder))) {
		length = readlinkat(dirfd(folder), entry->d_name, target, sizeof(target) - 1);
		target[length > 0 ? length : 0] = '\0';
		any |= length > 0;
		closed = !vt__is_device_file(target);
	}
	closedir(folder);
	return closed && any;
}

static uint64_t live_bytes(const struct vt__process *process)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < process->device_count; i++)
		bytes += vt__live_of(&process->devices[i], VT_BUCKET_VRAM).bytes;
	return bytes;
}

/* The name of a process in another namespace of processes would be another's. */
static bool is_seen_away(const struct vt__process *process)
{
	const struct vt_format_header *header = vt__recording_header(process->recording);

	return vt__recording_state(process->recording) == VT__PROCESS_RUNNING &&
	       !header->simulated && live_bytes(process) && has_closed_devices(header->pid);
}

int vt__checkpoints_of(const struct vt__process *all, size_t count, const struct vt__process *of,
		       struct vt__checkpoints *out)
{
	const size_t found = find(all, count, of, NULL);
	struct event *events = calloc(found + 1, sizeof(*events));

	*out = (struct vt__checkpoints){.rows = calloc(found + 1, sizeof(*out->rows))};
	if (!events || !out->rows) {
		free(events);
		vt__checkpoints_release(out);
		return -ENOMEM;
	}
	find(all, count, of, events);
	qsort(events, found, sizeof(*events), by_time);
	for (size_t i = 0; i < found; i++)
		take(out, &events[i]);
	if (!open_row(out) && is_seen_away(of))
		add_row(out, VT__AWAY_SEEN);
	for (size_t i = 0; i < out->count; i++)
		out->times += out->rows[i].times;
	out->is_away = open_row(out) != NULL;
	out->bytes = out->is_away ? live_bytes(of) : 0;
	free(events);
	return 0;
}

void vt__checkpoints_release(struct vt__checkpoints *checkpoints)
{
	free(checkpoints->rows);
	*checkpoints = (struct vt__checkpoints){.rows = NULL};
}
