/*
 * Purposes and labels in the reports: their sums, and how they are told.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/report_json.h"

#define NONE VT_FORMAT_NONE

struct names {
	uint32_t cache, weights, layer[8];
};

static struct names make_names(struct made *made)
{
	struct names names = {.cache = made_string(made, "KVCache"),
			      .weights = made_string(made, "ModelWeights")};

	for (unsigned i = 0; i < 8; i++) {
		char text[16];

		snprintf(text, sizeof(text), "layer %u", i);
		names.layer[i] = made_string(made, text);
	}
	return names;
}

static uint32_t site_of(const struct sample *sample, uint32_t stack, enum vt_kind kind)
{
	return made_site(sample->made, stack, kind == VT_KIND_PINNED ? sample->host : sample->gpu,
			 sample->alloc, kind);
}

static void allocate(const struct sample *sample, uint32_t site, uint64_t bytes, uint32_t purpose,
		     uint32_t label)
{
	static uint64_t address;

	made_named(sample->made, made_allocation(sample->made, site, ++address << 20, bytes),
		   purpose, label);
}

/* Two sites with names, one of host memory, one without names. */
static void fill(const struct sample *sample)
{
	const struct names names = make_names(sample->made);
	const uint32_t loader = site_of(sample, sample->loader, VT_KIND_LINEAR);
	const uint32_t cache = site_of(sample, sample->cache, VT_KIND_LINEAR);
	const uint32_t pinned = site_of(sample, sample->cache, VT_KIND_PINNED);
	const uint32_t plain = site_of(sample, sample->loader, VT_KIND_STREAM_ORDERED);

	allocate(sample, loader, 4 * MIB, names.cache, names.layer[3]);
	allocate(sample, cache, 4096, NONE, names.layer[1]);
	allocate(sample, loader, 8 * MIB, names.weights, NONE);
	allocate(sample, loader, 4 * MIB, names.cache, names.layer[3]);
	allocate(sample, loader, 2 * MIB, NONE, NONE);
	allocate(sample, loader, 1 * MIB, names.weights, names.layer[3]);
	allocate(sample, pinned, 5000, names.cache, names.layer[0]);
	allocate(sample, plain, 3000, NONE, NONE);
	made_named(sample->made, made_allocation(sample->made, plain, 0x7f00000000, 64 * MIB),
		   names.cache, NONE);
	made_freed(sample->made, 8);
}

static char *text_of(struct made *made)
{
	struct vt__report_outcome outcome;

	return sample_whole(made, &outcome);
}

static json_t *finding_of(json_t *root, size_t number)
{
	return report_row(root, "findings", number);
}

static void the_text_names_labels_and_purposes(void **state)
{
	struct sample sample = sample_start();
	char *text;

	(void)state;
	fill(&sample);
	text = text_of(sample.made);
	assert_has(text,
		   "LEAK 19.0 MiB in 5 allocations of device memory on GPU 0, by "
		   "cuMemAlloc_v2\n"
		   "  labels: layer 3 (KVCache) 8.0 MiB in 2, no label (ModelWeights) 8.0 MiB "
		   "in 1, no label (no purpose) 2.0 MiB in 1, layer 3 (ModelWeights) 1.0 MiB "
		   "in 1\n"
		   "    #0  libcudart.so.13+0xbb0 (and 1 more of the CUDA runtime)\n");
	assert_has(text, "  labels: layer 1 (no purpose) 4.0 KiB in 1\n");
	assert_has(text, "  live device memory by purpose: ModelWeights 9.0 MiB, KVCache 8.0 MiB, "
			 "no purpose 2.0 MiB\n"
			 "  live host memory by purpose: KVCache 5000 B\n");
	assert_has(text, "LEAK 3000 B in 1 allocation of stream-ordered memory on GPU 0, by "
			 "cuMemAlloc_v2\n    #0 ");
	free(text);
}

static void the_json_has_the_same_sums(void **state)
{
	struct sample sample = sample_start();
	json_t *root;

	(void)state;
	fill(&sample);
	root = report_json(sample.made);
	assert_equals(json_object_get(finding_of(root, 0), "purposes"),
		      json_pack("[{ss ss si si}{ss sn si si}{sn sn si si}{ss ss si si}]", "purpose",
				"KVCache", "label", "layer 3", "bytes", 8 << 20, "count", 2,
				"purpose", "ModelWeights", "label", "bytes", 8 << 20, "count", 1,
				"purpose", "label", "bytes", 2 << 20, "count", 1, "purpose",
				"ModelWeights", "label", "layer 3", "bytes", 1 << 20, "count", 1));
	assert_equals(json_object_get(finding_of(root, 2), "purposes"),
		      json_pack("[{sn ss si si}]", "purpose", "label", "layer 1", "bytes", 4096,
				"count", 1));
	assert_null(json_object_get(finding_of(root, 3), "purposes"));
	assert_equals(json_object_get(report_process(root), "purposes"),
		      json_pack("[{ss ss si si}{ss ss si si}{sn ss si si}{ss ss si si}]", "purpose",
				"ModelWeights", "bucket", "vram", "live_bytes", 9 << 20,
				"live_count", 2, "purpose", "KVCache", "bucket", "vram",
				"live_bytes", 8 << 20, "live_count", 2, "purpose", "bucket", "vram",
				"live_bytes", (2 << 20) + 4096 + 3000, "live_count", 3, "purpose",
				"KVCache", "bucket", "host", "live_bytes", 5000, "live_count", 1));
	json_decref(root);
}

static void many_labels_are_cut_in_text_and_whole_in_json(void **state)
{
	struct sample sample = sample_start(), same = sample_start();
	const struct sample *both[] = {&sample, &same};
	json_t *root, *part, *parts;
	json_int_t bytes = 0;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		const struct names names = make_names(both[i]->made);
		const uint32_t site = site_of(both[i], both[i]->cache, VT_KIND_LINEAR);

		for (unsigned k = 0; k < 8; k++)
			allocate(both[i], site, (k + 1) * 1000, names.layer[k], names.layer[k]);
	}
	text = text_of(sample.made);
	assert_has(text, "  labels: layer 7 (layer 7) 8000 B in 1, ");
	assert_has(text, "layer 3 (layer 3) 4000 B in 1, 3 more 6000 B in 3\n");
	assert_has(text, " by purpose: layer 7 8000 B, layer 6 7000 B, layer 5 6000 B, layer 4 "
			 "5000 B, layer 3 4000 B, 3 more 6000 B\n");
	free(text);
	root = report_json(same.made);
	parts = json_object_get(finding_of(root, 0), "purposes");
	assert_int_equal(json_array_size(parts), 8);
	json_array_foreach(parts, i, part)
		bytes += json_integer_value(json_object_get(part, "bytes"));
	assert_int_equal(bytes, 36000);
	json_decref(root);
}

static void without_names_nothing_is_said(void **state)
{
	struct sample sample = sample_start(), same = sample_start();
	json_t *root;
	char *text;

	(void)state;
	sample_fill(&sample);
	text = text_of(sample.made);
	assert_null(strstr(text, "labels:"));
	assert_null(strstr(text, "by purpose:"));
	assert_null(strstr(text, "  for: "));
	free(text);
	sample_fill(&same);
	root = report_json(same.made);
	assert_equals(json_object_get(report_process(root), "purposes"), json_array());
	assert_null(json_object_get(finding_of(root, 0), "purposes"));
	assert_equals(json_object_get(finding_of(root, 4), "label"), json_null());
	assert_equals(json_object_get(finding_of(root, 4), "purpose"), json_null());
	json_decref(root);
}

/* The finding of sample_fill() that is an allocation too large. */
static void name_refusal(struct made *made, uint64_t count)
{
	const struct names names = make_names(made);
	struct vt_format_finding *finding = made_record(made, VT_FORMAT_FINDING, 1);

	finding->purpose = names.cache;
	finding->label = names.layer[5];
	finding->count = count;
}

static void a_refused_request_names_what_it_was_for(void **state)
{
	static const char *const said[] = {"", "  for: layer 5 (KVCache)\n",
					   "  the first one for: layer 5 (KVCache)\n"};
	struct sample sample;
	json_t *root;

	(void)state;
	for (uint64_t count = 1; count <= 2; count++) {
		char *text;

		sample = sample_start();
		sample_fill(&sample);
		name_refusal(sample.made, count);
		text = text_of(sample.made);
		assert_has(text, said[count]);
		free(text);
	}
	sample = sample_start();
	sample_fill(&sample);
	name_refusal(sample.made, 1);
	root = report_json(sample.made);
	assert_equals(json_object_get(finding_of(root, 4), "purpose"), json_string("KVCache"));
	assert_equals(json_object_get(finding_of(root, 4), "label"), json_string("layer 5"));
	json_decref(root);
}

static void labels_cannot_control_the_terminal_nor_break_json(void **state)
{
	static const char evil[] = "a\033[2J\n\"\\\xff\xe2\x80\xae";
	struct sample sample = sample_start(), same = sample_start();
	json_t *root;
	char *text, *at;

	(void)state;
	allocate(&sample, site_of(&sample, sample.cache, VT_KIND_LINEAR), 1,
		 made_string(sample.made, evil), made_string(sample.made, evil));
	text = text_of(sample.made);
	for (at = text; *at; at++)
		assert_true(*at == '\n' || (unsigned char)*at >= ' ');
	assert_has(text, "  labels: a\\x1b[2J\\x0a\"\\\\xff\\xe2\\x80\\xae (a\\x1b[2J");
	assert_has(text, "by purpose: a\\x1b[2J\\x0a\"");
	free(text);
	allocate(&same, site_of(&same, same.cache, VT_KIND_LINEAR), 1, made_string(same.made, evil),
		 NONE);
	root = report_json(same.made);
	assert_equals(json_object_get(
			      json_array_get(json_object_get(report_process(root), "purposes"), 0),
			      "purpose"),
		      json_string("a\033[2J\n\"\\\xef\xbf\xbd\xe2\x80\xae"));
	json_decref(root);
}

/* Totals are not too low for want of a label. */
static void lost_labels_are_told_and_not_counted_as_lost(void **state)
{
	struct sample sample = sample_start();
	char *text;

	(void)state;
	made_header(sample.made)->losses[VT_LOSS_LABELS] = 12;
	text = text_of(sample.made);
	assert_has(text, "note: 12 allocations without a label: too many different ones\n");
	assert_has(text, "vramtrack: nothing leaked: ");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_names_labels_and_purposes),
		cmocka_unit_test(the_json_has_the_same_sums),
		cmocka_unit_test(many_labels_are_cut_in_text_and_whole_in_json),
		cmocka_unit_test(without_names_nothing_is_said),
		cmocka_unit_test(a_refused_request_names_what_it_was_for),
		cmocka_unit_test(labels_cannot_control_the_terminal_nor_break_json),
		cmocka_unit_test(lost_labels_are_told_and_not_counted_as_lost),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_make_folder, sample_remove_folder);
}
