/*
 * The judge: verdicts, and that it fails closed.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/gate_fixture.h"

/* What a test starts with: the default policy, and processes. */
struct scene {
	struct gate_judges judges;
	struct vt__analysis *analysis;
	struct vt__gate gate;
};

static struct scene judged(const struct sample *samples, size_t count, const char *clause)
{
	struct scene scene;

	gate_judges_make(&scene.judges);
	if (clause)
		gate_fail_on(&scene.judges, clause);
	assert_int_equal(vt__policy_finish(&scene.judges.policy), 0);
	scene.analysis = gate_analysis(samples, count);
	scene.gate = gate_judge(&scene.judges, scene.analysis);
	return scene;
}

/* The same recordings, once more. */
static void judge_again(struct scene *scene)
{
	vt__gate_release(&scene->gate);
	scene->gate = gate_judge(&scene->judges, scene->analysis);
}

static void end(struct scene *scene)
{
	vt__gate_release(&scene->gate);
	vt__analysis_free(scene->analysis);
	gate_judges_free(&scene->judges);
}

static void nothing_found_in_a_covered_process_is_clean(void **state)
{
	const struct sample sample = gate_process();
	struct scene scene = judged(&sample, 1, NULL);

	(void)state;
	assert_int_equal(scene.gate.verdict, VT__VERDICT_CLEAN);
	assert_int_equal(scene.gate.judged_count, 0);
	assert_int_equal(scene.gate.reason_count, 1);
	assert_false(scene.gate.incomplete);
	end(&scene);
}

static void no_recording_is_not_covered_unless_allowed(void **state)
{
	struct scene scene = judged(NULL, 0, NULL);

	(void)state;
	assert_int_equal(scene.gate.verdict, VT__VERDICT_UNCOVERED);
	assert_true(has_reason(&scene.gate, "--allow-no-cuda"));
	scene.judges.policy.allow_no_cuda = true;
	judge_again(&scene);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_CLEAN);
	end(&scene);
}

static void a_process_that_never_called_the_driver_is_not_covered(void **state)
{
	const struct sample sample = gate_process();
	const struct vt_format_passage *passage;
	struct scene scene;

	(void)state;
	/* The driver was loaded, and no call of it was seen. */
	made_header(sample.made)->doors[VT_DOOR_CALLS] = 0;
	scene = judged(&sample, 1, NULL);
	passage = vt__recording_passage(scene.analysis->processes[0].recording, 0);
	assert_int_equal(passage->passage, VT_PASSAGE_DRIVER);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_UNCOVERED);
	scene.judges.policy.allow_no_cuda = true;
	judge_again(&scene);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_UNCOVERED);
	end(&scene);
}

static void losses_and_unreached_drivers_are_not_covered(void **state)
{
	const struct sample lost = gate_process(), past = gate_process();
	struct vt_format_passage passage = {.passage = VT_PASSAGE_DRIVER_UNREACHED,
					    .path = made_string(past.made, "/opt/libcuda.so.1"),
					    .symbol = VT_FORMAT_NONE};
	struct scene scene;

	(void)state;
	made_header(lost.made)->losses[VT_LOSS_ALLOCATIONS] = 2;
	scene = judged(&lost, 1, NULL);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_UNCOVERED);
	assert_true(has_reason(&scene.gate, "lost: 2 allocations"));
	end(&scene);
	made_add(past.made, VT_FORMAT_PASSAGE, &passage);
	scene = judged(&past, 1, NULL);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_UNCOVERED);
	assert_true(
		has_reason(&scene.gate, "/opt/libcuda.so.1: a driver whose calls were not seen"));
	/* That nobody looked is one thing, that something was found is another. */
	scene.judges.policy.allow_unwatched_end = true;
	scene.judges.policy.allow_no_cuda = true;
	judge_again(&scene);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_UNCOVERED);
	end(&scene);
}

static void an_end_that_nobody_watched_is_not_covered_unless_allowed(void **state)
{
	struct sample sample = sample_start();
	struct scene scene;

	(void)state;
	made_header(sample.made)->doors[VT_DOOR_CALLS] = 1;
	made_header(sample.made)->state = VT_FORMAT_RUNNING;
	made_header(sample.made)->wait_status = 9;
	scene = judged(&sample, 1, NULL);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_UNCOVERED);
	assert_true(
		has_reason(&scene.gate, "as Go programs do (--allow-unwatched-end takes that)"));
	scene.judges.policy.allow_unwatched_end = true;
	judge_again(&scene);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_CLEAN);
	end(&scene);
}

static void growth_that_could_not_be_told_is_not_covered(void **state)
{
	struct sample samples[] = {gate_process(), gate_process()};
	struct vt_format_mark mark = {.marker = VT_MARKER_CALL, .followed = 1};
	struct scene scene;

	(void)state;
	/* One that came to a mark is enough: others may be of no steps. */
	for (int i = 0; i < 2; i++) {
		mark.name = made_string(samples[i].made, "request");
		mark.count = (uint64_t)i;
		made_add(samples[i].made, VT_FORMAT_MARK, &mark);
	}
	scene = judged(samples, 2, NULL);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_CLEAN);
	assert_true(has_reason(&scene.gate, "growth was not told: too few marks"));
	end(&scene);
	mark.count = 0;
	samples[0] = gate_process();
	mark.name = made_string(samples[0].made, "request");
	made_add(samples[0].made, VT_FORMAT_MARK, &mark);
	scene = judged(samples, 1, NULL);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_UNCOVERED);
	assert_true(has_reason(&scene.gate, "growth: no mark \"request\" was seen"));
	end(&scene);
	samples[0] = gate_process();
	made_add(samples[0].made, VT_FORMAT_MARK,
		 &(struct vt_format_mark){.marker = VT_MARKER_TIMER, .followed = 1});
	scene = judged(samples, 1, NULL);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_CLEAN);
	end(&scene);
}

static void a_history_that_was_not_kept_is_not_covered(void **state)
{
	struct sample sample = gate_process();
	struct vt_format_site *site;
	struct scene scene;

	(void)state;
	site = made_record(sample.made, VT_FORMAT_SITE,
			   made_site(sample.made, sample.cache, sample.gpu,
				     made_string(sample.made, "cuMemAlloc"), VT_KIND_LINEAR));
	site->growth_plus_1 = VT_FORMAT_NONE;
	scene = judged(&sample, 1, NULL);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_UNCOVERED);
	assert_true(has_reason(&scene.gate, "of 1 call site there was no room for a history"));
	end(&scene);
	sample = gate_process();
	site = made_record(sample.made, VT_FORMAT_SITE,
			   made_site(sample.made, sample.cache, sample.gpu,
				     made_string(sample.made, "cuMemAlloc"), VT_KIND_LINEAR));
	site->growth_plus_1 = VT_FORMAT_NONE;
	scene = judged(&sample, 1, "leak");
	assert_int_equal(scene.gate.verdict, VT__VERDICT_CLEAN);
	end(&scene);
}

static void graphs_that_were_not_looked_at_are_told(void **state)
{
	const struct sample sample = gate_process();
	struct scene scene;

	(void)state;
	made_header(sample.made)->losses[VT_LOSS_GRAPH_USES] = 2;
	scene = judged(&sample, 1, NULL);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_CLEAN);
	assert_true(has_reason(
		&scene.gate,
		"stale graphs were not looked for in all graphs: 2 executable graphs of which"));
	end(&scene);
}

static void recordings_that_cannot_be_read_fail(void **state)
{
	const struct sample sample = gate_process();
	struct scene scene = judged(&sample, 1, NULL);

	(void)state;
	scene.analysis->unreadable = 1;
	judge_again(&scene);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_UNREADABLE);
	assert_true(scene.gate.incomplete);
	end(&scene);
}

static void findings_are_told_even_where_not_all_was_seen(void **state)
{
	const struct sample sample = gate_process();
	struct scene scene;

	(void)state;
	gate_leak(&sample, sample.cache, 4096);
	made_header(sample.made)->losses[VT_LOSS_ALLOCATIONS] = 1;
	scene = judged(&sample, 1, NULL);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_FINDINGS);
	assert_true(scene.gate.incomplete);
	assert_true(has_reason(&scene.gate, "1 finding beyond the policy \"leak\": 4.0 KiB"));
	assert_true(has_reason(&scene.gate, "lost: 1"));
	end(&scene);
}

static void one_place_in_many_processes_is_one_finding(void **state)
{
	const struct sample samples[] = {gate_process(), gate_process(), gate_process()};
	struct scene scene;

	(void)state;
	gate_leak(&samples[0], samples[0].cache, 100);
	gate_leak(&samples[1], samples[1].cache, 300);
	gate_leak(&samples[1], samples[1].cache, 50);
	gate_leak(&samples[2], samples[2].loader, 7);
	scene = judged(samples, 3, NULL);
	assert_int_equal(scene.gate.judged_count, 2);
	assert_int_equal(scene.gate.judged[0].sum.bytes, 450);
	assert_int_equal(scene.gate.judged[0].sum.count, 3);
	assert_int_equal(scene.gate.judged[0].largest.bytes, 350);
	assert_int_equal(scene.gate.judged[0].processes, 2);
	assert_int_equal(scene.gate.judged[0].devices, 1);
	assert_ptr_equal(scene.gate.judged[0].process, &scene.analysis->processes[0]);
	assert_int_equal(scene.gate.judged[1].processes, 1);
	end(&scene);
}

static void a_total_is_of_all_findings_together(void **state)
{
	const struct sample sample = gate_process();
	struct scene scene;

	(void)state;
	gate_leak(&sample, sample.cache, 600);
	gate_leak(&sample, sample.loader, 500);
	scene = judged(&sample, 1, "leak:total>1099");
	assert_true(scene.gate.judged[0].fails && scene.gate.judged[1].fails);
	assert_string_equal(scene.gate.judged[1].clause, "leak:total>1099");
	vt__policy_release(&scene.judges.policy);
	gate_fail_on(&scene.judges, "leak:total>1100");
	judge_again(&scene);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_CLEAN);
	end(&scene);
}

static void what_fails_comes_first(void **state)
{
	const struct sample sample = gate_process();
	struct scene scene;

	(void)state;
	gate_leak(&sample, sample.cache, 1 << 20);
	gate_bad_free(&sample, sample.loader, VT_BAD_FREE_DOUBLE);
	scene = judged(&sample, 1, "bad_free");
	assert_int_equal(scene.gate.judged[0].row->finding_class, VT__CLASS_BAD_FREE);
	assert_true(scene.gate.judged[0].fails);
	assert_false(scene.gate.judged[1].fails);
	assert_int_equal(scene.gate.judged[1].standing, VT__STANDING_NEW);
	end(&scene);
}

static void suppressed_findings_are_listed_with_their_rule(void **state)
{
	const struct sample sample = gate_process();
	struct scene scene;

	(void)state;
	gate_leak(&sample, sample.cache, 4096);
	scene = judged(&sample, 1, NULL);
	assert_int_equal(gate_read_suppressions(&scene.judges, "# known\nleak:libmodel\n"), 0);
	judge_again(&scene);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_CLEAN);
	assert_int_equal(scene.gate.judged_count, 1);
	assert_int_equal(scene.gate.judged[0].standing, VT__STANDING_SUPPRESSED);
	assert_int_equal(scene.gate.judged[0].suppressed_line, 2);
	assert_string_equal(scene.gate.judged[0].suppressed_rule, "leak:libmodel");
	assert_int_equal(scene.gate.idle_count, 0);
	end(&scene);
}

/* ... also where a name would move the cursor or reorder the line. */
static void printed_suppressions_are_harmless_and_match(void **state)
{
	const struct sample sample = gate_process();
	const uint32_t module = made_module(sample.made,
					    "/srv/a\xc2\x9b"
					    "1m\xe2\x80\xae\xff\xd8\x9c.so",
					    0);
	const uint64_t frame = VT_FORMAT_MAKE_FRAME(module, 0x10);
	struct scene scene;
	char *text = NULL, *at;
	size_t bytes;
	FILE *out;

	(void)state;
	gate_leak(&sample, made_stack(sample.made, &frame, 1), 4096);
	scene = judged(&sample, 1, NULL);
	out = open_memstream(&text, &bytes);
	assert_non_null(out);
	assert_int_equal(vt__suppressions_print(&scene.gate, out), 0);
	assert_int_equal(fclose(out), 0);
	for (at = text; *at; at++)
		assert_true(*at == '\n' ||
			    ((unsigned char)*at >= ' ' && (unsigned char)*at < 0x7f));
	assert_int_equal(gate_read_suppressions(&scene.judges, text), 0);
	free(text);
	judge_again(&scene);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_CLEAN);
	end(&scene);
}

/* A rule printed for a finding suppresses it. */
static void printed_suppressions_suppress_what_was_found(void **state)
{
	const struct sample sample = gate_process();
	struct scene scene;
	char *text = NULL;
	size_t bytes;
	FILE *out;

	(void)state;
	gate_leak(&sample, sample.cache, 4096);
	gate_bad_free(&sample, sample.loader, VT_BAD_FREE_UNKNOWN);
	scene = judged(&sample, 1, NULL);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_FINDINGS);
	out = open_memstream(&text, &bytes);
	assert_non_null(out);
	assert_int_equal(vt__suppressions_print(&scene.gate, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(gate_read_suppressions(&scene.judges, text), 0);
	free(text);
	judge_again(&scene);
	assert_int_equal(scene.gate.verdict, VT__VERDICT_CLEAN);
	assert_int_equal(scene.gate.idle_count, 0);
	end(&scene);
}

static void titles_fit_their_room(void **state)
{
	const struct sample sample = gate_process();
	char title[8];
	struct scene scene;

	(void)state;
	gate_leak(&sample, sample.cache, 4096);
	scene = judged(&sample, 1, NULL);
	vt__judged_title(&scene.gate.judged[0], title, sizeof(title));
	assert_string_equal(title, "libmode");
	end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_found_in_a_covered_process_is_clean),
		cmocka_unit_test(no_recording_is_not_covered_unless_allowed),
		cmocka_unit_test(a_process_that_never_called_the_driver_is_not_covered),
		cmocka_unit_test(losses_and_unreached_drivers_are_not_covered),
		cmocka_unit_test(an_end_that_nobody_watched_is_not_covered_unless_allowed),
		cmocka_unit_test(growth_that_could_not_be_told_is_not_covered),
		cmocka_unit_test(a_history_that_was_not_kept_is_not_covered),
		cmocka_unit_test(graphs_that_were_not_looked_at_are_told),
		cmocka_unit_test(recordings_that_cannot_be_read_fail),
		cmocka_unit_test(findings_are_told_even_where_not_all_was_seen),
		cmocka_unit_test(one_place_in_many_processes_is_one_finding),
		cmocka_unit_test(a_total_is_of_all_findings_together),
		cmocka_unit_test(what_fails_comes_first),
		cmocka_unit_test(suppressed_findings_are_listed_with_their_rule),
		cmocka_unit_test(printed_suppressions_suppress_what_was_found),
		cmocka_unit_test(printed_suppressions_are_harmless_and_match),
		cmocka_unit_test(titles_fit_their_room),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, gate_make_folder, gate_remove_folder);
}
