/*
 * The gate's formats: Markdown, JUnit and GitHub's annotations, with names that
 * try to break out of each; and what holds for all.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/text/escape.h"
#include "reports/formats/gate_writer.h"
#include "tests/gate_sample.h"
#include "tests/report_sample.h"

static struct gate_sample sample;

static int make_sample(void **state)
{
	(void)state;
	gate_sample_make(&sample, sample_path);
	return 0;
}

static int free_sample(void **state)
{
	(void)state;
	gate_sample_free(&sample);
	return 0;
}

static void assert_has_not(const char *text, const char *words)
{
	if (strstr(text, words))
		fail_msg("\"%s\" is in:\n%s", words, text);
}

/* Well-formed UTF-8 without control characters but newlines and tabs. */
static void assert_harmless(const char *text)
{
	while (*text) {
		unsigned code = 0;
		const size_t bytes = vt__utf8_character(text, &code);

		assert_true(bytes);
		assert_true((code >= ' ' && (code < 0x7f || code >= 0xa0)) || code == '\n' ||
			    code == '\t');
		assert_true(code < 0x202a || code > 0x202e);
		text += bytes;
	}
}

static size_t count_of(const char *text, const char *words)
{
	size_t count = 0;

	for (; (text = strstr(text, words)); text += strlen(words))
		count++;
	return count;
}

/* ---- All ------------------------------------------------------------------------------ */

static void nothing_harmful_is_in_any_document(void **state)
{
	static const char *const formats[] = {"markdown", "junit", "sarif", "github", "gitlab"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		char *text = gate_sample_write(&sample.gate, formats[i]);

		assert_harmless(text);
		free(text);
	}
}

static void a_full_disk_is_seen_by_the_caller(void **state)
{
	static const char *const formats[] = {"markdown", "junit", "sarif", "github", "gitlab"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		FILE *out = fopen("/dev/full", "w");
		int error;

		assert_non_null(out);
		setvbuf(out, NULL, _IONBF, 0);
		error = vt__gate_writer(formats[i])->write(&sample.gate, out);
		assert_true(error == -EIO || (!error && ferror(out)));
		fclose(out);
	}
}

/* ---- Markdown ------------------------------------------------------------------------- */

static void a_page_tells_the_verdict_and_what_fails(void **state)
{
	char *text = gate_sample_write(&sample.gate, "markdown");

	(void)state;
	assert_has(text, "### vramtrack gate: findings\n\n- <code>3 findings beyond the policy");
	assert_has(text, "| leak | <code>gate_sample_load at src/a&#124;b &#96;c&#96; "
			 "&#60;script&#62;");
	assert_has(text, " | 128.0 MiB | 1 | 1 | <code>new</code> |\n");
	assert_has(text, " | 64.0 MiB | 2 | 3 | <code>grown since the baseline, then 32.0 MiB in 1 "
			 "allocation</code> |\n");
	assert_int_equal(count_of(text, "\n| "), 4);
	assert_int_equal(count_of(text, "<pre>"), 3);
	assert_has(text, "<summary>In the baseline: 1</summary>");
	assert_has(text, "<summary>Suppressed: 1</summary>");
	assert_has(text, "<summary>Allowed by the policy: 1</summary>");
	assert_has(text, "<summary>Gone: in the baseline and not found any more: 1</summary>");
	assert_has(text, "<summary>Suppressions that did nothing: 2</summary>");
	free(text);
}

/* Findings say nothing of what was not seen: there the rest may be. */
static void what_was_not_seen_is_not_gone_in_any_format(void **state)
{
	struct vt__gate gate = sample.gate;
	char *text;

	(void)state;
	gate.incomplete = gate.gone_unsure = true;
	text = gate_sample_write(&gate, "markdown");
	assert_has_not(text, "Gone");
	assert_has(text, "<summary>In the baseline and not found this time: 1</summary>");
	assert_has(text, "; not sure&#58; not everything was seen");
	assert_has(text, "&#58; matched nothing of what was seen, which is not all");
	free(text);
	text = gate_sample_write(&gate, "sarif");
	assert_has_not(text, "\"absent\"");
	assert_has(text, "\"kind\":\"open\"");
	assert_has(text, "\"executionSuccessful\":false");
	free(text);
	text = gate_sample_write(&gate, "junit");
	assert_has(text, "type=\"not_covered\"");
	free(text);
	text = gate_sample_write(&gate, "gitlab");
	assert_has(text, "feedfeedfeedfeedfeedfeedfeedfeed");
	assert_has(text, "blocker");
	free(text);
	text = gate_sample_write(&gate, "text");
	assert_has_not(text, "not found any more");
	free(text);
	text = gate_sample_write(&sample.gate, "gitlab");
	assert_has_not(text, "feedfeedfeedfeedfeedfeedfeedfeed");
	free(text);
}

static void no_name_becomes_markup_on_a_page(void **state)
{
	char *text = gate_sample_write(&sample.gate, "markdown");

	(void)state;
	assert_has_not(text, "<script");
	assert_has(text, "&#96;c&#96;");
	assert_has(text, "</pre>");
	assert_has_not(text, "\n::error");
	assert_int_equal(count_of(text, "<details>"), count_of(text, "</details>"));
	assert_int_equal(count_of(text, "<pre>"), count_of(text, "</pre>"));
	free(text);
}

static void a_long_page_is_cut_and_says_so(void **state)
{
	struct vt__gate gate = sample.gate;
	char *text;
	size_t i;

	(void)state;
	gate.judged_count = gate.gone_count = gate.idle_count = 2000;
	gate.judged = calloc(gate.judged_count, sizeof(*gate.judged));
	gate.gone = calloc(gate.gone_count, sizeof(*gate.gone));
	gate.idle = calloc(gate.idle_count, sizeof(*gate.idle));
	for (i = 0; i < gate.judged_count; i++) {
		gate.judged[i] = sample.rows[i < 1000 ? ROW_LOAD : ROW_PINNED];
		gate.gone[i] = sample.gone[0];
		gate.idle[i] = sample.idle[0];
	}
	text = gate_sample_write(&gate, "markdown");
	assert_true(strlen(text) <= 60000);
	assert_true(strlen(text) > 40000);
	assert_has(text, " of 1000 failing findings are not in this table");
	assert_has(text, " of 1000 failing findings are left out");
	assert_has(text, "<summary>In the baseline: 1000</summary>");
	assert_has(text, "- and 980 more\n");
	assert_has(text, "- and 19");
	assert_int_equal(count_of(text, "<details>"), count_of(text, "</details>"));
	free(gate.judged);
	free(gate.gone);
	free(gate.idle);
	free(text);
}

static void a_clean_page_is_short(void **state)
{
	char *text;

	(void)state;
	gate_sample_empty(&sample, VT__VERDICT_CLEAN, "nothing leaked");
	text = gate_sample_write(&sample.gate, "markdown");
	assert_string_equal(text, "### vramtrack gate: clean\n\n- <code>nothing leaked</code>\n");
	free(text);
}

/* ---- JUnit ----------------------------------------------------------------------------- */

static void failing_findings_are_failures_and_the_rest_is_not(void **state)
{
	char *text = gate_sample_write(&sample.gate, "junit");

	(void)state;
	assert_has(text, "<testsuite name=\"leak\" ");
	assert_has(text, "tests=\"3\" failures=\"2\" errors=\"0\" skipped=\"1\"");
	assert_has(text, "<testsuite name=\"freed_by_reset\" ");
	assert_has(text, "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\"");
	assert_has(text, "<testsuite name=\"out_of_memory\" ");
	assert_has(text, "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\"");
	assert_has(text, "<failure type=\"bad_free\" message=\"bad free: freed before, by "
			 "cuMemFree_v2: ");
	assert_has(text, "\n  freed here:\n");
	assert_has(text, "<error type=\"program\" message=\"the program ended with status 3\">");
	assert_int_equal(count_of(text, "<failure "), 3);
	assert_int_equal(count_of(text, "<skipped>"), 2);
	assert_has(text, "timestamp=\"2025-01-02T03:04:05\" time=\"12.340\" hostname=\"node7 a|b ");
	free(text);
}

static void what_was_not_seen_is_an_error_case(void **state)
{
	char *text;

	(void)state;
	gate_sample_empty(&sample, VT__VERDICT_UNCOVERED, "no recording");
	text = gate_sample_write(&sample.gate, "junit");
	assert_has(text,
		   "<error type=\"not_covered\" message=\"no recording\">no recording</error>");
	free(text);
}

/* Else each edit of a file would begin a new history. */
static void names_of_cases_hold_no_lines(void **state)
{
	char *text = gate_sample_write(&sample.gate, "junit");
	const char *name = strstr(text, "name=\"gate_sample_load at ");

	(void)state;
	assert_non_null(name);
	name += strlen("name=\"");
	assert_has_not(strndupa(name, strcspn(name, "\"")), ":12");
	assert_has(strndupa(name, strcspn(name, "\"")), " [abcd0000]");
	free(text);
}

/* ---- GitHub --------------------------------------------------------------------------- */

static void a_command_cannot_be_left(void **state)
{
	char *text = gate_sample_write(&sample.gate, "github"), *line, *rest = text;
	size_t lines = 0;

	(void)state;
	while ((line = strsep(&rest, "\n")) && *line) {
		assert_true(!strncmp(line, "::error ", 8) || !strncmp(line, "::warning ", 10));
		lines++;
	}
	assert_int_equal(lines, 1 + 3 + 2);
	free(text);
}

static void an_annotation_names_file_and_line(void **state)
{
	char *text = gate_sample_write(&sample.gate, "github");

	(void)state;
	assert_has(text, "\n::error file=src/a|b `c` <script>]]>&\"q'%2C @me%3A 100%25\xef\xbf\xbdx"
			 "\xef\xbf\xbd[31m\xef\xbf\xbd.c,line=1");
	assert_has(text,
		   ",title=LEAK::leak: 128.0 MiB in 1 allocation of device memory on GPU 0, ");
	assert_has(text, "\n::error title=LEAK::leak: 64.0 MiB in 2 allocations");
	assert_has(text,
		   "\n::warning file=ci/gate.supp,line=4,title=expired suppression::leak:old*\n");
	free(text);
}

static void github_gets_no_more_than_it_shows(void **state)
{
	struct vt__gate gate = sample.gate;
	struct vt__judged many[30];
	struct vt__idle_rule idle[30];
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < 30; i++) {
		many[i] = sample.rows[ROW_LOAD];
		idle[i] = sample.idle[0];
	}
	gate.judged = many;
	gate.idle = idle;
	for (i = 9; i <= 30; i += 21) {
		gate.judged_count = gate.idle_count = i;
		text = gate_sample_write(&gate, "github");
		assert_int_equal(count_of(text, "::error "), 10);
		assert_int_equal(i > 9, strstr(text, "::22 more that fail: ") != NULL);
		assert_int_equal(count_of(text, "::warning "), i > 9 ? 10 : 9);
		assert_int_equal(i > 9, strstr(text, "::21 more suppressions ") != NULL);
		free(text);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_sample, free_sample)
	const struct CMUnitTest tests[] = {
		TEST(nothing_harmful_is_in_any_document),
		TEST(a_full_disk_is_seen_by_the_caller),
		TEST(a_page_tells_the_verdict_and_what_fails),
		TEST(what_was_not_seen_is_not_gone_in_any_format),
		TEST(no_name_becomes_markup_on_a_page),
		TEST(a_long_page_is_cut_and_says_so),
		TEST(a_clean_page_is_short),
		TEST(failing_findings_are_failures_and_the_rest_is_not),
		TEST(what_was_not_seen_is_an_error_case),
		TEST(names_of_cases_hold_no_lines),
		TEST(a_command_cannot_be_left),
		TEST(an_annotation_names_file_and_line),
		TEST(github_gets_no_more_than_it_shows),
	};
#undef TEST

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_make_folder, sample_remove_folder);
}
