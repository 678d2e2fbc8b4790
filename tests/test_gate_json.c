/*
 * The gate's formats that are JSON: SARIF, and GitLab's code quality report.
 */
#include "config.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

static char *sarif_of(const struct vt__gate *gate, json_t **log)
{
	char *text = gate_sample_write(gate, "sarif");

	*log = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(*log);
	return text;
}

/* What is at a path of keys and numbers: "runs.0.results.2.level". */
static json_t *at(json_t *value, const char *path)
{
	char copy[256], *rest = copy, *part;

	snprintf(copy, sizeof(copy), "%s", path);
	while (value && (part = strsep(&rest, ".")))
		value = json_is_array(value) ? json_array_get(value, strtoul(part, NULL, 10))
					     : json_object_get(value, part);
	if (!value)
		fail_msg("no %s", path);
	return value;
}

static void assert_at(json_t *value, const char *path, const char *wanted)
{
	const char *seen = json_string_value(at(value, path));

	assert_non_null(seen);
	assert_string_equal(seen, wanted);
}

/* ---- SARIF ----------------------------------------------------------------------------- */

static void a_result_says_where_and_whether_it_is_new(void **state)
{
	json_t *log, *leak;
	char *text = sarif_of(&sample.gate, &log);

	(void)state;
	leak = at(log, "runs.0.results.0");
	assert_at(leak, "ruleId", "leak");
	assert_at(leak, "level", "error");
	assert_at(leak, "baselineState", "new");
	assert_at(leak, "partialFingerprints.vramtrackIdentity/v2", sample.rows[0].identity);
	assert_at(leak, "locations.0.physicalLocation.artifactLocation.uriBaseId", "%SRCROOT%");
	assert_at(leak, "locations.0.physicalLocation.artifactLocation.uri",
		  "src/a%7Cb%20%60c%60%20%3Cscript%3E%5D%5D%3E%26%22q%27%2C%20%40me%3A%20100%25"
		  "%0Ax%1B%5B31m%FF.c");
	assert_true(json_integer_value(at(leak, "locations.0.physicalLocation.region.startLine")) >=
		    12);
	assert_at(leak,
		  "codeFlows.0.threadFlows.0.locations.0.location.logicalLocations.0"
		  ".fullyQualifiedName",
		  "gate_sample_run");
	assert_at(leak, "codeFlows.0.threadFlows.0.locations.1.importance", "essential");
	assert_at(leak, "stacks.0.frames.0.module", "libcudart.so.13");
	assert_int_equal(json_array_size(at(leak, "suppressions")), 0);
	json_decref(log);
	free(text);
}

static void each_standing_has_its_state(void **state)
{
	json_t *log;
	char *text = sarif_of(&sample.gate, &log);

	(void)state;
	assert_at(log, "runs.0.results.1.baselineState", "updated");
	assert_at(log, "runs.0.results.2.baselineState", "unchanged");
	assert_at(log, "runs.0.results.2.level", "note");
	assert_at(log, "runs.0.results.3.suppressions.0.kind", "external");
	assert_int_equal(json_integer_value(at(log, "runs.0.results.3.suppressions.0.location"
						    ".physicalLocation.region.startLine")),
			 7);
	assert_at(log, "runs.0.results.4.stacks.0.message.text", "here");
	assert_int_equal(json_array_size(at(log, "runs.0.results.4.stacks")), 3);
	assert_at(log, "runs.0.results.5.level", "warning");
	assert_at(log, "runs.0.results.6.baselineState", "absent");
	assert_at(log, "runs.0.results.6.kind", "pass");
	json_decref(log);
	free(text);
}

/* Code scanning takes no result without a file. */
static void a_result_without_a_source_line_is_in_its_module(void **state)
{
	json_t *log, *place;
	char *text = sarif_of(&sample.gate, &log);

	(void)state;
	place = at(log, "runs.0.results.1.locations.0.physicalLocation");
	assert_at(place, "artifactLocation.uri", "libmodel.so");
	assert_null(json_object_get(at(place, "artifactLocation"), "uriBaseId"));
	assert_int_equal(json_integer_value(at(place, "address.relativeAddress")), 0x1234);
	json_decref(log);
	free(text);
}

static void artifacts_are_where_locations_say(void **state)
{
	json_t *log, *artifact, *place;
	char *text = sarif_of(&sample.gate, &log), path[64];

	(void)state;
	place = at(log, "runs.0.results.0.locations.0.physicalLocation.artifactLocation");
	snprintf(path, sizeof(path), "runs.0.artifacts.%d",
		 (int)json_integer_value(at(place, "index")));
	artifact = at(log, path);
	assert_string_equal(json_string_value(at(artifact, "location.uri")),
			    json_string_value(at(place, "uri")));
	json_decref(log);
	free(text);
}

static void a_gate_that_saw_too_little_did_not_succeed(void **state)
{
	json_t *log;
	char *text;

	(void)state;
	gate_sample_empty(&sample, VT__VERDICT_UNCOVERED, "no recording");
	text = sarif_of(&sample.gate, &log);
	assert_false(json_boolean_value(at(log, "runs.0.invocations.0.executionSuccessful")));
	assert_at(log, "runs.0.invocations.0.toolExecutionNotifications.0.message.text",
		  "no recording");
	assert_int_equal(json_integer_value(at(log, "runs.0.invocations.1.exitCode")), 3);
	json_decref(log);
	free(text);
}

/* ---- GitLab ------------------------------------------------------------------------- */

static void gitlab_gets_what_it_compares(void **state)
{
	char *text = gate_sample_write(&sample.gate, "gitlab");
	json_t *list = json_loads(text, 0, NULL);

	(void)state;
	assert_int_equal(json_array_size(list), ROW_COUNT - 1);
	assert_at(list, "0.fingerprint", sample.rows[ROW_LOAD].identity);
	assert_at(list, "0.check_name", "vramtrack.leak");
	assert_at(list, "0.severity", "critical");
	assert_at(list, "1.location.path", "libmodel.so");
	assert_at(list, "2.severity", "info");
	assert_at(list, "4.severity", "minor");
	assert_has(json_string_value(at(list, "0.location.path")), "src/a|b `c` <script>");
	json_decref(list);
	free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_sample, free_sample)
	const struct CMUnitTest tests[] = {
		TEST(a_result_says_where_and_whether_it_is_new),
		TEST(each_standing_has_its_state),
		TEST(a_result_without_a_source_line_is_in_its_module),
		TEST(artifacts_are_where_locations_say),
		TEST(a_gate_that_saw_too_little_did_not_succeed),
		TEST(gitlab_gets_what_it_compares),
	};
#undef TEST

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_make_folder, sample_remove_folder);
}
