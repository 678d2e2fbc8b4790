/*
 * Bad frees by their reasons, late frees, and who held memory at a refusal.
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

static struct vt_format_finding bad_free(const struct sample *sample,
					 enum vt_bad_free_reason reason)
{
	return (struct vt_format_finding){
		.finding_class = VT_FINDING_BAD_FREE,
		.reason = reason,
		.api = sample->free_api,
		.result = 1,
		.kind = VT_KIND_LINEAR,
		.device = sample->gpu,
		.stack = sample->cache,
		.allocation_stack = sample->loader,
		.free_stack = VT_FORMAT_NONE,
		.address = 0x1040,
		.bytes = 4096,
		.count = 1,
		.label = VT_FORMAT_NONE,
		.purpose = VT_FORMAT_NONE,
		.allocation_address = 0x1000,
		.account = VT_FORMAT_NONE,
	};
}

/* The allocation that bad frees are about is of this site. */
static void add_origin(const struct sample *sample, enum vt_kind kind)
{
	made_site(sample->made, sample->cache, sample->gpu, sample->free_api, kind);
	made_site(sample->made, sample->loader, sample->gpu,
		  made_string(sample->made, "cuMemAllocPitch_v2"), kind);
}

static void each_reason_of_a_bad_free_is_a_sentence(void **state)
{
	static const struct {
		enum vt_bad_free_reason reason;
		const char *text, *json;
	} cases[] = {
		{VT_BAD_FREE_UNKNOWN, "by cuMemFree_v2: never seen allocated (", "unknown_pointer"},
		{VT_BAD_FREE_DOUBLE, "on GPU 0, by cuMemFree_v2: freed before (", "double_free"},
		{VT_BAD_FREE_REFUSED, ": live, and the driver refused all the same (", "refused"},
		{VT_BAD_FREE_AFTER_RESET, ": its context was reset or destroyed before (",
		 "after_reset"},
		{VT_BAD_FREE_INTERIOR,
		 "BAD FREE of 0x1040, by cuMemFree_v2: 64 B past the start of an allocation at "
		 "0x1000, 4.0 KiB of device memory on GPU 0 (",
		 "interior"},
		{VT_BAD_FREE_HOST_POINTER, ": a host pointer: no device memory is there (",
		 "host_pointer"},
		{VT_BAD_FREE_WRONG_FAMILY,
		 "BAD FREE of 0x1040, 4.0 KiB of device memory on GPU 0, by cuMemFree_v2: made by "
		 "cuMemAllocPitch_v2, whose memory this function does not free (",
		 "wrong_family"},
		{VT_BAD_FREE_OTHER_DEVICE, ": live on GPU 0, and freed on another device (",
		 "other_device"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct sample sample = sample_start(), same = sample_start();
		struct vt_format_finding finding = bad_free(&sample, cases[i].reason);
		struct vt__report_outcome outcome;
		char *text;
		json_t *root;

		add_origin(&sample, VT_KIND_LINEAR);
		made_finding(sample.made, &finding);
		text = sample_whole(sample.made, &outcome);
		assert_has(text, cases[i].text);
		assert_has(text, "  freed here:\n    #0  libmodel.so+0x5678\n  allocated here:\n");
		assert_int_equal(outcome.findings, 1);
		free(text);
		add_origin(&same, VT_KIND_LINEAR);
		made_finding(same.made, &finding);
		root = report_json(same.made);
		assert_members(report_row(root, "findings", 0),
			       json_pack("{ss ss ss ss si ss}", "class", "bad_free", "reason",
					 cases[i].json, "address", "0x1040", "allocation_address",
					 "0x1000", "offset", 64, "allocation_api",
					 "cuMemAllocPitch_v2"));
		json_decref(root);
	}
}

static void the_end_of_a_context_is_not_called_a_free(void **state)
{
	struct sample sample = sample_start();
	struct vt_format_finding finding = bad_free(&sample, VT_BAD_FREE_AFTER_RESET);
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	finding.free_stack = sample.loader;
	made_finding(sample.made, &finding);
	text = sample_whole(sample.made, &outcome);
	assert_has(text, "  its context ended here:\n");
	assert_null(strstr(text, "freed first here"));
	free(text);
}

static void a_late_free_is_told_and_no_finding(void **state)
{
	struct sample sample = sample_start(), same = sample_start();
	struct vt_format_finding finding = bad_free(&sample, VT_BAD_FREE_UNKNOWN);
	struct vt__report_outcome outcome;
	char *text;
	json_t *root;

	(void)state;
	finding.finding_class = VT_FINDING_LATE_FREE;
	finding.count = 3;
	made_finding(sample.made, &finding);
	text = sample_whole(sample.made, &outcome);
	assert_has(text, "LATE FREE of 0x1040, 4.0 KiB of device memory on GPU 0, by cuMemFree_v2, "
			 "3 times: freed while the driver was shutting down\n  freed here:\n");
	assert_has(text, "vramtrack: nothing leaked: 0 allocations, all freed; 1 late free (3 "
			 "times)\n");
	assert_int_equal(outcome.findings, 0);
	free(text);
	made_finding(same.made, &finding);
	root = report_json(same.made);
	assert_members(report_row(root, "findings", 0),
		       json_pack("{ss si}", "class", "late_free", "count", 3));
	assert_null(json_object_get(report_row(root, "findings", 0), "reason"));
	json_decref(root);
}

static void memory_of_a_graph_is_a_leak_that_says_so(void **state)
{
	struct sample sample = sample_start();
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	made_allocation(sample.made,
			made_site(sample.made, sample.cache, sample.gpu,
				  made_string(sample.made, "cuGraphLaunch"), VT_KIND_GRAPH),
			0x1000, 4096);
	text = sample_whole(sample.made, &outcome);
	assert_has(text, "LEAK 4.0 KiB in 1 allocation of memory of a graph on GPU 0, by "
			 "cuGraphLaunch\n  memory of a graph, left by its last launch: destroying "
			 "the graph does not free it\n    #0 ");
	assert_int_equal(outcome.findings, 1);
	free(text);
}

/* ---- Refusals ---------------------------------------------------------------------- */

static void add_holder(const struct sample *sample, uint32_t site, uint32_t purpose, uint64_t bytes)
{
	const struct vt_format_holder holder = {
		.finding = 1, .site = site, .purpose = purpose, .bytes = bytes, .count = 1};

	made_add(sample->made, VT_FORMAT_HOLDER, &holder);
}

/* A refusal of 64 MiB with 200 MiB live, by two sites and for two purposes. */
static void refuse(const struct sample *sample, uint64_t free_bytes, uint32_t injected)
{
	struct vt_format_account account = made_account(sample->gpu, VT_MOMENT_OUT_OF_MEMORY);
	struct vt_format_finding finding = bad_free(sample, VT_BAD_FREE_UNKNOWN);
	const uint32_t loader = made_site(sample->made, sample->loader, sample->gpu, sample->alloc,
					  VT_KIND_LINEAR);
	const uint32_t cache = made_site(sample->made, sample->cache, sample->gpu, sample->alloc,
					 VT_KIND_LINEAR);
	const uint32_t name = made_string(sample->made, "KVCache");

	made_finding(sample->made, &finding);
	account.device_total_bytes = 1024 * MIB;
	account.device_free_bytes = free_bytes;
	account.process_bytes = 300 * MIB;
	account.other_bytes = 500 * MIB;
	account.pool_reserved_bytes = 96 * MIB;
	account.pool_used_bytes = 0;
	account.graph_reserved_bytes = 2 * MIB;
	account.graph_used_bytes = 1 * MIB;
	account.kind_bytes[VT_KIND_GRAPH] = 1 * MIB;
	finding.finding_class = VT_FINDING_OUT_OF_MEMORY;
	finding.result = 2;
	finding.api = sample->alloc;
	finding.allocation_stack = VT_FORMAT_NONE;
	finding.bytes = 64 * MIB;
	finding.device_total_bytes = 1024 * MIB;
	finding.device_free_bytes = free_bytes;
	finding.live_bytes = 200 * MIB;
	finding.account = made_add(sample->made, VT_FORMAT_ACCOUNT, &account);
	finding.injected = injected;
	made_finding(sample->made, &finding);
	add_holder(sample, loader, VT_FORMAT_NONE, 20 * MIB);
	add_holder(sample, loader, name, 30 * MIB);
	add_holder(sample, cache, name, 150 * MIB);
}

static void a_refusal_says_who_held_what(void **state)
{
	struct sample sample = sample_start();
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	refuse(&sample, 10 * MIB, 0);
	text = sample_whole(sample.made, &outcome);
	assert_has(text,
		   "OUT OF MEMORY 64.0 MiB of device memory on GPU 0 refused, by "
		   "cuMemAlloc_v2 (CUDA_ERROR_OUT_OF_MEMORY, 2)\n"
		   "  refused by the device, which had less than that free: 1.0 GiB, of which "
		   "1014.0 MiB were used (told by cuMemGetInfo)\n"
		   "    #0  libmodel.so+0x5678\n"
		   "  then 10.0 MiB of 1.0 GiB were free on the device\n"
		   "  then 200.0 MiB of device memory were live in this process; 814.0 MiB in "
		   "use were not its allocations\n"
		   "  then 96.0 MiB were reserved by pools and unused: that would have been "
		   "enough (cuMemPoolTrimTo gives it back)\n"
		   "  then 1.0 MiB were reserved by graphs and unused (cuDeviceGraphMemTrim)\n"
		   "  then 500.0 MiB were in use by other processes\n"
		   "  held then by:\n"
		   "     150.0 MiB  75 %  libmodel.so+0x5678, by cuMemAlloc_v2\n"
		   "      50.0 MiB  25 %  libmodel.so+0x1234, by cuMemAlloc_v2\n"
		   "  held then by purpose: KVCache 180.0 MiB, no purpose 20.0 MiB\n");
	assert_null(strstr(text, "fragmented"));
	assert_null(strstr(text, "VRAM of GPU"));
	free(text);
}

static void enough_free_memory_that_was_refused_is_remarked(void **state)
{
	struct sample sample = sample_start(), same = sample_start();
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	refuse(&sample, 64 * MIB, 0);
	text = sample_whole(sample.made, &outcome);
	assert_has(text, "  enough was free and it was refused all the same: the free memory is in "
			 "pieces (fragmented), or kept from this call by a limit\n");
	free(text);
	refuse(&same, 64 * MIB, 1);
	text = sample_whole(same.made, &outcome);
	assert_null(strstr(text, "fragmented"));
	assert_has(text, "  refused by vramtrack itself, as it was asked to (option fail)\n");
	free(text);
}

/* Less than was asked for was free: of a slice of a card, or of a smaller one than there is. */
static void who_refused_is_told_by_what_is_known(void **state)
{
	struct sample shown = sample_start(), slice = sample_start();
	struct vt_format_limit physical = {.finding = 1,
					   .what = VT_LIMIT_PHYSICAL,
					   .name = VT_FORMAT_NONE,
					   .hard_bytes = 2048 * MIB,
					   .soft_bytes = VT_FORMAT_UNKNOWN,
					   .used_bytes = VT_FORMAT_UNKNOWN};
	struct vt__report_outcome outcome;
	char *text;

	(void)state;
	refuse(&shown, 10 * MIB, 0);
	made_add(shown.made, VT_FORMAT_LIMIT, &physical);
	text = sample_whole(shown.made, &outcome);
	assert_has(text,
		   "  refused by a limit that shows a smaller device than there is: 1.0 GiB, of "
		   "which 1014.0 MiB were used (told by cuMemGetInfo, which tells less in all than "
		   "NVML)\n");
	free(text);
	slice.gpu = made_device(slice.made, 1, "NVIDIA H200 MIG 1g.18gb", 1024 * MIB);
	refuse(&slice, 10 * MIB, 0);
	text = sample_whole(slice.made, &outcome);
	assert_has(text, "  refused by the MIG instance, which had less than that free: 1.0 GiB");
	free(text);
}

static void the_json_has_the_holders(void **state)
{
	struct sample sample = sample_start();
	json_t *root, *finding;

	(void)state;
	refuse(&sample, 10 * MIB, 1);
	root = report_json(sample.made);
	finding = report_row(root, "findings", 1);
	assert_members(finding, json_pack("{ss ss si sb}", "class", "out_of_memory", "holders",
					  "recorded", "account", 0, "injected", 1));
	assert_members(json_array_get(json_object_get(finding, "holder_sites"), 1),
		       json_pack("{si si ss ss}", "bytes", 50 << 20, "count", 2, "kind", "linear",
				 "api", "cuMemAlloc_v2"));
	assert_equals(json_object_get(finding, "holder_purposes"),
		      json_pack("[{ss ss si si}{sn ss si si}]", "purpose", "KVCache", "bucket",
				"vram", "bytes", 180 << 20, "count", 2, "purpose", "bucket", "vram",
				"bytes", 20 << 20, "count", 1));
	assert_members(report_row(root, "accounts", 0),
		       json_pack("{ss}", "moment", "out_of_memory"));
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reason_of_a_bad_free_is_a_sentence),
		cmocka_unit_test(the_end_of_a_context_is_not_called_a_free),
		cmocka_unit_test(a_late_free_is_told_and_no_finding),
		cmocka_unit_test(memory_of_a_graph_is_a_leak_that_says_so),
		cmocka_unit_test(a_refusal_says_who_held_what),
		cmocka_unit_test(enough_free_memory_that_was_refused_is_remarked),
		cmocka_unit_test(who_refused_is_told_by_what_is_known),
		cmocka_unit_test(the_json_has_the_holders),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_make_folder, sample_remove_folder);
}
