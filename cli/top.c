/* Looks at recordings of running processes again and again, and tells rates. */
#include "config.h"

#include "cli/top.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/top_names.h"
#include "reports/files.h"
#include "reports/findings/analysis.h"
#include "reports/findings/checkpoints.h"
#include "reports/findings/purposes.h"
#include "reports/text/units.h"

/* What a recording said at the last look, for rates. */
struct before {
	char *path;
	uint64_t time_ns;
	struct sample {
		uint64_t live, made, freed;
	} * devices, *sites;
	uint32_t device_count, site_count;
};

struct vt__top {
	struct vt__symbolizer *symbolizer; /* what was named stays named */
	struct vt__process *processes;     /* of this look */
	size_t process_count, unreadable, site_total;
	struct before *before;
	size_t before_count;
	struct vt__top_rows devices, sites;
};

/* ---- Making and releasing --------------------------------------------------------- */

struct vt__top *vt__top_new(void)
{
	struct vt__top *top = calloc(1, sizeof(*top));

	if (top)
		top->symbolizer = vt__symbolizer_new();
	if (!top || !top->symbolizer) {
		free(top);
		return NULL;
	}
	return top;
}

static void free_rows(struct vt__top_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		free(rows->rows[i].name);
		free(rows->rows[i].mark);
		free(rows->rows[i].purpose);
	}
	free(rows->rows);
	*rows = (struct vt__top_rows){.count = 0};
}

static void free_before(struct before *before)
{
	free(before->path);
	free(before->devices);
	free(before->sites);
}

static void forget(struct vt__top *top)
{
	for (size_t i = 0; i < top->process_count; i++)
		vt__process_release(&top->processes[i]);
	free(top->processes);
	top->processes = NULL;
	top->process_count = top->unreadable = top->site_total = 0;
	free_rows(&top->devices);
	free_rows(&top->sites);
}

void vt__top_free(struct vt__top *top)
{
	if (!top)
		return;
	forget(top);
	for (size_t i = 0; i < top->before_count; i++)
		free_before(&top->before[i]);
	free(top->before);
	vt__symbolizer_free(top->symbolizer);
	free(top);
}

const struct vt__top_rows *vt__top_processes(const struct vt__top *top)
{
	return &top->devices;
}

const struct vt__top_rows *vt__top_sites(const struct vt__top *top, size_t *all)
{
	*all = top->site_total;
	return &top->sites;
}

size_t vt__top_unreadable(const struct vt__top *top)
{
	return top->unreadable;
}

/* ---- Rates ------------------------------------------------------------------------ */

static uint64_t now(void)
{
	struct timespec time = {0, 0};

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static struct sample sample_of(const struct vt_format_total *total)
{
	return (struct sample){total->live_bytes, total->allocations, total->frees};
}

static double a_second(uint64_t after, uint64_t before, double seconds)
{
	return seconds > 0 ? ((double)after - (double)before) / seconds : 0;
}

static void set_rates(struct vt__top_row *row, const struct vt_format_total *total,
		      const struct sample *before, double seconds)
{
	row->live = total->live_bytes;
	row->count = total->live_count;
	row->peak = total->peak_bytes;
	if (!before)
		return;
	row->rate = a_second(total->live_bytes, before->live, seconds);
	row->calls = a_second(total->allocations, before->made, seconds);
	row->frees = a_second(total->frees, before->freed, seconds);
}

static const struct before *before_of(const struct vt__top *top, const struct vt__process *process)
{
	for (size_t i = 0; i < top->before_count; i++)
		if (strcmp(top->before[i].path, vt__recording_path(process->recording)) == 0)
			return &top->before[i];
	return NULL;
}

static int remember_one(const struct vt__process *process, struct before *out)
{
	const struct vt__recording *recording = process->recording;

	out->path = strdup(vt__recording_path(recording));
	out->time_ns = now();
	out->device_count = vt__recording_devices(recording);
	out->site_count = vt__recording_sites(recording);
	out->devices = calloc((size_t)out->device_count + 1, sizeof(*out->devices));
	out->sites = calloc((size_t)out->site_count + 1, sizeof(*out->sites));
	if (!out->path || !out->devices || !out->sites)
		return -ENOMEM;
	for (uint32_t i = 0; i < out->device_count; i++)
		out->devices[i] = sample_of(
			&vt__recording_device(recording, i)->buckets[VT_BUCKET_VRAM]);
	for (uint32_t i = 0; i < out->site_count; i++)
		out->sites[i] = sample_of(&vt__recording_site(recording, i)->total);
	return 0;
}

/* For the next look. */
static int remember(struct vt__top *top)
{
	struct before *fresh = calloc(top->process_count + 1, sizeof(*fresh));
	int error = fresh ? 0 : -ENOMEM;

	for (size_t i = 0; i < top->before_count; i++)
		free_before(&top->before[i]);
	free(top->before);
	top->before = fresh;
	top->before_count = 0;
	for (size_t i = 0; i < top->process_count && !error; i++) {
		error = remember_one(&top->processes[i], &fresh[i]);
		top->before_count++;
	}
	return error;
}

/* ---- Rows ------------------------------------------------------------------------- */

static struct vt__top_row *add_row(struct vt__top_rows *rows)
{
	struct vt__top_row *grown = rows->rows;

	if (!(rows->count & (rows->count + 1))) /* 0, 1, 3, 7, ... */
		grown = reallocarray(grown, 2 * rows->count + 2, sizeof(*grown));
	if (!grown)
		return NULL;
	rows->rows = grown;
	memset(&grown[rows->count], 0, sizeof(*grown));
	return &grown[rows->count++];
}

static char *last_mark(const struct vt__recording *recording)
{
	const struct vt_format_mark *last = NULL;
	char *name, *text = NULL;

	for (uint32_t i = 0; i < vt__recording_marks(recording); i++) {
		const struct vt_format_mark *mark = vt__recording_mark(recording, i);

		if (mark->count && (!last || mark->last_time_ns >= last->last_time_ns))
			last = mark;
	}
	if (!last)
		return NULL;
	name = vt__top_text(vt__raw_to_escape(vt__recording_string(recording, last->name)));
	if (name && asprintf(&text, "%s %llu", name, (unsigned long long)last->count) < 0)
		text = NULL;
	free(name);
	return text;
}

/* What is off the card is live on no device. */
static int mark_away(struct vt__top_row *row, bool is_away)
{
	char bytes[VT__UNIT_BYTES], *name;

	if (!is_away)
		return row->name ? 0 : -ENOMEM;
	if (!row->name || asprintf(&name, "[checkpointed: %s off the card] %s",
				   vt__bytes(row->live, bytes), row->name) < 0)
		return -ENOMEM;
	free(row->name);
	row->name = name;
	row->live = 0;
	return 0;
}

static int add_devices(struct vt__top *top, const struct vt__process *process)
{
	const struct before *before = before_of(top, process);
	const double seconds = before ? (double)(now() - before->time_ns) / 1e9 : 0;
	struct vt__checkpoints found;
	int error = vt__checkpoints_of(top->processes, top->process_count, process, &found);
	const bool is_away = found.is_away;

	vt__checkpoints_release(&found);
	for (uint32_t i = 0; !error && i < process->device_count; i++) {
		const struct vt_format_device *device = process->devices[i].record;
		const bool known = before && i < before->device_count;
		struct vt__top_row *row;

		if (device->ordinal < 0 && process->device_count > 1)
			continue; /* memory of the host; its call sites are told */
		row = add_row(&top->devices);
		if (!row)
			return -ENOMEM;
		row->pid = vt__recording_header(process->recording)->pid;
		row->device = device->ordinal;
		set_rates(row, &device->buckets[VT_BUCKET_VRAM], known ? &before->devices[i] : NULL,
			  seconds);
		row->mark = last_mark(process->recording);
		row->name = vt__top_program(process->recording);
		error = mark_away(row, is_away);
	}
	return error;
}

static int add_sites(struct vt__top *top, uint32_t number)
{
	const struct vt__process *process = &top->processes[number];
	const struct before *before = before_of(top, process);
	const double seconds = before ? (double)(now() - before->time_ns) / 1e9 : 0;

	for (uint32_t i = 0; i < vt__recording_sites(process->recording); i++) {
		const struct vt_format_site *site = vt__recording_site(process->recording, i);
		struct vt__top_row *row;

		if (vt__bucket_of(site->kind) == VT_BUCKET_HELD || !site->total.peak_bytes)
			continue;
		row = add_row(&top->sites);
		if (!row)
			return -ENOMEM;
		row->pid = vt__recording_header(process->recording)->pid;
		row->device = vt__recording_device(process->recording, site->device)->ordinal;
		row->process = number;
		row->site = i;
		row->kind = vt__kind_words[site->kind].json;
		set_rates(row, &site->total,
			  before && i < before->site_count ? &before->sites[i] : NULL, seconds);
	}
	return 0;
}

/* ---- Names ------------------------------------------------------------------------- */

static int name_site(struct vt__top *top, struct vt__top_row *row, struct vt__frames *frames)
{
	const struct vt__process *process = &top->processes[row->process];
	const struct vt_format_site *site = vt__recording_site(process->recording, row->site);
	const struct vt__part *parts;
	char *shown = NULL;
	size_t count;

	if (vt__stack_frames(process->stacks, site->stack, frames))
		return -ENOMEM;
	shown = vt__top_site(frames);
	row->name = vt__top_text(
		shown ? shown
		      : vt__raw_to_escape(vt__recording_string(process->recording, site->api)));
	free(shown);
	parts = vt__parts_of(process, row->site, &count);
	if (count && parts[0].purpose != VT_FORMAT_NONE)
		row->purpose = vt__top_text(vt__raw_to_escape(
			vt__recording_string(process->recording, parts[0].purpose)));
	return row->name ? 0 : -ENOMEM;
}

static double value_of(const struct vt__top_row *row, enum vt__top_key key)
{
	switch (key) {
	case VT__TOP_PEAK:
		return (double)row->peak;
	case VT__TOP_RATE:
		return row->rate;
	case VT__TOP_ALLOCATIONS:
		return row->calls;
	default:
		return (double)row->live;
	}
}

static int by_key(const void *left, const void *right, void *key)
{
	const struct vt__top_row *a = left, *b = right;
	const double one = value_of(a, *(enum vt__top_key *)key);
	const double other = value_of(b, *(enum vt__top_key *)key);

	if (one < other || one > other)
		return one < other ? 1 : -1;
	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return a->site < b->site ? -1 : a->site > b->site;
}

static void sort(struct vt__top_rows *rows, enum vt__top_key key)
{
	if (rows->count)
		qsort_r(rows->rows, rows->count, sizeof(*rows->rows), by_key, &key);
}

void vt__top_sort(struct vt__top *top, enum vt__top_key key)
{
	sort(&top->devices, key);
	sort(&top->sites, key);
}

/* ---- A look ------------------------------------------------------------------------- */

static int read_all(struct vt__top *top, const struct vt__recordings *recordings)
{
	top->processes = calloc(recordings->count + 1, sizeof(*top->processes));
	if (!top->processes)
		return -ENOMEM;
	for (size_t i = 0; i < recordings->count; i++) {
		char message[VT__MESSAGE_BYTES];
		struct vt__recording *recording;

		if (vt__recording_open(recordings->paths[i], &recording, message)) {
			top->unreadable++;
			continue;
		}
		if (vt__process_make(recording, top->symbolizer,
				     &top->processes[top->process_count]))
			return -ENOMEM;
		top->process_count++;
	}
	return 0;
}

int vt__top_look(struct vt__top *top, const struct vt__recordings *recordings, enum vt__top_key key)
{
	struct vt__frames frames = {.count = 0};
	int error;

	forget(top);
	error = read_all(top, recordings);
	for (uint32_t i = 0; i < top->process_count && !error; i++) {
		error = add_devices(top, &top->processes[i]);
		if (!error)
			error = add_sites(top, i);
	}
	vt__top_sort(top, key);
	top->site_total = top->sites.count;
	if (top->sites.count > VT__TOP_SITES)
		top->sites.count = VT__TOP_SITES; /* the others have no names to be freed */
	for (size_t i = 0; i < top->sites.count && !error; i++)
		error = name_site(top, &top->sites.rows[i], &frames);
	vt__frames_release(&frames);
	return error ? error : remember(top);
}
