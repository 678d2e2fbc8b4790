/*
 * Marks in the ledger: what is counted, and the histories of sites, compared
 * with ones made from every mark.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/growth.h"
#include "tests/ledger_fixture.h"

static struct fixture fixture;
static struct view view;

static int set_up(void **state)
{
	(void)state;
	fixture_open(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_close(&fixture);
	return 0;
}

static void mark(const char *name)
{
	vt__ledger_mark(fixture.ledger, VT_MARKER_PROGRAM, name);
}

static void look(void)
{
	view_open(&view, vt__ledger_path(fixture.ledger));
}

static const struct vt_format_mark *series(unsigned number)
{
	return view_at(&view, VT_FORMAT_MARK, number);
}

static void a_mark_makes_no_recording(void **state)
{
	(void)state;
	mark("step");
	assert_int_equal(fixture_files(&fixture), 0);
	fixture_enter(&fixture, 0x1000, 64, 1);
	look();
	assert_int_equal(view_count(&view, VT_FORMAT_MARK), 0);
	view_close(&view);
}

static void marks_are_counted_by_name_and_the_first_is_followed(void **state)
{
	(void)state;
	fixture_enter(&fixture, 0x1000, 64, 1);
	mark(NULL);
	mark("epoch");
	mark("");
	mark("step");
	vt__ledger_mark(fixture.ledger, VT_MARKER_NVTX, "step");
	look();
	assert_int_equal(view_count(&view, VT_FORMAT_MARK), 3);
	assert_string_equal(view_string(&view, series(0)->name), "step");
	assert_int_equal(series(0)->count, 3);
	assert_int_equal(series(0)->followed, 1);
	assert_true(series(0)->first_time_ns &&
		    series(0)->first_time_ns <= series(0)->last_time_ns);
	assert_string_equal(view_string(&view, series(1)->name), "epoch");
	assert_int_equal(series(1)->followed, 0);
	assert_int_equal(series(2)->marker, VT_MARKER_NVTX);
	assert_int_equal(series(2)->count, 1);
	view_close(&view);
}

static void reopen(struct vt__followed followed)
{
	fixture.identity.followed = followed;
	assert_int_equal(vt__ledger_open(&fixture.identity, &fixture.ledger), 0);
}

static void a_name_that_is_asked_for_is_there_from_the_start(void **state)
{
	(void)state;
	reopen((struct vt__followed){.marker = VT_MARKER_NVTX, .name = "batch"});
	fixture_enter(&fixture, 0x1000, 64, 1);
	mark("step");
	mark("batch"); /* not by NVTX */
	vt__ledger_mark(fixture.ledger, VT_MARKER_NVTX, "batch");
	look();
	assert_int_equal(view_count(&view, VT_FORMAT_MARK), 3);
	assert_string_equal(view_string(&view, series(0)->name), "batch");
	assert_int_equal(series(0)->followed, 1);
	assert_int_equal(series(0)->count, 1);
	assert_int_equal(series(1)->followed + series(2)->followed, 0);
	view_close(&view);
}

static void names_are_bounded_and_the_rest_is_a_loss(void **state)
{
	char name[32];

	(void)state;
	fixture_enter(&fixture, 0x1000, 64, 1);
	for (unsigned i = 0; i < VT__SERIES_MOST + 10; i++) {
		snprintf(name, sizeof(name), "step %u", i);
		mark(name);
	}
	mark("step 5");
	look();
	assert_int_equal(view_count(&view, VT_FORMAT_MARK), VT__SERIES_MOST);
	assert_int_equal(series(5)->count, 2);
	assert_int_equal(view.header->losses[VT_LOSS_MARKS], 10);
	view_close(&view);
}

static void time_marks_at_allocations(void **state)
{
	(void)state;
	reopen((struct vt__followed){
		.marker = VT_MARKER_TIMER, .name = "every:1", .period_ns = 1000000000});
	fixture_enter(&fixture, 0x1000, 64, 1);
	look();
	assert_int_equal(series(0)->count, 0);
	view_close(&view);
	reopen((struct vt__followed){.marker = VT_MARKER_TIMER, .name = "always", .period_ns = 1});
	for (unsigned i = 0; i < 10; i++) {
		fixture_enter(&fixture, 0x1000 + i * 0x100ull, 64, 1);
		usleep(10000); /* the clock has coarse steps */
	}
	look();
	assert_in_range(series(0)->count, 8, 10);
	view_close(&view);
}

/* ---- Histories -------------------------------------------------------------- */

#define SITES 6u
#define MARKS_MOST 5000u
static uint64_t held[SITES][MARKS_MOST]; /* bytes at each mark */
static uint64_t live[SITES][64];         /* sizes of what is live */
static unsigned live_count[SITES];

static uint64_t address_of(unsigned site, unsigned slot)
{
	return 0x10000000ull * (site + 1) + slot * 0x10000ull;
}

static void change(unsigned site)
{
	if (live_count[site] && (rand() % 2 || live_count[site] == 64)) {
		live_count[site]--;
		fixture_free(&fixture, address_of(site, live_count[site]), 900);
	} else {
		const uint64_t bytes = 1 + (uint64_t)rand() % 1000;

		live[site][live_count[site]] = bytes;
		fixture_enter(&fixture, address_of(site, live_count[site]), bytes, site);
		live_count[site]++;
	}
}

static uint64_t sum(unsigned site)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < live_count[site]; i++)
		bytes += live[site][i];
	return bytes;
}

/* Every window of a history has the least of its marks, from its first mark on. */
static void compare(const struct vt_format_growth *history, const struct vt_format_site *site,
		    const uint64_t *at)
{
	const uint32_t stride = 1u << history->stride_log2;

	assert_in_range(history->first_mark, 1, site->mark);
	assert_int_equal(history->first_bytes, at[history->first_mark - 1]);
	assert_int_equal(history->last_bytes, at[site->mark - 1]);
	assert_true((site->mark - 1) / stride < VT_FORMAT_WINDOWS);
	for (uint32_t i = 0; i < VT_FORMAT_WINDOWS; i++) {
		uint64_t least = VT_FORMAT_WINDOW_EMPTY;

		for (uint32_t m = i * stride + 1; m <= (i + 1) * stride && m <= site->mark; m++)
			if (m >= history->first_mark && at[m - 1] < least)
				least = at[m - 1];
		assert_int_equal(history->bytes[i], least);
	}
}

static void run_randomly(unsigned marks)
{
	for (unsigned m = 0; m < marks; m++) {
		for (unsigned site = 0; site < SITES; site++) {
			/* Some change seldom, the last never after the first marks. */
			if (site == SITES - 1 ? m < 3 : rand() % (int)(1u << 2 * site) == 0)
				change(site);
			held[site][m] = sum(site);
		}
		mark("step");
	}
}

static void check_histories(unsigned marks)
{
	look();
	assert_int_equal(series(0)->count, marks);
	for (unsigned i = 0; i < view_count(&view, VT_FORMAT_GROWTH); i++) {
		const struct vt_format_growth *history = view_at(&view, VT_FORMAT_GROWTH, i);
		const struct vt_format_site *site = view_at(&view, VT_FORMAT_SITE, history->site);

		assert_int_equal(site->growth_plus_1, i + 1);
		compare(history, site, held[history->site]);
		for (unsigned m = site->mark; m < marks; m++)
			assert_int_equal(held[history->site][m], site->total.live_bytes);
	}
	view_close(&view);
}

static void histories_have_the_least_of_each_window(void **state)
{
	static const unsigned lengths[] = {5, 31, 32, 33, 64, 200, 1000, MARKS_MOST};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		srand((unsigned)i + 1);
		memset(live_count, 0, sizeof(live_count));
		memset(held, 0, sizeof(held));
		reopen((struct vt__followed){.marker = VT_MARKER_PROGRAM});
		for (unsigned site = 0; site < SITES; site++)
			change(site); /* sites are numbered in this order */
		run_randomly(lengths[i]);
		check_histories(lengths[i]);
	}
}

static void what_does_not_grow_has_no_history(void **state)
{
	(void)state;
	fixture_enter(&fixture, 0x1000, 4096, 1); /* stays */
	for (unsigned i = 0; i < 100; i++) {
		mark("step");
		fixture_enter(&fixture, 0x2000, 64, 2); /* within a step */
		fixture_free(&fixture, 0x2000, 3);
		if (i == 50)
			fixture_enter(&fixture, 0x3000, 64, 4); /* then stays */
	}
	fixture_free(&fixture, 0x1000, 3);
	fixture_free(&fixture, 0x3000, 3);
	look();
	assert_int_equal(view_count(&view, VT_FORMAT_GROWTH), 0);
	view_close(&view);
}

static void growth_is_there_though_all_is_freed(void **state)
{
	const struct vt_format_growth *history;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		mark("step");
		fixture_enter(&fixture, 0x1000 + i * 0x100ull, 64, 1);
	}
	for (unsigned i = 0; i < 20; i++)
		fixture_free(&fixture, 0x1000 + i * 0x100ull, 2);
	look();
	history = view_at(&view, VT_FORMAT_GROWTH, 0);
	assert_non_null(history);
	/* The first mark was before the recording. */
	assert_int_equal(history->last_bytes, 19 * 64);
	assert_int_equal(history->bytes[18], 19 * 64);
	assert_int_equal(history->counts[18], 19);
	assert_int_equal(history->falls, 0);
	view_close(&view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_mark_makes_no_recording, set_up, tear_down),
		cmocka_unit_test_setup_teardown(marks_are_counted_by_name_and_the_first_is_followed,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_name_that_is_asked_for_is_there_from_the_start,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_are_bounded_and_the_rest_is_a_loss, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(time_marks_at_allocations, set_up, tear_down),
		cmocka_unit_test_setup_teardown(histories_have_the_least_of_each_window, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_does_not_grow_has_no_history, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(growth_is_there_though_all_is_freed, set_up,
						tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
