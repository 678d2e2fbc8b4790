/* Reports of a tracker: exact text, and JSON that a JSON reader takes. */
#include "config.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <vramtrack/tracker.h>

#include "library/json_text.h"
#include "library/size_words.h"

#define MIB ((size_t)1 << 20)

static int make(void **state)
{
	vt_tracker *tracker;

	if (vt_tracker_create(&tracker) != VT_OK)
		return -1;
	*state = tracker;
	return 0;
}

static int destroy(void **state)
{
	vt_tracker_destroy(*state);
	return 0;
}

static void put(vt_tracker *tracker, uintptr_t address, size_t bytes, vt_purpose purpose,
		const char *label, int device)
{
	assert_int_equal(
		vt_tracker_record(tracker, (const void *)address, bytes, purpose, label, device),
		VT_OK);
}

/* ---- Numbers ------------------------------------------------------------------------ */

/* As printf writes them, whatever the size. */
static void mib_are_rounded_as_printf_does(void **state)
{
	static const uint64_t sizes[] = {
		0,       1,      5242,   5243,   15728,       15729,       1048575,   1048576,
		1048577, 131072, 393216, 655360, 4096 + 8192, 1572864 + 1, 123456789, 1ull << 40};
	char expected[64], words[VT__SIZE_WORDS_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		snprintf(expected, sizeof(expected), "%.2f", (double)sizes[i] / 1048576.0);
		assert_string_equal(vt__mib_words(sizes[i], words), expected);
	}
	for (unsigned i = 0; i < 100000; i++) {
		uint64_t bytes = (uint64_t)rand() * 1024;

		snprintf(expected, sizeof(expected), "%.2f", (double)bytes / 1048576.0);
		assert_string_equal(vt__mib_words(bytes, words), expected);
	}
	assert_string_equal(vt__mib_words(UINT64_MAX, words), "17592186044416.00");
}

static void sizes_have_fitting_units(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *words;
	} rows[] = {
		{0, "0 B"},
		{104857, "104857 B"},
		{104858, "0.1 MB"},
		{12 * MIB, "12.0 MB"},
		{102 * MIB, "102.0 MB"},
		{103 * MIB, "0.1 GB"},
		{512 * MIB, "0.5 GB"},
		{1536 * MIB, "1.5 GB"},
		{UINT64_MAX, "17179869184.0 GB"},
	};
	char words[VT__SIZE_WORDS_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(vt__size_words(rows[i].bytes, words), rows[i].words);
}

/* ---- Text ------------------------------------------------------------------------------ */

static void is_text(char *text, const char *expected)
{
	assert_non_null(text);
	assert_string_equal(text, expected);
	vt_free(text);
}

static void usage_has_the_purposes_present(void **state)
{
	vt_tracker *tracker = *state;

	is_text(vt_tracker_usage_report(tracker), "VRAM Usage Report:\n"
						  "  Total: 0.00 MB\n"
						  "  Allocations: 0\n"
						  "  Breakdown:\n");
	put(tracker, 1, MIB + MIB / 2, VT_PURPOSE_KV_CACHE, NULL, 0);
	put(tracker, 2, 3 * MIB, VT_PURPOSE_MODEL_WEIGHTS, "w", 0);
	put(tracker, 3, 0, VT_PURPOSE_UNKNOWN, NULL, 0);
	is_text(vt_tracker_usage_report(tracker), "VRAM Usage Report:\n"
						  "  Total: 4.50 MB\n"
						  "  Allocations: 3\n"
						  "  Breakdown:\n"
						  "    Model Weights: 3.00 MB\n"
						  "    KV Cache: 1.50 MB\n"
						  "    Unknown: 0.00 MB\n");
	put(tracker, 3, 1, VT_PURPOSE_INTERMEDIATE_BUFFERS, NULL, 0);
	is_text(vt_tracker_usage_report(tracker), "VRAM Usage Report:\n"
						  "  Total: 4.50 MB\n"
						  "  Allocations: 3\n"
						  "  Breakdown:\n"
						  "    Model Weights: 3.00 MB\n"
						  "    KV Cache: 1.50 MB\n"
						  "    Intermediate Buffers: 0.00 MB\n");
}

/* Drops the lines of frames, counting them. */
static unsigned strip_frames(char *text)
{
	char *to = text, *line = text, *end;
	unsigned frames = 0;

	for (; *line; line = end) {
		end = strchr(line, '\n');
		assert_non_null(end++);
		if (strncmp(line, "    #", 5) == 0) {
			frames++;
			continue;
		}
		memmove(to, line, (size_t)(end - line));
		to += end - line;
	}
	*to = '\0';
	return frames;
}

static void text_is_largest_first(void **state)
{
	vt_tracker *tracker = *state;
	char *text;

	is_text(vt_tracker_report_text(tracker),
		"VRAM tracker: 0.00 MB in 0 allocations, peak 0.00 MB\n");
	put(tracker, 0x1000, 100, VT_PURPOSE_UNKNOWN, NULL, -1);
	put(tracker, 0x2000, 2 * MIB, VT_PURPOSE_KV_CACHE, "layer \x1b[2J 1", 3);
	put(tracker, 0x3000, 100, VT_PURPOSE_MODEL_WEIGHTS, "later", 0);
	text = vt_tracker_report_text(tracker);
	assert_non_null(text);
	assert_true(strip_frames(text) >= 3);
	is_text(text, "VRAM tracker: 2.00 MB in 3 allocations, peak 2.00 MB\n"
		      "\n  2097152 bytes (2.0 MB) at 0x2000 on GPU3, KV Cache, layer \\x1b[2J 1\n"
		      "\n  100 bytes (100 B) at 0x1000, Unknown\n"
		      "\n  100 bytes (100 B) at 0x3000 on GPU0, Model Weights, later\n");
	assert_null(vt_tracker_report_text(NULL));
}

static void frames_have_module_and_offset(void **state)
{
	vt_tracker *tracker = *state;
	const char *frame;
	char *text;

	put(tracker, 0x1000, 100, VT_PURPOSE_UNKNOWN, NULL, -1);
	text = vt_tracker_report_text(tracker);
	assert_non_null(text);
	frame = strstr(text, "    #0 ");
	assert_non_null(frame);
	*strchr(frame, '\n') = '\0';
	assert_non_null(strstr(frame, "test_tracker_reports+0x"));
	vt_free(text);
}

/* ---- JSON --------------------------------------------------------------------------------- */

static json_t *parse(char *text)
{
	json_error_t error;
	json_t *json;

	assert_non_null(text);
	json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fail_msg("%s at %d in %s", error.text, error.position, text);
	vt_free(text);
	return json;
}

/* Takes the stacks out, checking them. */
static void take_stacks(json_t *json)
{
	json_t *allocation;
	size_t i;

	json_array_foreach(json_object_get(json, "allocations"), i, allocation) {
		json_t *frame = json_array_get(json_object_get(allocation, "stack"), 0);

		assert_true(json_is_object(frame));
		assert_true(strncmp(json_string_value(json_object_get(frame, "address")), "0x",
				    2) == 0);
		assert_non_null(strstr(json_string_value(json_object_get(frame, "module")),
				       "test_tracker_reports"));
		assert_true(json_is_string(json_object_get(frame, "offset")));
		assert_non_null(json_object_get(frame, "function"));
		json_object_del(allocation, "stack");
	}
}

static void json_is(char *text, const char *expected)
{
	json_t *json = parse(text), *wanted = json_loads(expected, 0, NULL);
	char *shown;

	assert_non_null(wanted);
	take_stacks(json);
	shown = json_dumps(json, JSON_COMPACT);
	if (!json_equal(json, wanted))
		fail_msg("%s", shown);
	free(shown);
	json_decref(json);
	json_decref(wanted);
}

static void json_says_it_all(void **state)
{
	vt_tracker *tracker = *state;

	json_is(vt_tracker_report_json(tracker),
		"{\"schema\":\"vramtrack-tracker/1\",\"total_bytes\":0,\"count\":0,"
		"\"peak_bytes\":0,\"budget_bytes\":null,\"purposes\":[],\"devices\":[],"
		"\"labels\":[],\"allocations\":[]}");
	put(tracker, 0x1000, 50, VT_PURPOSE_MODEL_WEIGHTS, NULL, 1);
	assert_int_equal(vt_tracker_unrecord(tracker, (const void *)0x1000), VT_OK);
	put(tracker, 0x2000, 10, VT_PURPOSE_KV_CACHE, "kv", 1);
	put(tracker, 0x3000, 20, VT_PURPOSE_KV_CACHE, "a\"b\\\n\xff\xc3\xa4", -1);
	put(tracker, 0x4000, 3, VT_PURPOSE_UNKNOWN, "kv", 1);
	vt_tracker_set_budget(tracker, 1000, NULL, NULL);
	json_is(vt_tracker_report_json(tracker),
		"{\"schema\":\"vramtrack-tracker/1\",\"total_bytes\":33,\"count\":3,"
		"\"peak_bytes\":50,\"budget_bytes\":1000,\"purposes\":["
		"{\"purpose\":\"ModelWeights\",\"bytes\":0,\"count\":0,\"peak_bytes\":50},"
		"{\"purpose\":\"KVCache\",\"bytes\":30,\"count\":2,\"peak_bytes\":0},"
		"{\"purpose\":\"Unknown\",\"bytes\":3,\"count\":1,\"peak_bytes\":0}],"
		"\"devices\":[{\"device\":null,\"bytes\":20,\"count\":1},"
		"{\"device\":1,\"bytes\":13,\"count\":2}],"
		"\"labels\":[{\"label\":\"a\\\"b\\\\\\n\\ufffd\\u00e4\",\"bytes\":20,\"count\":1},"
		"{\"label\":\"kv\",\"bytes\":13,\"count\":2}],"
		"\"allocations\":["
		"{\"address\":\"0x2000\",\"bytes\":10,\"purpose\":\"KVCache\",\"device\":1,"
		"\"label\":\"kv\"},"
		"{\"address\":\"0x3000\",\"bytes\":20,\"purpose\":\"KVCache\",\"device\":null,"
		"\"label\":\"a\\\"b\\\\\\n\\ufffd\\u00e4\"},"
		"{\"address\":\"0x4000\",\"bytes\":3,\"purpose\":\"Unknown\",\"device\":1,"
		"\"label\":\"kv\"}]}");
	assert_null(vt_tracker_report_json(NULL));
}

static void json_takes_the_largest_numbers(void **state)
{
	vt_tracker *tracker = *state;
	json_t *json;

	vt_tracker_set_budget(tracker, SIZE_MAX, NULL, NULL);
	put(tracker, UINTPTR_MAX, INT64_MAX, VT_PURPOSE_UNKNOWN, NULL, 0);
	json = parse(vt_tracker_report_json(tracker));
	assert_true(json_integer_value(json_object_get(json, "budget_bytes")) == INT64_MAX);
	assert_true(json_integer_value(json_object_get(json, "total_bytes")) == INT64_MAX);
	json_decref(json);
}

/* ---- Escapes ------------------------------------------------------------------------------ */

static void escapes_what_json_must(void **state)
{
	static const struct {
		const char *text, *escaped;
	} rows[] = {
		{"", ""},
		{"plain / text", "plain / text"},
		{"\"\\\b\f\n\r\t", "\\\"\\\\\\b\\f\\n\\r\\t"},
		{"\x01\x1f\x7f", "\\u0001\\u001f\\u007f"},
		{"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
		{"\xc0\x80", "\\ufffd\\ufffd"},            /* overlong */
		{"\xe0\x80\x80", "\\ufffd\\ufffd\\ufffd"}, /* overlong */
		{"\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd"}, /* a surrogate */
		{"\xf4\x90\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd"},
		{"\xe2\x82", "\\ufffd\\ufffd"}, /* cut */
		{"\xc3x", "\\ufffdx"},
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(vt__json_escape(rows[i].text, out, sizeof(out)),
				 strlen(rows[i].escaped));
		assert_string_equal(out, rows[i].escaped);
	}
}

static void cuts_after_whole_characters(void **state)
{
	char out[8];

	(void)state;
	memset(out, 'z', sizeof(out));
	assert_int_equal(vt__json_escape("ab\x01"
					 "c",
					 out, sizeof(out)),
			 9);
	assert_string_equal(out, "ab");
	assert_int_equal(vt__json_escape("abc\xe2\x82\xac", out, 6), 6);
	assert_string_equal(out, "abc");
	assert_int_equal(vt__json_escape("abc", out, 1), 3);
	assert_string_equal(out, "");
}

#define REPORT_TEST(name) cmocka_unit_test_setup_teardown(name, make, destroy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mib_are_rounded_as_printf_does),
		cmocka_unit_test(sizes_have_fitting_units),
		REPORT_TEST(usage_has_the_purposes_present),
		REPORT_TEST(text_is_largest_first),
		REPORT_TEST(frames_have_module_and_offset),
		REPORT_TEST(json_says_it_all),
		REPORT_TEST(json_takes_the_largest_numbers),
		cmocka_unit_test(escapes_what_json_must),
		cmocka_unit_test(cuts_after_whole_characters),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
