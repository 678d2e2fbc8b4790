/*
 * Two runs beside one another, from composed recordings.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "reports/compare/diff.h"
#include "tests/ranks_sample.h"

/* Recordings from 0 to `before`, and those from there to `count`. */
static struct vt__diff compare(size_t before, size_t count, struct vt__diff_limits limits,
			       struct vt__symbolizer **symbolizer)
{
	struct vt__diff diff = {
		.sides = {{.paths = ranks_paths, .path_count = before, .name = "one"},
			  {.paths = ranks_paths + before,
			   .path_count = count - before,
			   .name = "tw\"o\n\xff"}},
		.limits = limits,
	};

	*symbolizer = vt__symbolizer_new();
	assert_int_equal(vt__diff_make(&diff, *symbolizer), 0);
	return diff;
}

static void release(struct vt__diff *diff, struct vt__symbolizer *symbolizer)
{
	vt__diff_release(diff);
	vt__symbolizer_free(symbolizer);
}

static void write_two(const struct ranked_process *before, const struct ranked_process *after)
{
	ranks_write(0, before);
	ranks_write(1, after);
}

static const struct vt__diff_row *leak(const struct vt__diff *diff, size_t number)
{
	size_t i;

	for (i = 0; i < diff->row_count; i++)
		if (diff->rows[i].site->what == VT__CLASS_LEAK && !number--)
			return &diff->rows[i];
	fail_msg("no such row");
	return NULL;
}

static void a_change_is_new_grown_shrunk_or_gone(void **state)
{
	const struct vt__diff_limits none = {0}, limits = {.least_bytes = 50, .percent = 10};

	(void)state;
	assert_int_equal(vt__change_of(5, 5, &none), VT__CHANGE_SAME);
	assert_int_equal(vt__change_of(0, 1, &none), VT__CHANGE_NEW);
	assert_int_equal(vt__change_of(1, 0, &none), VT__CHANGE_GONE);
	assert_int_equal(vt__change_of(1, 2, &none), VT__CHANGE_GROWN);
	assert_int_equal(vt__change_of(UINT64_MAX, 1, &none), VT__CHANGE_SHRUNK);
	assert_int_equal(vt__change_of(0, 49, &limits), VT__CHANGE_SAME);
	assert_int_equal(vt__change_of(0, 50, &limits), VT__CHANGE_NEW);
	assert_int_equal(vt__change_of(1000, 1100, &limits), VT__CHANGE_SAME);
	assert_int_equal(vt__change_of(1000, 1101, &limits), VT__CHANGE_GROWN);
	assert_int_equal(vt__change_of(1000, 900, &limits), VT__CHANGE_SAME);
}

static void sites_are_known_again_at_other_addresses(void **state)
{
	struct vt__symbolizer *symbolizer;
	struct vt__diff diff;

	(void)state;
	write_two(&(struct ranked_process){.weights = 1000, .cache = 500},
		  &(struct ranked_process){.weights = 3000, .cache = 500, .moved = 0x40});
	diff = compare(1, 2, (struct vt__diff_limits){0}, &symbolizer);
	assert_int_equal(diff.counts[VT__CHANGE_GROWN], 1);
	assert_int_equal(diff.counts[VT__CHANGE_SAME], 1);
	assert_int_equal(leak(&diff, 0)->sides[VT__BEFORE].bytes, 1000);
	assert_int_equal(leak(&diff, 0)->sides[VT__AFTER].bytes, 3000);
	assert_true(diff.growth);
	release(&diff, symbolizer);
}

static void new_and_gone_sites_are_sorted_by_change(void **state)
{
	struct vt__symbolizer *symbolizer;
	struct vt__diff diff;

	(void)state;
	write_two(&(struct ranked_process){.weights = 1000},
		  &(struct ranked_process){.cache = 700});
	diff = compare(1, 2, (struct vt__diff_limits){0}, &symbolizer);
	assert_int_equal(leak(&diff, 0)->change, VT__CHANGE_GONE);
	assert_int_equal(leak(&diff, 1)->change, VT__CHANGE_NEW);
	assert_int_equal(diff.peaks[0].change, VT__CHANGE_SHRUNK);
	assert_true(diff.growth);
	release(&diff, symbolizer);
}

static void a_run_may_be_many_recordings(void **state)
{
	struct vt__symbolizer *symbolizer;
	struct vt__diff diff;
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++) {
		const struct ranked_process process = {.weights = i < 3 ? 100 : 200,
						       .freed = i == 4 ? 5000 : 0};

		ranks_write(i, &process);
	}
	diff = compare(3, 6, (struct vt__diff_limits){0}, &symbolizer);
	assert_int_equal(diff.sides[VT__AFTER].processes, 3);
	assert_int_equal(leak(&diff, 0)->sides[VT__BEFORE].bytes, 300);
	assert_int_equal(leak(&diff, 0)->sides[VT__AFTER].bytes, 600);
	assert_int_equal(leak(&diff, 0)->sides[VT__AFTER].count, 3);
	assert_int_equal(diff.peak_count, 1);
	assert_int_equal(diff.peaks[0].sides[VT__BEFORE], 100);
	assert_int_equal(diff.peaks[0].sides[VT__AFTER], 5200);
	release(&diff, symbolizer);
}

static void a_recording_beside_itself_is_the_same(void **state)
{
	struct vt__symbolizer *symbolizer;
	struct vt__diff diff;

	(void)state;
	ranks_write(0, &(struct ranked_process){.weights = 100, .freed = 50});
	ranks_paths[1] = ranks_paths[0];
	diff = compare(1, 2, (struct vt__diff_limits){0}, &symbolizer);
	assert_int_equal(diff.row_count, 0);
	assert_false(diff.growth);
	assert_int_equal(diff.sides[VT__AFTER].processes, 1);
	release(&diff, symbolizer);
}

/* What was lost could only add to a side. One call site grows and one is new, or the other way
 * round. */
static void what_was_lost_makes_unsure_what_its_side_has_less_of(void **state)
{
	static const struct {
		bool lost[VT__SIDE_COUNT], grows;
		size_t unsure;
		bool growth, growth_unsure;
	} cases[] = {
		{{false, false}, true, 0, true, false}, {{false, false}, false, 0, false, false},
		{{true, false}, true, 2, false, true},  {{true, false}, false, 0, false, false},
		{{false, true}, true, 0, true, true},   {{false, true}, false, 2, false, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct ranked_process sides[] = {{.weights = 1000},
						       {.weights = 3000, .cache = 700}};
		struct vt__symbolizer *symbolizer;
		struct vt__diff diff;

		ranks_write_part(0, &sides[!cases[i].grows], cases[i].lost[VT__BEFORE]);
		ranks_write_part(1, &sides[cases[i].grows], cases[i].lost[VT__AFTER]);
		diff = compare(1, 2, (struct vt__diff_limits){0}, &symbolizer);
		assert_int_equal(diff.counts[VT__CHANGE_UNSURE], cases[i].unsure);
		assert_int_equal(diff.counts[VT__CHANGE_NEW] + diff.counts[VT__CHANGE_GONE],
				 cases[i].unsure ? 0 : 1);
		assert_int_equal(diff.peaks[0].change == VT__CHANGE_UNSURE, cases[i].unsure > 0);
		assert_int_equal(diff.growth, cases[i].growth);
		assert_int_equal(diff.growth_unsure, cases[i].growth_unsure);
		release(&diff, symbolizer);
	}
}

static void a_folder_that_could_not_be_read_makes_its_side_a_part(void **state)
{
	struct vt__symbolizer *symbolizer = vt__symbolizer_new();
	struct vt__diff diff;

	(void)state;
	write_two(&(struct ranked_process){.weights = 1000},
		  &(struct ranked_process){.weights = 400});
	diff = (struct vt__diff){
		.sides = {{.paths = ranks_paths, .path_count = 1, .name = "one"},
			  {.paths = ranks_paths + 1,
			   .path_count = 1,
			   .name = "two",
			   .unread_folder = true}},
	};
	assert_int_equal(vt__diff_make(&diff, symbolizer), 0);
	assert_int_equal(diff.counts[VT__CHANGE_UNSURE], 1);
	assert_int_equal(diff.counts[VT__CHANGE_SHRUNK], 0);
	release(&diff, symbolizer);
}

static void json_is_well_formed_whatever_the_names_are(void **state)
{
	struct vt__symbolizer *symbolizer;
	struct vt__diff diff;
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	json_t *root, *change;

	(void)state;
	write_two(&(struct ranked_process){.weights = 1000},
		  &(struct ranked_process){.weights = 400});
	diff = compare(1, 2, (struct vt__diff_limits){0}, &symbolizer);
	assert_int_equal(vt__diff_json(&diff, false, out), 0);
	assert_int_equal(fclose(out), 0);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "schema")),
			    VT__DIFF_JSON_SCHEMA);
	change = json_array_get(json_object_get(root, "changes"), 0);
	assert_int_equal(json_integer_value(json_object_get(change, "bytes")), -600);
	assert_string_equal(json_string_value(json_object_get(change, "change")), "shrunk");
	json_decref(root);
	free(text);
	release(&diff, symbolizer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_new_grown_shrunk_or_gone),
		cmocka_unit_test(sites_are_known_again_at_other_addresses),
		cmocka_unit_test(new_and_gone_sites_are_sorted_by_change),
		cmocka_unit_test(a_run_may_be_many_recordings),
		cmocka_unit_test(a_recording_beside_itself_is_the_same),
		cmocka_unit_test(what_was_lost_makes_unsure_what_its_side_has_less_of),
		cmocka_unit_test(a_folder_that_could_not_be_read_makes_its_side_a_part),
		cmocka_unit_test(json_is_well_formed_whatever_the_names_are),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, ranks_make_folder, ranks_remove_folder);
}
