/*
 * Baselines: what is written is read again, what is malformed is refused, and
 * new, known, grown and gone are told apart.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/gate/baseline.h"
#include "tests/gate_fixture.h"

#define FIRST "vramtrack-baseline 2\n"
#define ID_A "00000000000000000000000000000aaa"
#define ID_B "00000000000000000000000000000bbb"

static void what_is_wrong_is_said_with_its_place(void **state)
{
	static const struct {
		const char *text, *place, *words;
	} rows[] = {
		{"", "1:1", "expected \"vramtrack-baseline 2\""},
		{"hello\n", "1:1", "expected \"vramtrack-baseline 2\""},
		{"vramtrack-baseline 3\n", "1:20", "--update-baseline"},
		{FIRST "xyz leak linear 1 1 0 t\n", "2:1", "32 digits"},
		{FIRST ID_A "a leak linear 1 1 0 t\n", "2:1", "32 digits"},
		{FIRST ID_A "\n", "2:1", "32 digits"},
		{FIRST ID_A " leak\n", "2:34", "a class"},
		{FIRST ID_A " leak linear\n", "2:39", "a kind"},
		{FIRST ID_A " leak linear 1x 1 0 t\n", "2:46", "number of bytes"},
		{FIRST ID_A " leak linear 1 -1 0 t\n", "2:48", "number of allocations"},
		{FIRST ID_A " leak linear 99999999999999999999 1 0 t\n", "2:46", "bytes"},
		{FIRST ID_A " leak linear 1 1 5%% t\n", "2:50", "a tolerance"},
		{FIRST ID_A " leak linear 1 1 0 \n", "2:52", "a title"},
		{FIRST ID_A " leak linear 1 1 0 t\n\n" ID_A " leak linear 1 1 0 t\n", "4:1",
		 "once"},
		{FIRST "<<<<<<< HEAD\n", "2:1", "32 digits"},
	};
	struct gate_judges judges;
	size_t i;

	(void)state;
	gate_judges_make(&judges);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_int_equal(gate_read_baseline(&judges, rows[i].text), -EINVAL);
		assert_refused_at(rows[i].place, rows[i].words);
	}
	assert_int_equal(vt__baseline_read("/nonexistent/b", &judges.baseline, gate_message),
			 -ENOENT);
	gate_judges_free(&judges);
}

static void entries_keep_their_fields_and_comments(void **state)
{
	const struct vt__known *known;
	struct gate_judges judges;

	(void)state;
	gate_judges_make(&judges);
	assert_int_equal(gate_read_baseline(&judges,
					    FIRST "# about the file\n\n# ticket 7\n# and 8\n" ID_A
						  " leak linear 4096 2 10% load at a b.c\r\n" ID_B
						  " bad_free - 0 1 64K free at x.c"),
			 0);
	known = vt__baseline_find(judges.baseline, ID_A);
	assert_non_null(known);
	assert_string_equal(known->class_name, "leak");
	assert_string_equal(known->kind, "linear");
	assert_string_equal(known->title, "load at a b.c");
	assert_string_equal(known->comment, "# ticket 7\n# and 8\n");
	assert_int_equal(known->sum.bytes, 4096);
	assert_int_equal(known->sum.count, 2);
	assert_true(known->tolerance.is_share);
	assert_int_equal(known->tolerance.amount, 10);
	known = vt__baseline_at(judges.baseline, 1);
	assert_int_equal(known->tolerance.amount, 65536);
	assert_string_equal(known->comment, "");
	assert_null(vt__baseline_at(judges.baseline, 2));
	gate_judges_free(&judges);
}

static struct vt__gate judge_one(struct gate_judges *judges, struct vt__analysis **analysis,
				 uint64_t bytes)
{
	struct sample sample = gate_process();

	gate_leak(&sample, sample.cache, bytes);
	*analysis = gate_analysis(&sample, 1);
	return gate_judge(judges, *analysis);
}

static char *file_text(void)
{
	char *text = NULL;
	size_t room = 0;
	FILE *file = fopen(gate_path, "r");

	assert_non_null(file);
	assert_true(getdelim(&text, &room, EOF, file) > 0);
	fclose(file);
	return text;
}

static void what_is_written_is_known_next_time(void **state)
{
	struct vt__analysis *analysis;
	struct gate_judges judges;
	struct vt__gate gate;
	size_t count;
	char *text;

	(void)state;
	gate_judges_make(&judges);
	gate_fail_on(&judges, "leak");
	gate = judge_one(&judges, &analysis, 1000);
	assert_int_equal(gate.verdict, VT__VERDICT_FINDINGS);
	gate_write("old", 3);
	assert_int_equal(vt__baseline_write(gate_path, &gate, NULL,
					    (struct vt__tolerance){10, true}, &count),
			 0);
	assert_int_equal(count, 1);
	vt__gate_release(&gate);
	vt__analysis_free(analysis);
	text = file_text();
	assert_memory_equal(text, FIRST, strlen(FIRST));
	assert_has(text, " leak linear 1000 1 10% libmodel.so\n");
	assert_int_equal(gate_read_baseline(&judges, text), 0);
	free(text);
	gate = judge_one(&judges, &analysis, 1100);
	assert_int_equal(gate.judged[0].standing, VT__STANDING_KNOWN);
	assert_int_equal(gate.judged[0].known.bytes, 1000);
	assert_int_equal(gate.verdict, VT__VERDICT_CLEAN);
	vt__gate_release(&gate);
	vt__analysis_free(analysis);
	gate = judge_one(&judges, &analysis, 1101);
	assert_int_equal(gate.judged[0].standing, VT__STANDING_GROWN);
	assert_int_equal(gate.verdict, VT__VERDICT_FINDINGS);
	vt__gate_release(&gate);
	vt__analysis_free(analysis);
	gate_judges_free(&judges);
}

/* Comments and tolerances are a reviewer's: they stay where they were. */
static void an_update_keeps_what_people_wrote(void **state)
{
	struct vt__analysis *analysis;
	struct gate_judges judges;
	struct vt__gate gate;
	char *text, line[256];
	size_t count;

	(void)state;
	gate_judges_make(&judges);
	gate = judge_one(&judges, &analysis, 1000);
	snprintf(line, sizeof(line),
		 FIRST "\n# ticket 7\n%s leak linear 5 1 64K old title\n" ID_B
		       " leak linear 1 1 0 gone\n",
		 gate.judged[0].identity);
	vt__gate_release(&gate);
	assert_int_equal(gate_read_baseline(&judges, line), 0);
	gate = gate_judge(&judges, analysis);
	assert_int_equal(gate.judged[0].standing, VT__STANDING_KNOWN);
	assert_int_equal(gate.gone_count, 1);
	assert_string_equal(gate.gone[0].title, "gone");
	assert_int_equal(vt__baseline_write(gate_path, &gate, judges.baseline,
					    (struct vt__tolerance){0, false}, &count),
			 0);
	text = file_text();
	assert_has(text, "\n\n# ticket 7\n");
	assert_has(text, " leak linear 1000 1 65536 libmodel.so\n");
	assert_null(strstr(text, "gone"));
	free(text);
	vt__gate_release(&gate);
	vt__analysis_free(analysis);
	gate_judges_free(&judges);
}

/* Two findings of the former scheme are one of today's: their sums are added. */
static void a_baseline_of_the_former_scheme_is_found_again(void **state)
{
	struct sample sample = gate_process();
	struct vt__analysis *analysis;
	struct gate_judges judges;
	struct vt__gate gate;
	char line[512], *text;
	size_t count, i;

	(void)state;
	/* a frame of libvramtrack, or none */
	assert_int_equal(made_module(sample.made, "/opt/libvramtrack.so.0.1", 0), 3);
	for (i = 0; i < 2; i++) {
		const uint64_t frames[] = {VT_FORMAT_MAKE_FRAME(3, 0x10),
					   VT_FORMAT_MAKE_FRAME(2, 0x20)};

		gate_leak(&sample, made_stack(sample.made, frames + i, 2 - (uint32_t)i), 1000);
	}
	analysis = gate_analysis(&sample, 1);
	gate_judges_make(&judges);
	gate_fail_on(&judges, "leak");
	assert_int_equal(gate_read_baseline(&judges, "vramtrack-baseline 1\n"), 0);
	gate = gate_judge(&judges, analysis);
	assert_int_equal(gate.judged_count, 1);
	assert_int_equal(gate.judged[0].standing, VT__STANDING_NEW);
	assert_int_equal(gate.judged[0].former_count, 2);
	snprintf(
		line, sizeof(line),
		"vramtrack-baseline 1\n# ticket 7\n%s leak linear 900 1 10%% a\n%s leak linear 1000 1 0 "
		"b\n" ID_B " leak linear 1 1 0 gone\n",
		gate.judged[0].former[0], gate.judged[0].former[1]);
	vt__gate_release(&gate);
	assert_int_equal(gate_read_baseline(&judges, line), 0);
	gate = gate_judge(&judges, analysis);
	assert_int_equal(gate.judged[0].standing, VT__STANDING_KNOWN);
	assert_int_equal(gate.judged[0].known.bytes, 1900);
	assert_int_equal(gate.verdict, VT__VERDICT_CLEAN);
	assert_int_equal(gate.gone_count, 1);
	assert_int_equal(vt__baseline_write(gate_path, &gate, judges.baseline,
					    (struct vt__tolerance){0, false}, &count),
			 0);
	text = file_text();
	assert_memory_equal(text, FIRST, strlen(FIRST));
	assert_has(text, "\n# ticket 7\n");
	assert_has(text, gate.judged[0].identity);
	assert_has(text, " leak linear 2000 2 10% ");
	free(text);
	vt__gate_release(&gate);
	vt__analysis_free(analysis);
	gate_judges_free(&judges);
}

static void a_write_that_fails_leaves_the_old_file(void **state)
{
	struct vt__analysis *analysis;
	struct gate_judges judges;
	struct vt__gate gate;
	size_t count;
	char *text;

	(void)state;
	gate_judges_make(&judges);
	gate = judge_one(&judges, &analysis, 1000);
	gate_write("old", 3);
	assert_true(vt__baseline_write("/nonexistent/b", &gate, NULL, (struct vt__tolerance){0},
				       &count) < 0);
	assert_int_equal(
		vt__baseline_write("/dev/full", &gate, NULL, (struct vt__tolerance){0}, &count),
		-ENOSPC);
	text = file_text();
	assert_string_equal(text, "old");
	free(text);
	vt__gate_release(&gate);
	vt__analysis_free(analysis);
	gate_judges_free(&judges);
}

static void tolerances_do_not_overflow(void **state)
{
	const struct vt__finding_row site = {.finding_class = VT__CLASS_LEAK};
	struct vt__known known = {.sum = {UINT64_MAX - 1, 1}, .tolerance = {1000000, true}};
	struct vt__judged judged = {.row = &site, .sum = {UINT64_MAX, 1}};

	(void)state;
	assert_false(vt__baseline_has_grown(&known, &judged));
	known.tolerance = (struct vt__tolerance){0, false};
	assert_true(vt__baseline_has_grown(&known, &judged));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_said_with_its_place),
		cmocka_unit_test(entries_keep_their_fields_and_comments),
		cmocka_unit_test(what_is_written_is_known_next_time),
		cmocka_unit_test(an_update_keeps_what_people_wrote),
		cmocka_unit_test(a_baseline_of_the_former_scheme_is_found_again),
		cmocka_unit_test(a_write_that_fails_leaves_the_old_file),
		cmocka_unit_test(tolerances_do_not_overflow),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, gate_make_folder, gate_remove_folder);
}
