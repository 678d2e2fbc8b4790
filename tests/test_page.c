/*
 * The parts of the page's document: what is summed up, stacks that stand once, markup.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "reports/findings/analysis.h"
#include "reports/findings/site_rows.h"
#include "reports/formats/script_stream.h"
#include "reports/formats/stack_table.h"
#include "tests/make_recording.h"

#define KIB 1024ull

/* ---- Markup -------------------------------------------------------------------------- */

static void no_byte_of_markup_passes(void **state)
{
	char *text;
	size_t bytes;
	FILE *below = open_memstream(&text, &bytes), *stream = vt__script_stream(below);

	(void)state;
	assert_non_null(stream);
	fputs("{\"a\":\"</script>&<!--\"}", stream);
	assert_int_equal(fclose(stream), 0);
	fclose(below);
	assert_string_equal(text, "{\"a\":\"\\u003c/script\\u003e\\u0026\\u003c!--\"}");
	free(text);
}

static void a_full_disk_is_told(void **state)
{
	FILE *below = fopen("/dev/full", "w"), *stream = vt__script_stream(below);

	(void)state;
	setvbuf(below, NULL, _IONBF, 0);
	fputs("{}", stream);
	assert_int_not_equal(fclose(stream), 0);
	assert_true(ferror(below));
	fclose(below);
}

/* ---- Call sites ------------------------------------------------------------------------ */

/* Sites of 1, 2, ... KiB live, and one that freed 100 KiB; its path. */
static const char *write_sites(unsigned sites)
{
	static const char path[] = "test_page.vramtrack";
	struct made *made = made_new();
	const uint32_t device = made_device(made, 0, "device", 1 << 30);
	const uint32_t api = made_string(made, "cuMemAlloc_v2");
	uint64_t frame, address = 0x10000000;

	for (unsigned i = 0; i <= sites; i++, address += 0x100000) {
		frame = VT_FORMAT_MAKE_FRAME(VT_FORMAT_NO_MODULE, 0x1000 + i);
		const uint32_t site = made_site(made, made_stack(made, &frame, 1), device, api,
						VT_KIND_LINEAR);

		if (i)
			made_allocation(made, site, address, i * KIB);
		else
			made_freed(made, made_allocation(made, site, address, 100 * KIB));
	}
	assert_int_equal(made_write(made, path), 0);
	made_free(made);
	return path;
}

static void what_is_left_out_is_summed_up(void **state)
{
	char message[VT__MESSAGE_BYTES];
	struct vt__recording *recording;
	struct vt__analysis *analysis;
	struct vt__site_rows rows;

	(void)state;
	assert_int_equal(vt__recording_open(write_sites(5), &recording, message), 0);
	assert_int_equal(vt__analysis_new(&analysis), 0);
	assert_int_equal(vt__analysis_add(analysis, recording), 0);
	assert_int_equal(vt__site_rows_make(&analysis->processes[0], 3, &rows), 0);
	assert_int_equal(rows.count, 3);
	/* by what was held at once: 100 KiB, at the peak alone, then 5 and 4 */
	assert_int_equal(rows.rows[0].sums.peak.bytes, 100 * KIB);
	assert_int_equal(rows.rows[0].sums.leak.count, 0);
	assert_int_equal(rows.rows[1].sums.leak.bytes, 5 * KIB);
	assert_int_equal(rows.rows[2].sums.live.bytes, 4 * KIB);
	assert_int_equal(rows.rest_count, 1);
	assert_int_equal(rows.rest[0].sites, 3);
	assert_int_equal(rows.rest[0].bucket, VT_BUCKET_VRAM);
	assert_int_equal(rows.rest[0].sums.leak.bytes, 6 * KIB);
	assert_int_equal(rows.rest[0].sums.all.count, 3);
	vt__site_rows_release(&rows);
	assert_int_equal(vt__site_rows_make(&analysis->processes[0], 6, &rows), 0);
	assert_int_equal(rows.count, 6);
	assert_int_equal(rows.rest_count, 0);
	vt__site_rows_release(&rows);
	vt__analysis_free(analysis);
	remove("test_page.vramtrack");
}

/* ---- Stacks ---------------------------------------------------------------------------- */

static int64_t add(struct vt__stack_table *table, const char *innermost, const char *caller)
{
	const struct vt__source_origin origin = {.folder = "/src"};
	struct vt__frame two[] = {{.function = innermost, .file = "/src/a.c", .line = 3},
				  {.function = caller, .file = "/src/a.c", .line = 9}};
	const struct vt__frames frames = {.frames = two, .count = 2};
	int64_t node;

	assert_int_equal(vt__stack_table_add(table, &frames, &origin, &node), 0);
	return node;
}

static void a_stack_stands_once_and_shares_its_callers(void **state)
{
	struct vt__stack_table *table = vt__stack_table_new();
	const int64_t first = add(table, "f", "caller"), second = add(table, "g", "caller");
	const json_t *nodes;
	json_t *document;
	char *text;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	(void)state;
	assert_int_equal(add(table, "f", "caller"), first);
	assert_int_not_equal(first, second);
	assert_int_equal(vt__stack_table_write(table, out), 0);
	fclose(out);
	document = json_loads(text, 0, NULL);
	nodes = json_object_get(document, "nodes");
	/* the caller, and two that it called */
	assert_int_equal(json_array_size(nodes), 6);
	assert_int_equal(json_integer_value(json_array_get(nodes, 0)), -1);
	assert_int_equal(json_integer_value(json_array_get(nodes, 2 * (size_t)first)), 0);
	assert_int_equal(json_integer_value(json_array_get(nodes, 2 * (size_t)second)), 0);
	assert_int_equal(json_array_size(json_object_get(document, "frames")), 3);
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(document, "folders"), 0)), "/src");
	json_decref(document);
	free(text);
	vt__stack_table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_byte_of_markup_passes),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(what_is_left_out_is_summed_up),
		cmocka_unit_test(a_stack_stands_once_and_shares_its_callers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
