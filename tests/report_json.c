/*
 * JSON reports about composed recordings, read back.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/report_json.h"

json_t *report_json(struct made *made)
{
	struct vt__report_outcome outcome;
	char *text = sample_report(made, "json", true, &outcome);
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!root)
		fail_msg("not JSON: %s at line %d:\n%s", error.text, error.line, text);
	free(text);
	return root;
}

json_t *report_process(json_t *root)
{
	return json_array_get(json_object_get(root, "processes"), 0);
}

json_t *report_row(json_t *root, const char *array, size_t number)
{
	json_t *row = json_array_get(json_object_get(report_process(root), array), number);

	if (!row)
		fail_msg("no %s[%zu]", array, number);
	return row;
}

void assert_equals(json_t *seen, json_t *wanted)
{
	char *text = json_dumps(seen, JSON_ENCODE_ANY | JSON_SORT_KEYS);

	assert_non_null(wanted);
	if (!json_equal(seen, wanted))
		fail_msg("seen: %s", text ? text : "nothing");
	free(text);
	json_decref(wanted);
}

void assert_members(json_t *object, json_t *wanted)
{
	const char *key;
	json_t *value;

	assert_non_null(wanted);
	json_object_foreach(wanted, key, value) {
		char *text = json_dumps(json_object_get(object, key), JSON_ENCODE_ANY);

		if (!json_equal(json_object_get(object, key), value))
			fail_msg("%s is %s", key, text ? text : "not there");
		free(text);
	}
	json_decref(wanted);
}
