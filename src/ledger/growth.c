/*
 * Counts marks and enters what sites held at them.
 */
#include "config.h"

#include "ledger/growth.h"

#include <string.h>

#include "ledger/private.h"
#include "recording/kinds.h"

void vt__growth_open(struct vt__growth *growth, const struct vt__followed *followed,
		     uint64_t now_ns)
{
	growth->marker = followed->marker;
	growth->period_ns = followed->period_ns;
	growth->due_ns = followed->period_ns ? now_ns + followed->period_ns : UINT64_MAX;
	vt__label_read(followed->name, &growth->name);
	growth->calls.wanted = followed->marker == VT_MARKER_CALL;
}

/* ---- Histories -------------------------------------------------------------- */

static uint64_t lower(uint64_t left, uint64_t right)
{
	return left < right ? left : right;
}

/* Bytes of objects are few and not exact, if they are known at all: these are counted. */
static bool is_counted(const struct vt_format_site *site)
{
	return vt__bucket_of(site->kind) == VT_BUCKET_HELD;
}

/* Pairs of windows become one. */
static void fold(struct vt_format_growth *history)
{
	uint32_t i;

	for (i = 0; i < VT_FORMAT_WINDOWS / 2; i++) {
		history->bytes[i] = lower(history->bytes[2 * i], history->bytes[2 * i + 1]);
		history->counts[i] = (uint32_t)lower(history->counts[2 * i],
						     history->counts[2 * i + 1]);
	}
	for (; i < VT_FORMAT_WINDOWS; i++) {
		history->bytes[i] = VT_FORMAT_WINDOW_EMPTY;
		history->counts[i] = UINT32_MAX;
	}
	history->stride_log2++;
}

/* What was held at marks. */
struct held {
	uint64_t bytes;
	uint32_t count;
	bool is_counted;
};

static int compare(const struct held *held, uint64_t bytes, uint32_t count)
{
	const uint64_t now = held->is_counted ? held->count : held->bytes;
	const uint64_t before = held->is_counted ? count : bytes;

	return (now > before) - (now < before);
}

/* The same was held at the marks `from` to `to`. */
static void extend(struct vt_format_growth *history, uint32_t from, uint32_t to,
		   const struct held *held)
{
	const int change = compare(held, history->last_bytes, history->last_count);
	uint32_t i;

	while ((to - 1) >> history->stride_log2 >= VT_FORMAT_WINDOWS)
		fold(history);
	for (i = (from - 1) >> history->stride_log2; i <= (to - 1) >> history->stride_log2; i++) {
		history->bytes[i] = lower(history->bytes[i], held->bytes);
		history->counts[i] = (uint32_t)lower(history->counts[i], held->count);
	}
	history->rises += change > 0;
	history->falls += change < 0;
	history->last_bytes = held->bytes;
	history->last_count = held->count;
}

/* With what the site held so far; NULL, and a loss, if it cannot be kept. */
static struct vt_format_growth *make_history(struct vt__growth *growth,
					     struct vt__recording *recording, uint32_t number,
					     struct vt_format_site *site)
{
	const struct held held = {site->mark_bytes, site->mark_count, is_counted(site)};
	struct vt_format_growth *history;
	uint32_t record = growth->histories < VT__HISTORIES_MOST
				  ? vt__recording_reserve(recording, VT_FORMAT_GROWTH, 1)
				  : VT_FORMAT_NONE;

	if (record == VT_FORMAT_NONE) {
		vt__recording_lose(recording, VT_LOSS_MARKS);
		site->growth_plus_1 = VT_FORMAT_NONE;
		return NULL;
	}
	history = vt__recording_at(recording, VT_FORMAT_GROWTH, record);
	history->site = number;
	history->first_mark = site->mark_first;
	history->first_bytes = history->last_bytes = site->mark_bytes;
	history->last_count = site->mark_count;
	memset(history->bytes, 0xff, sizeof(history->bytes));
	memset(history->counts, 0xff, sizeof(history->counts));
	extend(history, site->mark_first, site->mark, &held);
	vt__recording_commit(recording, VT_FORMAT_GROWTH, 1);
	growth->histories++;
	site->growth_plus_1 = record + 1;
	return history;
}

/* A site without a history: as long as it holds the same or less it needs none. */
static bool needs_history(struct vt_format_site *site, const struct held *held)
{
	const int change = compare(held, site->mark_bytes, site->mark_count);

	if (!held->count) {
		site->mark_first = 0;
		return false;
	}
	if (!site->mark_first || change < 0) {
		site->mark_first = site->mark + 1;
		site->mark_bytes = held->bytes;
		site->mark_count = held->count;
		return false;
	}
	return change > 0;
}

void vt__growth_enter(struct vt__growth *growth, struct vt__store *store, uint32_t number,
		      struct vt_format_site *site)
{
	const struct held held = {site->total.live_bytes,
				  (uint32_t)lower(site->total.live_count, UINT32_MAX - 1),
				  is_counted(site)};
	struct vt_format_growth *history = NULL;

	if (!site->growth_plus_1 && needs_history(site, &held))
		history = make_history(growth, &store->recording, number, site);
	else if (site->growth_plus_1 && site->growth_plus_1 != VT_FORMAT_NONE)
		history = vt__store_at(store, VT_FORMAT_GROWTH, site->growth_plus_1 - 1);
	if (history)
		extend(history, site->mark + 1, growth->mark, &held);
	site->mark = growth->mark;
}

/* ---- Marks ------------------------------------------------------------------ */

static bool is_followed(const struct vt__growth *growth, enum vt_marker marker,
			const struct vt__label *name)
{
	return !growth->follows && marker == growth->marker &&
	       (!growth->name.length || (growth->name.length == name->length &&
					 !memcmp(growth->name.text, name->text, name->length)));
}

/* The number of its record, VT_FORMAT_NONE if it could not be kept. */
static uint32_t make_series(struct vt__growth *growth, struct vt__store *store,
			    struct vt__strings *strings, enum vt_marker marker,
			    const struct vt__label *name)
{
	struct vt__recording *recording = &store->recording;
	struct vt_format_mark *series;
	uint32_t number, text;

	if (growth->series >= VT__SERIES_MOST && !is_followed(growth, marker, name))
		return VT_FORMAT_NONE;
	text = vt__strings_of_text(strings, store, name->text);
	number = text == VT_FORMAT_NONE ? text
					: vt__recording_reserve(recording, VT_FORMAT_MARK, 1);
	if (number == VT_FORMAT_NONE)
		return number;
	series = vt__recording_at(recording, VT_FORMAT_MARK, number);
	series->name = text;
	series->marker = marker;
	series->followed = is_followed(growth, marker, name);
	vt__recording_commit(recording, VT_FORMAT_MARK, 1);
	growth->follows |= series->followed != 0;
	growth->series++;
	return number;
}

static uint32_t find_series(struct vt__growth *growth, struct vt__store *store,
			    struct vt__strings *strings, enum vt_marker marker,
			    const struct vt__label *name)
{
	uint32_t text = vt__strings_find(strings, name->text, name->length, name->hash);
	uint32_t i;

	for (i = 0; text != VT_FORMAT_NONE && i < growth->series; i++) {
		const struct vt_format_mark *series = vt__store_at(store, VT_FORMAT_MARK, i);

		if (series->name == text && series->marker == (uint32_t)marker)
			return i;
	}
	return make_series(growth, store, strings, marker, name);
}

void vt__growth_mark(struct vt__growth *growth, struct vt__store *store,
		     struct vt__strings *strings, enum vt_marker marker,
		     const struct vt__label *name, uint64_t now_ns)
{
	const uint32_t number = find_series(growth, store, strings, marker, name);
	struct vt_format_mark *series = number == VT_FORMAT_NONE
						? NULL
						: vt__store_at(store, VT_FORMAT_MARK, number);

	/* The number of the last is what nothing can be told of. */
	if (!series || (series->followed && growth->mark == UINT32_MAX - 1)) {
		vt__recording_lose(&store->recording, VT_LOSS_MARKS);
		return;
	}
	if (!series->count++)
		series->first_time_ns = now_ns;
	series->last_time_ns = now_ns;
	growth->mark += series->followed;
	if (series->followed)
		__atomic_store_n(&growth->rest_due, true, __ATOMIC_RELAXED);
	vt__mark_times_enter(&growth->times[number], store, number, series->count, now_ns);
}

void vt__growth_begin(struct vt__growth *growth, struct vt__store *store,
		      struct vt__strings *strings)
{
	if (growth->name.length &&
	    make_series(growth, store, strings, growth->marker, &growth->name) == VT_FORMAT_NONE)
		vt__recording_lose(&store->recording, VT_LOSS_MARKS);
}

void vt__growth_tick(struct vt__growth *growth, struct vt__store *store,
		     struct vt__strings *strings, uint64_t now_ns)
{
	growth->due_ns = now_ns + growth->period_ns;
	vt__growth_mark(growth, store, strings, VT_MARKER_TIMER, &growth->name, now_ns);
}
