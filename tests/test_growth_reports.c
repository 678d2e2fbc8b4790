/*
 * What recordings and reports make of growth from mark to mark.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/report_json.h"

#define KIB 1024ull

/* 64 KiB a mark at the sample's cache site, 16 marks, and two other series. */
static struct made *grown(uint64_t marks)
{
	const struct sample sample = sample_start();
	struct made *made = sample.made;
	struct vt_format_growth history = {.first_mark = 1};
	struct vt_format_mark mark = {.marker = VT_MARKER_NVTX, .count = 3};

	memset(history.bytes, 0xff, sizeof(history.bytes));
	memset(history.counts, 0xff, sizeof(history.counts));
	sample_fill(&sample);
	mark.name = made_string(made, "epoch");
	made_add(made, VT_FORMAT_MARK, &mark);
	mark = (struct vt_format_mark){.marker = VT_MARKER_PROGRAM, .followed = 1, .count = marks};
	mark.name = made_string(made, "st\"ep\n");
	mark.first_time_ns = made_header(made)->start_monotonic_ns + 500000000;
	mark.last_time_ns = mark.first_time_ns + 1000000000;
	made_add(made, VT_FORMAT_MARK, &mark);
	history.site = 1;
	history.rises = (uint32_t)marks - 1;
	for (unsigned i = 0; i < marks; i++) {
		history.bytes[i] = history.last_bytes = (i + 1) * 64 * KIB;
		history.counts[i] = i + 1;
	}
	((struct vt_format_site *)made_record(made, VT_FORMAT_SITE, 1))->mark = (uint32_t)marks;
	made_add(made, VT_FORMAT_GROWTH, &history);
	return made;
}

/* The only row of that class. */
static json_t *row_of(json_t *root, const char *class)
{
	json_t *rows = json_object_get(report_process(root), "findings"), *row, *found = NULL;
	size_t i;

	json_array_foreach(rows, i, row) {
		if (strcmp(json_string_value(json_object_get(row, "class")), class))
			continue;
		assert_null(found);
		found = row;
	}
	return found;
}

static void json_tells_of_growth_and_marks(void **state)
{
	json_t *root = report_json(grown(16)), *row = row_of(root, "growth");

	(void)state;
	assert_non_null(row);
	assert_members(row, json_pack("{s:i,s:i,s:s,s:s,s:s,s:f,s:f,s:i,s:i,s:i,s:i,s:i,s:i,s:i}",
				      "bytes", 11 * 65536, "count", 11, "kind", "linear", "mark",
				      "st\"ep\n", "marker", "program", "bytes_per_mark", 65536.0,
				      "trend", 1.0, "marks", 12, "first_mark", 5, "last_mark", 16,
				      "first_bytes", 5 * 65536, "last_bytes", 16 * 65536, "rises",
				      15, "falls", 0));
	assert_true(json_array_size(json_object_get(row, "stack")) > 0);
	assert_members(report_row(root, "marks", 0),
		       json_pack("{s:s,s:s,s:b,s:i}", "name", "epoch", "marker", "nvtx", "followed",
				 0, "count", 3));
	assert_members(report_row(root, "marks", 1),
		       json_pack("{s:b,s:i,s:f,s:f}", "followed", 1, "count", 16, "first_seconds",
				 0.5, "last_seconds", 1.5));
	assert_members(json_object_get(report_process(root), "growth"),
		       json_pack("{s:b,s:n,s:i}", "told", 1, "reason", "marks_needed", 8));
	assert_int_equal(
		json_integer_value(json_object_get(
			json_object_get(json_object_get(root, "summary"), "growth"), "findings")),
		1);
	json_decref(root);
}

static void too_few_marks_are_said(void **state)
{
	struct vt__report_outcome outcome;
	json_t *root = report_json(grown(7));
	char *text;

	(void)state;
	assert_null(row_of(root, "growth"));
	assert_members(json_object_get(report_process(root), "growth"),
		       json_pack("{s:b,s:s}", "told", 0, "reason", "not told: too few marks"));
	json_decref(root);
	text = sample_whole(grown(7), &outcome);
	assert_has(text, "growth: not told: too few marks; 7 marks \"st\"ep\\x0a\", marked by the "
			 "program (8 are needed)\n");
	free(text);
}

static void text_tells_of_growth(void **state)
{
	struct vt__report_outcome outcome;
	char *text = sample_whole(grown(16), &outcome);

	(void)state;
	assert_has(text, "\nGROWTH 64.0 KiB a mark of device memory on GPU 0, by ");
	assert_has(text, "\n  from 320.0 KiB in 5 to 1.0 MiB in 16 over 12 marks \"st\"ep\\x0a\" "
			 "after warm-up (5 to 16)\n");
	assert_has(text, "it rose at 15 marks and fell at 0; straight line r2 1.00, trend 1.00\n");
	assert_has(text, "1 growing call site, ");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_tells_of_growth_and_marks),
		cmocka_unit_test(too_few_marks_are_said),
		cmocka_unit_test(text_tells_of_growth),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_make_folder, sample_remove_folder);
}
