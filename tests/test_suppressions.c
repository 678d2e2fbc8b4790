/*
 * Suppressions: LeakSanitizer's syntax and ours, malformed files, patterns that
 * are made to be slow, days that are over.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "reports/text/glob.h"
#include "tests/gate_fixture.h"

#define TODAY 20260615

/* The stack that rules are held against, innermost first. */
static struct vt__frame frames[] = {
	{.function = "cudaMalloc", .module = "/usr/lib/libcudart.so.13", .runtime = true},
	{.function = "cublasCreate_v2", .module = "/usr/lib/libcublas.so.13"},
	{.function = "Tensor<int, 4>::alloc(char const*, ...)",
	 .file = "/srv/app/tensor.cu",
	 .module = "/srv/app/libmodel.so"},
	{.function = "main", .file = "/srv/app/main.c", .module = "/srv/app/worker"},
	{.module = "/srv/app/plain.so"},
};
static const struct vt__frames stack = {.frames = frames, .count = 5, .capacity = 5};
static const struct vt__finding_row row = {.finding_class = VT__CLASS_LEAK, .kind = VT_KIND_LINEAR};
static const struct vt__judged finding = {
	.row = &row, .sum = {8192, 2}, .largest = {4096, 2}, .devices = 1u << 1};

/* 1: suppressed, 0: not, else why the rule was refused. */
static int outcome_of(const char *rules)
{
	struct gate_judges judges;
	struct vt__rule_place place;
	int outcome;

	gate_judges_make(&judges);
	outcome = gate_read_suppressions(&judges, rules);
	if (!outcome)
		outcome = vt__suppressions_match(judges.suppressions, &finding, &stack, NULL, TODAY,
						 &place);
	gate_judges_free(&judges);
	return outcome;
}

static void patterns_match_as_leaksanitizers_do(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} rows[] = {
		{"bar", "foobarbaz", true},
		{"^bar", "foobarbaz", false},
		{"bar$", "foobarbaz", false},
		{"^foo", "foobarbaz", true},
		{"baz$", "foobarbaz", true},
		{"^foobarbaz$", "foobarbaz", true},
		{"^foobarbaz$", "foobarbazz", false},
		{"foo*baz", "foobarbaz", true},
		{"^foo*bar$", "foobarbaz", false},
		{"foo*foo", "foo", false},
		{"^a*a$", "a", false},
		{"^a*a$", "aa", true},
		{"^*$", "", true},
		{"*", "x", true},
		{"a*b*c$", "xaxbxbxc", true},
		{"a*b*c$", "xaxcxb", false},
		{"$", "a$b", true},
		{"", "x", true},
		{"longer than it", "long", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (vt__glob_matches(rows[i].pattern, strlen(rows[i].pattern), rows[i].text) !=
		    rows[i].matches)
			fail_msg("\"%s\" on \"%s\"", rows[i].pattern, rows[i].text);
}

static void rules_suppress_what_they_name(void **state)
{
	static const struct {
		const char *rule;
		int outcome;
	} rows[] = {
		{"leak:cublasCreate", 1},
		{"leak:libcublas.so", 1},
		{"leak:main.c", 1},
		{"leak:nowhere", 0},
		{"bad_free:cublasCreate", 0},
		{"any:cublasCreate", 1},
		{"live,leak:cublasCreate", 1},
		{"leak:fun:main.c", 0},
		{"leak:file:^main.c$", 1},
		{"leak:module:^libmodel.so$", 1},
		{"leak:module:plain", 1},
		{"leak:fun:plain", 0},
		{"leak:fun:^Tensor<int, 4>::alloc(char const*, ...)$", 1},
		{"leak:cublasCreate...main", 1},
		{"leak:main...cublasCreate", 0},
		{"leak:cublas...fun:alloc...module:worker...plain", 1},
		{"leak:main...main", 0},
		{"leak:module:^libcublas.so at=innermost", 1},
		{"leak:module:^libmodel.so at=innermost", 0},
		{"leak:cublasCreate...Tensor...main...plain at=exact", 1},
		{"leak:cublasCreate...main...plain at=exact", 0},
		{"leak:cublasCreate...Tensor...main at=exact", 0},
		{"leak:Tensor...main...plain at=exact", 0},
		{"leak:cublas at=outermost", -EINVAL},
		{"leak:cublas kind=linear", 1},
		{"leak:cublas kind=managed", 0},
		{"leak:cublas device=1", 1},
		{"leak:cublas device=0", 0},
		{"leak:cublas device=0 device=1", 1},
		{"leak:cublas bytes<=4K", 1},
		{"leak:cublas bytes<4K", 0},
		{"leak:cublas bytes<=4095 count<=2", 0},
		{"leak:cublas count<2", 0},
		{"leak:cublas until=2026-06-15", 1},
		{"leak:cublas until=2026-06-14", 0},
		{"  leak:cublas \t # that is how it is", 1},
		{"# leak:cublas", 0},
		{"\n\r\nleak:cublas\r\n", 1},
		{"leak:operator<=<int> x", 0},
		{"leak:a b=c", -EINVAL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const int outcome = outcome_of(rows[i].rule);

		if (outcome != rows[i].outcome)
			fail_msg("\"%s\" gives %d, not %d: %s", rows[i].rule, outcome,
				 rows[i].outcome, gate_message);
	}
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
	static const struct {
		const char *text, *place, *words;
	} rows[] = {
		{"leek:foo", "1:1", "expected 'leak:'"},
		{"\n# fine\nstd::vector", "3:1", "not 'std'"},
		{"no colon at all", "1:1", "expected CLASS:PATTERN"},
		{"leak:", "1:6", "expected a pattern"},
		{"leak:fun:", "1:10", "expected a pattern"},
		{"leak:a...", "1:10", "expected a pattern"},
		{"leak:a kind=lineal", "1:13", "expected a kind"},
		{"leak:a device=64", "1:15", "0 to 63"},
		{"leak:a bytes<=many", "1:15", "number of bytes"},
		{"leak:a bytes=5", "1:13", "expected '<='"},
		{"leak:a kind<=linear", "1:12", "expected '='"},
		{"leak:a bytes<0", "1:14", "number of bytes"},
		{"leak:a until=2026-02-30", "1:14", "expected a day"},
		{"leak:a until=20260230", "1:14", "expected a day"},
		{"leak:a until=2026-2-3", "1:14", "expected a day"},
		{"leak:a at=outermost", "1:11", "at=innermost"},
		{"leak:a byte<=3", "1:8", "kind, device, bytes"},
		{"leak:ok\nleak,leek:a", "2:6", "not 'leek'"},
	};
	struct gate_judges judges;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		gate_judges_make(&judges);
		assert_int_equal(gate_read_suppressions(&judges, rows[i].text), -EINVAL);
		assert_refused_at(rows[i].place, rows[i].words);
		gate_judges_free(&judges);
	}
}

static void a_file_that_is_refused_leaves_no_rule(void **state)
{
	struct vt__rule_place place;
	struct gate_judges judges;

	(void)state;
	gate_judges_make(&judges);
	assert_int_equal(gate_read_suppressions(&judges, "leak:cublas\nleek:x\n"), -EINVAL);
	assert_false(
		vt__suppressions_match(judges.suppressions, &finding, &stack, NULL, TODAY, &place));
	gate_judges_free(&judges);
}

static void hostile_files_are_refused(void **state)
{
	struct gate_judges judges;
	char *line = malloc(200000);
	size_t used = 5, i;

	(void)state;
	assert_non_null(line);
	gate_judges_make(&judges);
	memset(line, 'a', 200000);
	gate_write(line, 200000);
	assert_int_equal(vt__suppressions_read(judges.suppressions, gate_path, false, gate_message),
			 -EINVAL);
	assert_refused_at("1:65537", "at most");
	gate_write("leak:a\0b", 8);
	assert_int_equal(vt__suppressions_read(judges.suppressions, gate_path, false, gate_message),
			 -EINVAL);
	assert_refused_at("1:7", "NUL");
	memcpy(line, "leak:", 5);
	for (i = 0; i < 600; i++)
		used += (size_t)sprintf(line + used, "x...");
	strcpy(line + used, "x");
	assert_int_equal(gate_read_suppressions(&judges, line), -EINVAL);
	assert_refused_at("1:2054", "at most 512 patterns");
	assert_true(vt__suppressions_read(judges.suppressions, "/nonexistent/x", false,
					  gate_message) < 0);
	assert_has(gate_message, "/nonexistent/x");
	assert_true(vt__suppressions_read(judges.suppressions, "/", false, gate_message) < 0);
	gate_judges_free(&judges);
	free(line);
}

/* A backtracking matcher takes 2^n steps for these; the test would not end. */
static void patterns_that_blow_up_do_not(void **state)
{
	enum {
		LENGTH = 30000
	};
	char *text = malloc(LENGTH + 1), *pattern = malloc(LENGTH + 1);
	const clock_t start = clock();
	size_t i;

	(void)state;
	assert_non_null(text);
	assert_non_null(pattern);
	memset(text, 'a', LENGTH);
	text[LENGTH] = '\0';
	for (i = 0; i < LENGTH; i += 2)
		memcpy(pattern + i, "a*", 2);
	memcpy(pattern + LENGTH - 2, "b$", 3);
	assert_false(vt__glob_matches(pattern, LENGTH, text));
	memset(pattern, 'a', LENGTH);
	pattern[LENGTH / 2] = 'b';
	assert_false(vt__glob_matches(pattern, LENGTH, text));
	assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
	free(pattern);
	free(text);
}

static void idle_rules_are_told_with_their_reason(void **state)
{
	struct vt__idle_rule *idle;
	struct vt__rule_place place;
	struct gate_judges judges;
	size_t count;

	(void)state;
	gate_judges_make(&judges);
	assert_int_equal(gate_read_suppressions(&judges, "leak:cublas until=2026-06-14\n"
							 "leak:nowhere # ticket 7\n"
							 "leak:main\n"
							 "leak:libmodel\n"),
			 0);
	assert_true(
		vt__suppressions_match(judges.suppressions, &finding, &stack, NULL, TODAY, &place));
	assert_string_equal(place.text, "leak:main");
	assert_int_equal(place.line, 3);
	assert_int_equal(vt__suppressions_idle(judges.suppressions, TODAY, &idle, &count), 0);
	assert_int_equal(count, 2);
	assert_true(idle[0].expired);
	assert_int_equal(idle[0].line, 1);
	assert_false(idle[1].expired);
	assert_string_equal(idle[1].text, "leak:nowhere");
	free(idle);
	gate_judges_free(&judges);
}

static void shipped_rules_that_do_nothing_are_no_news(void **state)
{
	struct vt__idle_rule *idle;
	struct gate_judges judges;
	size_t count;

	(void)state;
	gate_judges_make(&judges);
	gate_write("leak:nowhere\n", 13);
	assert_int_equal(vt__suppressions_read(judges.suppressions, gate_path, true, gate_message),
			 0);
	assert_int_equal(vt__suppressions_idle(judges.suppressions, TODAY, &idle, &count), 0);
	assert_int_equal(count, 0);
	free(idle);
	gate_judges_free(&judges);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match_as_leaksanitizers_do),
		cmocka_unit_test(rules_suppress_what_they_name),
		cmocka_unit_test(what_is_wrong_is_said_with_its_place),
		cmocka_unit_test(a_file_that_is_refused_leaves_no_rule),
		cmocka_unit_test(hostile_files_are_refused),
		cmocka_unit_test(patterns_that_blow_up_do_not),
		cmocka_unit_test(idle_rules_are_told_with_their_reason),
		cmocka_unit_test(shipped_rules_that_do_nothing_are_no_news),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, gate_make_folder, gate_remove_folder);
}
