/*
 * Finds growth in a process's histories.
 */
#include "config.h"

#include "reports/findings/growth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/findings/caches.h"
#include "reports/findings/charged.h"

static const struct {
	const char *name, *words;
} markers[VT_MARKER_COUNT] = {
#define VT_MARKER(id, json, text) [VT_MARKER_##id] = {json, text},
	VT_MARKERS(VT_MARKER)
#undef VT_MARKER
};

const char *vt__marker_name(uint32_t marker)
{
	return marker < VT_MARKER_COUNT ? markers[marker].name : NULL;
}

const char *vt__marker_words(uint32_t marker)
{
	return marker < VT_MARKER_COUNT ? markers[marker].words : NULL;
}

const struct vt_format_mark *vt__followed_marks(const struct vt__recording *recording)
{
	const uint32_t count = vt__recording_marks(recording);

	for (uint32_t i = 0; i < count; i++) {
		const struct vt_format_mark *mark = vt__recording_mark(recording, i);

		if (mark->followed)
			return mark;
	}
	return NULL;
}

const char *vt__growth_obstacle(const struct vt_format_mark *followed)
{
	if (!followed->count)
		return "not told: no such mark was seen";
	if (followed->count < VT__GROWTH_MARKS_LEAST)
		return "not told: too few marks";
	return NULL;
}

/* ---- Levels ----------------------------------------------------------------- */

/* Windows by number, before those that no mark is in are left out. */
struct windows {
	uint64_t bytes[VT_FORMAT_WINDOWS];
	uint32_t counts[VT_FORMAT_WINDOWS];
};

static void lower(struct windows *windows, uint32_t i, uint64_t bytes, uint64_t count)
{
	if (bytes < windows->bytes[i])
		windows->bytes[i] = bytes;
	if (count < windows->counts[i])
		windows->counts[i] = (uint32_t)count;
}

/* A site has not changed since the last mark that its history knows. */
static void add_later_marks(const struct vt_format_site *site, uint32_t marks, uint32_t log2,
			    struct windows *windows)
{
	if (site->mark >= marks)
		return;
	for (uint32_t i = site->mark >> log2; i <= (marks - 1) >> log2; i++)
		lower(windows, i, site->total.live_bytes, site->total.live_count);
}

void vt__growth_levels(const struct vt_format_growth *history, const struct vt_format_site *site,
		       uint32_t marks, struct vt__levels *out)
{
	uint32_t log2 = history->stride_log2;
	struct windows windows;

	memset(&windows, 0xff, sizeof(windows));
	memset(out, 0, sizeof(*out));
	out->is_counted = vt__bucket_of(site->kind) == VT_BUCKET_HELD;
	if (!marks)
		return;
	while ((marks - 1) >> log2 >= VT_FORMAT_WINDOWS)
		log2++;
	for (uint32_t i = 0; i < VT_FORMAT_WINDOWS; i++)
		if (history->bytes[i] != VT_FORMAT_WINDOW_EMPTY)
			lower(&windows, i >> (log2 - history->stride_log2), history->bytes[i],
			      history->counts[i]);
	add_later_marks(site, marks, log2, &windows);
	for (uint32_t i = 0; i < VT_FORMAT_WINDOWS; i++) {
		const uint64_t first = ((uint64_t)i << log2) + 1;

		if (windows.bytes[i] == VT_FORMAT_WINDOW_EMPTY || first > marks)
			continue;
		out->marks[out->count] = first < history->first_mark && !out->count
						 ? history->first_mark
						 : (uint32_t)first;
		out->bytes[out->count] = windows.bytes[i];
		out->allocations[out->count++] = windows.counts[i];
	}
	out->last_mark = marks;
}

/* ---- Findings --------------------------------------------------------------- */

static void add_row(struct vt__process *process, const struct vt_format_site *site,
		    const struct vt__growth *growth)
{
	const uint64_t more = growth->last_count > growth->first_count
				      ? growth->last_count - growth->first_count
				      : 1;

	process->findings[process->finding_count++] = (struct vt__finding_row){
		.finding_class = VT__CLASS_GROWTH,
		.sum = {growth->last_bytes > growth->first_bytes
				? growth->last_bytes - growth->first_bytes
				: 0,
			more},
		.kind = site->kind,
		.device = site->device < process->device_count ? site->device : VT_FORMAT_NONE,
		.stack = site->stack,
		.api = vt__recording_string(process->recording, site->api),
		.growth = growth,
	};
}

/* What the process owns, and objects. */
static bool is_judged(uint32_t kind)
{
	return kind < VT_KIND_COUNT && (vt__bucket_words[vt__bucket_of(kind)].owned ||
					vt__bucket_of(kind) == VT_BUCKET_HELD);
}

/* Returns whether it grows. */
static bool judge(const struct vt__process *process, const struct vt_format_growth *history,
		  const struct vt_format_mark *followed, struct vt__growth *out)
{
	const struct vt_format_site *site = vt__recording_site(process->recording, history->site);
	struct vt__levels levels;

	if (!site || !is_judged(site->kind))
		return false;
	vt__growth_levels(history, site, (uint32_t)followed->count, &levels);
	if (!vt__growth_judge(&levels, out))
		return false;
	out->rises = history->rises;
	out->falls = history->falls;
	if (site->mark < followed->count) {
		const uint64_t now = out->is_counted ? site->total.live_count
						     : site->total.live_bytes;
		const uint64_t before = out->is_counted ? history->last_count : history->last_bytes;

		out->rises += now > before;
		out->falls += now < before;
	}
	if (out->is_counted && !out->bytes_per_mark && site->total.live_count)
		out->bytes_per_mark = out->per_mark * (double)vt__charged_bytes(process, site) /
				      (double)site->total.live_count;
	out->mark = followed;
	return true;
}

/* Where blocks of a cache grow, its segments grow for them, and are not told. */
int vt__add_growth(struct vt__process *process)
{
	const struct vt__recording *recording = process->recording;
	const struct vt_format_mark *followed = vt__followed_marks(recording);
	const uint32_t count = vt__recording_growths(recording);
	bool *tells;
	uint32_t found = 0;

	if (!followed || vt__growth_obstacle(followed) || !count)
		return 0;
	process->growth = calloc(count, sizeof(*process->growth));
	tells = calloc(process->device_count + 1, sizeof(*tells));
	if (!process->growth || !tells) {
		free(tells);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < 2 * count; i++) {
		const struct vt_format_growth *history = vt__recording_growth(recording, i % count);
		const struct vt_format_site *site = vt__recording_site(recording, history->site);

		/* blocks first */
		if (!site || (site->kind == VT_KIND_BLOCK) != (i < count) ||
		    (tells[site->device] && vt__site_is_cached(process, history->site)) ||
		    !judge(process, history, followed, &process->growth[found]))
			continue;
		tells[site->device] |= site->kind == VT_KIND_BLOCK;
		add_row(process, site, &process->growth[found]);
		found++;
	}
	free(tells);
	return 0;
}

/* ---- What cannot be told ------------------------------------------------------ */

const struct vt__process *vt__growth_unmarked(const struct vt__analysis *analysis)
{
	const struct vt__process *asked = NULL;

	for (size_t i = 0; i < analysis->process_count; i++) {
		const struct vt__process *process = &analysis->processes[i];
		const struct vt_format_mark *followed = vt__followed_marks(process->recording);

		if (followed && followed->count)
			return NULL;
		if (followed && followed->marker != VT_MARKER_TIMER && !asked)
			asked = process;
	}
	return asked;
}

bool vt__growth_is_untold(const struct vt__analysis *analysis)
{
	bool any = false;

	for (size_t i = 0; i < analysis->process_count; i++) {
		const struct vt_format_mark *followed = vt__followed_marks(
			analysis->processes[i].recording);

		if (followed && !vt__growth_obstacle(followed))
			return false;
		any |= followed != NULL;
	}
	return any;
}

size_t vt__growth_unkept(const struct vt__process *process)
{
	size_t count = 0;

	for (uint32_t i = 0; i < vt__recording_sites(process->recording); i++) {
		const struct vt_format_site *site = vt__recording_site(process->recording, i);

		count += site->growth_plus_1 == VT_FORMAT_NONE && is_judged(site->kind);
	}
	return count;
}
