/*
 * The JSON report by its fields.
 */
#include "reports/formats/json.h"
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/report_json.h"

/* ---- JSON ------------------------------------------------------------------------ */

static json_t *at_path(json_t *value, const char *key, size_t index)
{
	json_t *found = json_object_get(value, key);

	if (json_is_array(found))
		found = json_array_get(found, index);
	if (!found)
		fail_msg("no \"%s\"[%zu]", key, index);
	return found;
}

static void assert_integer(json_t *object, const char *key, json_int_t expected)
{
	assert_true(json_is_integer(json_object_get(object, key)));
	assert_int_equal(json_integer_value(json_object_get(object, key)), expected);
}

static void assert_text(json_t *object, const char *key, const char *expected)
{
	assert_true(json_is_string(json_object_get(object, key)));
	assert_string_equal(json_string_value(json_object_get(object, key)), expected);
}

static void the_json_report_has_the_documented_fields(void **state)
{
	struct sample sample = sample_start();
	json_t *root, *process, *device, *finding, *frame;

	(void)state;
	sample_fill(&sample);
	made_header(sample.made)->state = VT_FORMAT_RUNNING;
	made_header(sample.made)->wait_status = 9;
	root = report_json(sample.made);
	assert_text(root, "schema", "vramtrack-report/1");
	assert_text(json_object_get(root, "tool"), "version", PACKAGE_VERSION);
	process = at_path(root, "processes", 0);
	assert_text(process, "command", "./worker --model 'large model.bin'");
	assert_string_equal(json_string_value(at_path(process, "arguments", 2)), "large model.bin");
	assert_integer(process, "pid", 4242);
	assert_integer(process, "parent_pid", 4000);
	assert_text(process, "host", "node7");
	assert_text(process, "state", "ended");
	assert_integer(process, "exit", 137);
	assert_integer(process, "signal", 9);
	assert_text(process, "started", "2025-01-02T03:04:05.123Z");
	assert_true(json_is_false(json_object_get(process, "simulated")));
	assert_true(json_is_true(json_object_get(process, "crash_safe")));
	device = at_path(process, "devices", 0);
	assert_integer(device, "ordinal", 0);
	assert_text(device, "uuid", "GPU-10101010-1010-1010-1010-101010101010");
	assert_integer(device, "live_bytes", 64 * MIB);
	assert_integer(device, "peak_bytes", 256 * MIB);
	assert_integer(device, "allocations", 4);
	assert_integer(device, "frees", 2);
	assert_text(at_path(device, "kinds", 0), "kind", "linear");
	assert_integer(at_path(device, "kinds", 0), "live_count", 2);
	assert_true(json_is_null(json_object_get(at_path(process, "devices", 1), "uuid")));
	finding = at_path(process, "findings", 0);
	assert_text(finding, "class", "leak");
	assert_integer(finding, "bytes", 64 * MIB);
	assert_integer(finding, "count", 2);
	assert_text(finding, "kind", "linear");
	assert_integer(finding, "device", 0);
	assert_text(finding, "api", "cuMemAlloc_v2");
	assert_integer(finding, "thread", 7);
	assert_int_equal(json_array_size(json_object_get(finding, "stack")), 4);
	frame = at_path(finding, "stack", 2);
	assert_text(frame, "module", "libmodel.so");
	assert_integer(frame, "offset", 0x1234);
	assert_true(json_is_null(json_object_get(frame, "function")));
	assert_true(json_is_false(json_object_get(frame, "inlined")));
	assert_true(json_is_null(json_object_get(at_path(finding, "stack", 3), "module")));
	assert_text(at_path(process, "lost", 0), "what", "stacks");
	assert_integer(at_path(process, "lost", 0), "count", 2);
	assert_has(json_string_value(at_path(process, "notes", 0)), "ended without exit()");
	assert_integer(json_object_get(root, "summary"), "leaked_bytes", 64 * MIB);
	assert_integer(json_object_get(json_object_get(root, "summary"), "leak"), "findings", 2);
	json_decref(root);
}

static void events_in_json_have_their_own_fields(void **state)
{
	struct sample sample = sample_start();
	json_t *root, *process, *finding;

	(void)state;
	sample_fill(&sample);
	root = report_json(sample.made);
	process = at_path(root, "processes", 0);
	finding = at_path(process, "findings", 3);
	assert_text(finding, "class", "bad_free");
	assert_text(finding, "reason", "double_free");
	assert_text(finding, "result_name", "CUDA_ERROR_INVALID_VALUE");
	assert_integer(finding, "result", 1);
	assert_text(finding, "address", "0x7f0012340000");
	assert_integer(at_path(finding, "allocation_stack", 0), "offset", 0x5678);
	assert_integer(at_path(finding, "free_stack", 0), "offset", 0x5678);
	finding = at_path(process, "findings", 4);
	assert_text(finding, "class", "out_of_memory");
	assert_integer(finding, "requested_bytes", 2048ll << 30);
	assert_integer(finding, "device_free_bytes", 50ll << 30);
	assert_integer(finding, "device_total_bytes", 150754820096ll);
	assert_integer(finding, "live_bytes", 256 * MIB);
	assert_true(json_is_null(json_object_get(finding, "holders")));
	assert_int_equal(json_array_size(json_object_get(finding, "holder_sites")), 0);
	assert_true(json_is_null(json_object_get(finding, "account")));
	assert_true(json_is_false(json_object_get(finding, "injected")));
	json_decref(root);
}

static void the_rows_of_a_peak_add_up_whatever_their_number(void **state)
{
	struct sample sample = sample_start();
	json_t *root, *peak, *row;
	json_int_t bytes = 0, sites = 0;
	size_t i;

	(void)state;
	for (i = 0; i < 1500; i++)
		made_allocation(sample.made,
				made_site(sample.made, sample.cache, sample.gpu, sample.alloc,
					  VT_KIND_LINEAR),
				0x1000 + i, 100 + i);
	root = report_json(sample.made);
	peak = json_object_get(at_path(root, "processes", 0), "peak");
	assert_int_equal(json_array_size(peak), 1001);
	json_array_foreach(peak, i, row) {
		bytes += json_integer_value(json_object_get(row, "bytes"));
		sites += json_integer_value(json_object_get(row, "sites"));
	}
	assert_int_equal(bytes, 1500 * 100 + 1500 * 1499 / 2);
	assert_int_equal(sites, 1500);
	assert_int_equal(
		json_array_size(json_object_get(at_path(root, "processes", 0), "findings")), 1500);
	json_decref(root);
}

static void json_stays_json_whatever_bytes_a_name_has(void **state)
{
	struct sample sample = sample_start();
	json_t *root;

	(void)state;
	made_header(sample.made)->host = made_string(
		sample.made, "a\xff\"\\\n\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80 \xc3\xa9");
	root = report_json(sample.made);
	assert_text(
		at_path(root, "processes", 0), "host",
		"a\xef\xbf\xbd\"\\\n\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xc3\xa9");
	json_decref(root);
}

/* jansson leaves it raw, and terminals do not show it. */
static void json_has_no_raw_delete(void **state)
{
	const char *const texts[] = {"\x7f", "a\x7f",
				     "\x7f"
				     "b",
				     "a\x7f\x7f"
				     "b\x7f",
				     "none"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		json_t *object = json_pack("{s:o}", "name", vt__json_string(texts[i])), *read;
		char *text = NULL;
		size_t bytes;
		FILE *out = open_memstream(&text, &bytes);

		assert_int_equal(vt__json_open(out, object), 0);
		fputc('}', out);
		assert_int_equal(fclose(out), 0);
		assert_null(strchr(text, 0x7f));
		read = json_loads(text, 0, NULL);
		assert_text(read, "name", texts[i]);
		json_decref(read);
		free(text);
	}
}

static void documents_on_many_say_what_was_left_out(void **state)
{
	struct vt__merge *merge = vt__merge_new(NULL);
	uint64_t cut;

	(void)state;
	for (cut = 0; cut < 4; cut += 3) {
		json_t *read;
		char *text = NULL;
		size_t bytes;
		FILE *out = open_memstream(&text, &bytes);

		vt__merge_allowance(merge)->cut = cut;
		fputs("{\"a\":1", out);
		assert_int_equal(vt__json_merged_notes(merge, out), 0);
		fputc('}', out);
		assert_int_equal(fclose(out), 0);
		read = json_loads(text, 0, NULL);
		assert_int_equal(json_array_size(json_object_get(read, "notes")), cut ? 1 : 0);
		assert_int_equal(strstr(text, "3 of its stacks not shown") != NULL, cut != 0);
		json_decref(read);
		free(text);
	}
	vt__merge_free(merge);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_json_report_has_the_documented_fields),
		cmocka_unit_test(events_in_json_have_their_own_fields),
		cmocka_unit_test(the_rows_of_a_peak_add_up_whatever_their_number),
		cmocka_unit_test(json_stays_json_whatever_bytes_a_name_has),
		cmocka_unit_test(json_has_no_raw_delete),
		cmocka_unit_test(documents_on_many_say_what_was_left_out),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_make_folder, sample_remove_folder);
}
