/*
 * The policy: clauses, and the file that a project keeps.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/gate_fixture.h"

static void clauses_say_what_they_are_about(void **state)
{
	static const struct {
		const char *clause;
		uint64_t bytes, count;
		bool applies;
	} rows[] = {
		{"leak", 1, 1, true},
		{"any", 1, 1, true},
		{"bad_free", 1, 1, false},
		{"leak:>1M", 1 << 20, 1, false},
		{"leak:>1M", (1 << 20) + 1, 1, true},
		{"leak:>10x", 1, 10, false},
		{"leak:>10x", 1, 11, true},
		{"leak:>10\xc3\x97", 1, 11, true},
		{"leak:>1K:>2x", 2048, 2, false},
		{"leak:>1K:>2x", 2048, 3, true},
		{"leak:device=3", 1, 1, true},
		{"leak:device=2", 1, 1, false},
		{"leak:device=2:device=3", 1, 1, true},
		{"leak:kind=linear", 1, 1, true},
		{"leak:kind=managed", 1, 1, false},
	};
	const struct vt__finding_row row = {.finding_class = VT__CLASS_LEAK,
					    .kind = VT_KIND_LINEAR};
	struct gate_judges judges;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct vt__judged judged = {
			.row = &row, .sum = {rows[i].bytes, rows[i].count}, .devices = 1u << 3};

		gate_judges_make(&judges);
		gate_fail_on(&judges, rows[i].clause);
		if (vt__clause_applies(&judges.policy.clauses[0], &judged) != rows[i].applies)
			fail_msg("%s", rows[i].clause);
		gate_judges_free(&judges);
	}
}

static void of_what_is_known_only_the_growth_counts(void **state)
{
	const struct vt__finding_row row = {.finding_class = VT__CLASS_LEAK};
	struct vt__judged judged = {
		.row = &row, .sum = {5000, 1}, .known = {4500, 1}, .standing = VT__STANDING_GROWN};
	struct gate_judges judges;

	(void)state;
	gate_judges_make(&judges);
	gate_fail_on(&judges, "leak:>499");
	gate_fail_on(&judges, "leak:>500");
	assert_true(vt__clause_applies(&judges.policy.clauses[0], &judged));
	assert_false(vt__clause_applies(&judges.policy.clauses[1], &judged));
	judged.standing = VT__STANDING_KNOWN;
	assert_false(vt__clause_applies(&judges.policy.clauses[0], &judged));
	gate_judges_free(&judges);
}

static void malformed_clauses_are_refused(void **state)
{
	static const char *const clauses[] = {
		"",        "leek",         "leak:",         "leak:1M",     "leak:>",     "leak:>1Q",
		"leak:>x", "leak:device=", "leak:device=x", "leak:kind=x", "leak:total", "leak:>-1",
	};
	struct gate_judges judges;
	size_t i;

	(void)state;
	gate_judges_make(&judges);
	for (i = 0; i < sizeof(clauses) / sizeof(*clauses); i++) {
		assert_int_equal(vt__policy_add(&judges.policy, clauses[i], gate_message), -EINVAL);
		assert_has(gate_message, "expected");
	}
	/* with all that there are */
	assert_int_equal(vt__policy_add(&judges.policy, "leak:kind=liner", gate_message), -EINVAL);
	assert_has(gate_message, "linear, pitched, ");
	assert_has(gate_message, "library_handle, not 'kind=liner'");
	gate_judges_free(&judges);
}

static void none_stands_alone(void **state)
{
	struct gate_judges judges;

	(void)state;
	gate_judges_make(&judges);
	gate_fail_on(&judges, "none");
	gate_fail_on(&judges, "none");
	assert_int_equal(vt__policy_add(&judges.policy, "leak", gate_message), -EINVAL);
	assert_has(gate_message, "expected 'none' alone");
	gate_judges_free(&judges);
	gate_judges_make(&judges);
	assert_int_equal(gate_read_policy(&judges, "[gate]\nfail-on = leak none\n"), -EINVAL);
	assert_refused_at("2:16", "expected 'none' alone");
	gate_judges_free(&judges);
}

static void what_is_wrong_fails_by_default(void **state)
{
	struct gate_judges judges;

	(void)state;
	gate_judges_make(&judges);
	assert_int_equal(vt__policy_finish(&judges.policy), 0);
	/* leak, bad_free, growth, unattributed_growth, fault, stale_graph */
	assert_int_equal(judges.policy.clause_count, 6);
	gate_judges_free(&judges);
	gate_judges_make(&judges);
	gate_fail_on(&judges, "none");
	assert_int_equal(vt__policy_finish(&judges.policy), 0);
	assert_int_equal(judges.policy.clause_count, 0);
	gate_judges_free(&judges);
}

static void a_file_says_it_once(void **state)
{
	struct gate_judges judges;

	(void)state;
	gate_judges_make(&judges);
	assert_int_equal(gate_read_policy(&judges, "; the gate of this project\n"
						   "[gate]\n"
						   "fail-on = leak:>1M, bad_free\n"
						   "  growth\n"
						   "baseline = known.txt\n"
						   "tolerance = 5%\n"
						   "suppressions = a.supp\n"
						   "suppressions = /etc/b.supp\n"
						   "allow-no-cuda = yes\n"
						   "allow-unseen = sudo, bazel*\n"
						   "default-suppressions = no\n"
						   "findings-exitcode = 40\n"),
			 0);
	assert_int_equal(judges.policy.clause_count, 3);
	assert_string_equal(judges.policy.clauses[0].text, "leak:>1M");
	assert_string_equal(judges.policy.clauses[2].text, "growth");
	assert_true(judges.policy.allow_no_cuda);
	assert_int_equal(judges.policy.allow_unseen_count, 2);
	assert_string_equal(judges.policy.allow_unseen[1], "bazel*");
	assert_false(judges.policy.allow_unwatched_end);
	assert_true(judges.policy.no_default_suppressions);
	assert_int_equal(judges.policy.findings_exitcode, 40);
	assert_int_equal(judges.policy.tolerance.amount, 5);
	/* Paths are from the file's folder. */
	assert_has(judges.policy.baseline, "/tmp/report_sample.");
	assert_has(judges.policy.baseline, "/known.txt");
	assert_int_equal(judges.policy.suppressions_count, 2);
	assert_string_equal(judges.policy.suppressions[1], "/etc/b.supp");
	gate_judges_free(&judges);
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
	static const struct {
		const char *text, *place, *words;
	} rows[] = {
		{"fail-on = leak\n", "1:1", "[gate]"},
		{"[gates]\nfail-on = leak\n", "2:1", "[gate]"},
		{"[gate]\nfail_on = leak\n", "2:1", "expected one of fail-on"},
		{"[gate]\n\n  what is this\n", "3:3", "KEY = VALUE"},
		{"[gate]\nfail-on = leak leek\n", "2:16", "any, or none alone), not 'leek'"},
		{"[gate]\nfail-on = leak:>1Q\n", "2:11", "not '>1Q'"},
		{"[gate]\nallow-no-cuda = maybe\n", "2:17", "yes or no"},
		{"[gate]\nfindings-exitcode = 256\n", "2:21", "1 to 255"},
		{"[gate]\ntolerance = lots\n", "2:13", "10%"},
		{"[gate]\nbaseline =\n", "2:1", "path of a baseline"},
		{"[gate]\nallow-unseen = ,\n", "2:16", "names of programs"},
		{"[gate\n", "1:1", "KEY = VALUE"},
	};
	struct gate_judges judges;
	size_t i;

	(void)state;
	gate_judges_make(&judges);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (gate_read_policy(&judges, rows[i].text) != -EINVAL)
			fail_msg("taken: %s", rows[i].text);
		assert_refused_at(rows[i].place, rows[i].words);
	}
	gate_judges_free(&judges);
}

static void lines_that_would_be_cut_are_refused(void **state)
{
	char text[400] = "[gate]\nbaseline = ";
	struct gate_judges judges;

	(void)state;
	gate_judges_make(&judges);
	memset(text + strlen(text), 'a', 300);
	assert_int_equal(gate_read_policy(&judges, text), -EINVAL);
	assert_refused_at("2:199", "at most");
	gate_write("[gate]\nbaseline = a\0b\n", 22);
	assert_int_equal(vt__policy_read(&judges.policy, gate_path, gate_message), -EINVAL);
	assert_refused_at("2:13", "NUL");
	gate_judges_free(&judges);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clauses_say_what_they_are_about),
		cmocka_unit_test(of_what_is_known_only_the_growth_counts),
		cmocka_unit_test(malformed_clauses_are_refused),
		cmocka_unit_test(none_stands_alone),
		cmocka_unit_test(what_is_wrong_fails_by_default),
		cmocka_unit_test(a_file_says_it_once),
		cmocka_unit_test(what_is_wrong_is_said_with_its_place),
		cmocka_unit_test(lines_that_would_be_cut_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, gate_make_folder, gate_remove_folder);
}
