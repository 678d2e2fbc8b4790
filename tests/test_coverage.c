/*
 * The coverage certificate, and the objects that a process holds.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/report_json.h"

static void add_passage(const struct sample *sample, enum vt_passage which, const char *path,
			const char *symbol)
{
	const struct vt_format_passage passage = {
		.passage = which,
		.path = made_string(sample->made, path),
		.symbol = symbol ? made_string(sample->made, symbol) : VT_FORMAT_NONE,
	};

	made_add(sample->made, VT_FORMAT_PASSAGE, &passage);
}

static void allocate_and_free(const struct sample *sample)
{
	const uint32_t site = made_site(sample->made, sample->cache, sample->gpu, sample->alloc,
					VT_KIND_LINEAR);

	made_freed(sample->made, made_allocation(sample->made, site, 0x1000, 100));
}

/* A process that reached its driver in the usual way. */
static struct sample start_reached(void)
{
	struct sample sample = sample_start();

	allocate_and_free(&sample);
	made_header(sample.made)->doors[VT_DOOR_PROC_ADDRESS] = 412;
	made_header(sample.made)->doors[VT_DOOR_WRAPPERS] = 58;
	made_header(sample.made)->doors[VT_DOOR_CALLS] = 2;
	add_passage(&sample, VT_PASSAGE_DRIVER, "/lib/libcuda.so.580", NULL);
	return sample;
}

static void what_was_reached_is_one_line(void **state)
{
	struct sample sample = start_reached();
	struct vt__report_outcome outcome;
	char *text = sample_whole(sample.made, &outcome);

	(void)state;
	assert_has(text,
		   "\ncoverage: LD_PRELOAD; 412 look-ups by cuGetProcAddress; 58 of the "
		   "look-ups answered with a wrapper; 2 threads that called the driver "
		   "through a wrapper; /lib/libcuda.so.580: driver, reached; nothing else found\n");
	assert_null(strstr(text, "NOT COVERED"));
	assert_has(text, "vramtrack: nothing leaked: 1 allocation, all freed\n");
	assert_int_equal(outcome.uncovered, 0);
	free(text);
}

static void what_was_not_reached_is_loud(void **state)
{
	struct sample sample = start_reached();
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	add_passage(&sample, VT_PASSAGE_OBJECT_UNREACHED, "/opt/plug\033in.so", "cuMemAlloc_v2");
	text = sample_whole(sample.made, &outcome);
	assert_has(text, "\nNOT COVERED: /opt/plug\\x1bin.so: bound to the driver past the shim "
			 "(RTLD_DEEPBIND, dlmopen), for example cuMemAlloc_v2: what it allocated "
			 "is missing here (--route=audit reaches it)\n");
	assert_null(strstr(text, "nothing else found"));
	assert_has(text, "vramtrack: nothing leaked that was seen: 1 allocation, all freed; NOT "
			 "COVERED: not every way to the driver was watched\n");
	assert_int_equal(outcome.uncovered, 1);
	assert_int_equal(outcome.findings, 0);
	free(text);
}

static struct sample start_newer(void)
{
	const struct sample sample = start_reached();
	const struct vt_format_passage newer = {
		.passage = VT_PASSAGE_NEWER_ABI,
		.path = made_string(sample.made, "/lib/libcuda.so.1"),
		.symbol = made_string(sample.made, "cuMem\033Alloc"),
		.version = 13050,
	};

	made_add(sample.made, VT_FORMAT_PASSAGE, &newer);
	return sample;
}

static void an_abi_that_is_not_known_has_its_version(void **state)
{
	struct vt__report_outcome outcome;
	char *text = sample_whole(start_newer().made, &outcome);
	json_t *root;

	(void)state;
	assert_has(text, "\nNOT COVERED: /lib/libcuda.so.1: reached by an ABI that this vramtrack "
			 "does not know, for example cuMem\\x1bAlloc of CUDA 13.5: what it "
			 "allocated is missing here (a newer vramtrack may know it)\n");
	assert_int_equal(outcome.uncovered, 1);
	free(text);
	root = report_json(start_newer().made);
	assert_members(
		json_array_get(json_object_get(json_object_get(report_process(root), "coverage"),
					       "passages"),
			       1),
		json_pack("{ss si ss}", "passage", "newer_abi", "version", 13050, "remedy",
			  "a newer vramtrack may know it"));
	json_decref(root);
}

static void one_of_a_kind_is_said_so(void **state)
{
	struct sample sample = sample_start();
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	made_header(sample.made)->doors[VT_DOOR_DLSYM] = 1;
	made_header(sample.made)->doors[VT_DOOR_CALLS] = 1;
	made_header(sample.made)->losses[VT_LOSS_STACKS] = 1;
	text = sample_whole(sample.made, &outcome);
	assert_has(text, "; 1 look-up by dlsym of names the shim wraps; 1 thread that called the "
			 "driver through a wrapper");
	assert_has(text, "lost: 1 stack not kept: ");
	free(text);
}

/* State of the process, its passages, a call: is it covered? */
static void the_rule_of_the_gate(void **state)
{
	static const struct {
		int passage; /* -1: none */
		uint64_t calls;
		const char *reason; /* NULL: covered */
		bool known;
	} cases[] = {
		{VT_PASSAGE_DRIVER, 1, NULL, true},
		{VT_PASSAGE_DRIVER, 0, "the driver was loaded, and no call of it was seen", true},
		{VT_PASSAGE_DRIVER_UNREACHED, 1, "not every way to the driver was reached", true},
		{VT_PASSAGE_OBJECT_UNREACHED, 1, "not every way to the driver was reached", true},
		{VT_PASSAGE_NEWER_ABI, 1, "not every way to the driver was reached", true},
		{VT_PASSAGE_IN_FRONT, 1, "not every way to the driver was reached", true},
		{-1, 1,
		 "nobody looked through the process when it ended: it was killed, or ended by "
		 "_exit(), as Go programs do",
		 false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct sample sample = sample_start();
		json_t *root, *coverage;

		made_header(sample.made)->doors[VT_DOOR_CALLS] = cases[i].calls;
		if (cases[i].passage >= 0)
			add_passage(&sample, (enum vt_passage)cases[i].passage, "/lib/x.so", NULL);
		root = report_json(sample.made);
		coverage = json_object_get(report_process(root), "coverage");
		assert_equals(json_object_get(coverage, "covered"),
			      cases[i].known ? json_boolean(!cases[i].reason) : json_null());
		assert_equals(json_object_get(coverage, "reason"),
			      cases[i].reason ? json_string(cases[i].reason) : json_null());
		assert_equals(json_object_get(json_object_get(root, "summary"), "uncovered"),
			      json_integer(cases[i].known && cases[i].reason));
		json_decref(root);
	}
}

static void a_driver_that_nobody_called_is_loud(void **state)
{
	struct sample sample = sample_start();
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	add_passage(&sample, VT_PASSAGE_DRIVER, "/lib/libcuda.so.580", NULL);
	text = sample_whole(sample.made, &outcome);
	assert_has(text,
		   "\nNOT COVERED: the driver was loaded, and no call of it was seen: what it "
		   "allocated is missing here\n");
	free(text);
}

static void that_no_allocation_was_seen_is_said(void **state)
{
	struct sample sample = sample_start();
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	made_header(sample.made)->doors[VT_DOOR_CALLS] = 7;
	add_passage(&sample, VT_PASSAGE_DRIVER, "/lib/libcuda.so.580", NULL);
	text = sample_whole(sample.made, &outcome);
	assert_has(text,
		   "\nno allocation was seen: either there was none, or it did not go through "
		   "the driver that was watched\n");
	free(text);
}

static void the_json_certificate_has_all_of_it(void **state)
{
	struct sample sample = start_reached();
	json_t *root, *coverage;

	(void)state;
	made_header(sample.made)->source = VT_SOURCE_CUPTI;
	made_header(sample.made)->audited = 1;
	add_passage(&sample, VT_PASSAGE_DRIVER_UNREACHED, "/opt/libcuda.so.1", "cuMemAlloc_v2");
	root = report_json(sample.made);
	coverage = json_object_get(report_process(root), "coverage");
	assert_members(coverage, json_pack("{ss sb sb sb s{si si si si si si}}", "source", "cupti",
					   "audited", 1, "covered", 0, "allocations_seen", 1,
					   "doors", "dlsym", 0, "proc_address", 412, "wrappers", 58,
					   "audit", 0, "callbacks", 0, "calling_threads", 2));
	assert_members(json_array_get(json_object_get(coverage, "passages"), 0),
		       json_pack("{ss sb ss sn sn sn}", "passage", "driver", "covered", 1, "path",
				 "/lib/libcuda.so.580", "symbol", "version", "remedy"));
	assert_members(json_array_get(json_object_get(coverage, "passages"), 1),
		       json_pack("{ss sb ss}", "passage", "driver_unreached", "covered", 0,
				 "symbol", "cuMemAlloc_v2"));
	json_decref(root);
}

/* ---- Held objects ------------------------------------------------------------------ */

static uint32_t hold(const struct sample *sample, enum vt_kind kind, unsigned count)
{
	const uint32_t site = made_site(sample->made, sample->loader, sample->gpu,
					made_string(sample->made, "cuEventCreate"), kind);
	unsigned i;

	for (i = 0; i < count; i++)
		made_allocation(sample->made, site, 0x9000u + i, 0);
	return site;
}

static void objects_are_counted_and_are_no_leak(void **state)
{
	struct sample sample = sample_start();
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	allocate_and_free(&sample);
	hold(&sample, VT_KIND_CONTEXT, 1);
	hold(&sample, VT_KIND_STREAM, 3);
	hold(&sample, VT_KIND_LIBRARY, 2);
	made_named(sample.made, 1, made_string(sample.made, "KVCache"), VT_FORMAT_NONE);
	made_reset(sample.made, 2);
	text = sample_whole(sample.made, &outcome);
	assert_has(text, "           1           1\n    held: 1 context, 2 libraries, 2 streams\n");
	assert_has(text, "vramtrack: nothing leaked: 1 allocation, all freed\n");
	assert_null(strstr(text, "LEAK"));
	assert_null(strstr(text, "FREED BY RESET"));
	assert_null(strstr(text, "by purpose"));
	assert_null(strstr(text, "held: many"));
	assert_int_equal(outcome.findings, 0);
	free(text);
}

static void sites_of_objects_are_named_the_most_first(void **state)
{
	struct sample sample = sample_start();
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	hold(&sample, VT_KIND_EVENT, 1200);
	hold(&sample, VT_KIND_STREAM, 99);
	text = sample_whole(sample.made, &outcome);
	assert_has(text, "\nobjects: never destroyed, by call site:\n"
			 "    1200 events on GPU 0, made in libmodel.so+0x1234, by cuEventCreate\n"
			 "    99 streams on GPU 0, made in libmodel.so+0x1234, by cuEventCreate\n"
			 "\n");
	free(text);
}

static void the_json_has_every_site_of_objects(void **state)
{
	struct sample sample = sample_start();
	json_t *root, *row;

	(void)state;
	hold(&sample, VT_KIND_STREAM, 2);
	hold(&sample, VT_KIND_EVENT, 5);
	root = report_json(sample.made);
	assert_int_equal(json_array_size(json_object_get(report_process(root), "held")), 2);
	row = report_row(root, "held", 0);
	assert_members(row, json_pack("{ss ss ss si si ss}", "class", "held_object", "kind",
				      "event", "bucket", "held", "count", 5, "device", 0, "api",
				      "cuEventCreate"));
	assert_int_equal(json_array_size(json_object_get(row, "stack")), 4);
	assert_members(json_object_get(root, "summary"),
		       json_pack("{si si si si}", "held_count", 7, "live_count", 0, "allocations",
				 0, "leaked_bytes", 0));
	assert_equals(json_object_get(report_process(root), "peak"), json_array());
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_reached_is_one_line),
		cmocka_unit_test(what_was_not_reached_is_loud),
		cmocka_unit_test(an_abi_that_is_not_known_has_its_version),
		cmocka_unit_test(one_of_a_kind_is_said_so),
		cmocka_unit_test(the_rule_of_the_gate),
		cmocka_unit_test(a_driver_that_nobody_called_is_loud),
		cmocka_unit_test(that_no_allocation_was_seen_is_said),
		cmocka_unit_test(the_json_certificate_has_all_of_it),
		cmocka_unit_test(objects_are_counted_and_are_no_leak),
		cmocka_unit_test(sites_of_objects_are_named_the_most_first),
		cmocka_unit_test(the_json_has_every_site_of_objects),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_make_folder, sample_remove_folder);
}
