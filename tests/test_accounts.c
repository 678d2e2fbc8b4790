/*
 * A device's memory by the driver's word: how it balances, and how it is told.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/findings/accounts.h"
#include "tests/report_json.h"

#define GIB (1ull << 30)

/* 1 GiB of linear memory, 64 MiB from pools that reserve 96, 2 MiB of graphs. */
static struct vt_format_account fill(uint32_t device)
{
	struct vt_format_account account = made_account(device, VT_MOMENT_END);

	account.device_total_bytes = 140 * GIB;
	account.device_free_bytes = 100 * GIB;
	account.pool_reserved_bytes = 96 * MIB;
	account.pool_used_bytes = 64 * MIB;
	account.graph_reserved_bytes = 6 * MIB;
	account.graph_used_bytes = 2 * MIB;
	account.kind_bytes[VT_KIND_LINEAR] = 1 * GIB;
	account.kind_bytes[VT_KIND_STREAM_ORDERED] = 64 * MIB;
	account.kind_bytes[VT_KIND_GRAPH] = 2 * MIB;
	account.kind_bytes[VT_KIND_PINNED] = 7 * GIB; /* no VRAM */
	account.kind_count[VT_KIND_LINEAR] = 3;
	account.time_ns += 1500000000;
	return account;
}

static void the_rest_is_what_nothing_else_explains(void **state)
{
	struct vt_format_account account = fill(0);
	struct vt__balance balance;

	(void)state;
	account.process_bytes = 2 * GIB;
	vt__balance_of(&account, &balance);
	assert_int_equal(balance.word, VT__WORD_PROCESS);
	assert_int_equal(balance.whole, 2 * GIB);
	assert_int_equal(balance.tracked, GIB + 66 * MIB);
	assert_int_equal(balance.pool_unused, 32 * MIB);
	assert_int_equal(balance.graph_unused, 4 * MIB);
	/* The driver's count of what is used lags behind: what is tracked counts. */
	account.graph_used_bytes = account.graph_reserved_bytes;
	account.pool_used_bytes = account.pool_reserved_bytes;
	vt__balance_of(&account, &balance);
	assert_int_equal(balance.graph_unused, 4 * MIB);
	assert_int_equal(balance.pool_unused, 32 * MIB);
	assert_false(balance.negative);
	assert_int_equal(balance.tracked + balance.pool_unused + balance.graph_unused +
				 balance.rest,
			 balance.whole);
	assert_int_equal(vt__used_by_others(&account), 38 * GIB);
}

/* As after cudaFree of stream-ordered memory, which a driver goes on counting as used. */
static void what_a_pool_does_not_use_is_told_by_what_is_tracked(void **state)
{
	struct vt_format_account account = fill(0);
	struct vt__balance balance;

	(void)state;
	account.process_bytes = 2 * GIB;
	account.pool_used_bytes = 90 * MIB;
	vt__balance_of(&account, &balance);
	assert_int_equal(balance.pool_unused, 32 * MIB);
	/* Part of it lies in a pool that the driver was not asked about. */
	account.kind_bytes[VT_KIND_STREAM_ORDERED] = 100 * MIB;
	vt__balance_of(&account, &balance);
	assert_int_equal(balance.pool_unused, 6 * MIB);
}

static void without_nvml_it_is_of_all_processes(void **state)
{
	struct vt_format_account account = fill(0);
	struct vt__balance balance;

	(void)state;
	vt__balance_of(&account, &balance);
	assert_int_equal(balance.word, VT__WORD_DEVICE);
	assert_int_equal(balance.whole, 40 * GIB);
	assert_int_equal(vt__used_by_others(&account), VT_FORMAT_UNKNOWN);
}

static void a_difference_below_zero_is_not_made_to_fit(void **state)
{
	struct vt_format_account account = fill(0);
	struct vt__balance balance;

	(void)state;
	account.process_bytes = 1 * GIB;
	vt__balance_of(&account, &balance);
	assert_true(balance.negative);
	assert_int_equal(balance.rest, 102 * MIB);
}

static void what_nobody_told_is_no_number(void **state)
{
	struct vt_format_account account = made_account(0, VT_MOMENT_PEAK);
	struct vt__balance balance;

	(void)state;
	vt__balance_of(&account, &balance);
	assert_int_equal(balance.word, VT__WORD_NONE);
	assert_int_equal(balance.pool_unused, VT_FORMAT_UNKNOWN);
	assert_int_equal(balance.graph_unused, VT_FORMAT_UNKNOWN);
	assert_int_equal(balance.rest, 0);
	/* Free beyond the total is no use below zero. */
	account.device_total_bytes = GIB;
	account.device_free_bytes = 2 * GIB;
	vt__balance_of(&account, &balance);
	assert_int_equal(balance.word, VT__WORD_NONE);
}

static char *text_of(struct vt_format_account (*change)(struct vt_format_account, struct made *))
{
	struct sample sample = sample_start();
	struct vt__report_outcome outcome;
	struct vt_format_account account = fill(sample.gpu);

	if (change)
		account = change(account, sample.made);
	made_add(sample.made, VT_FORMAT_ACCOUNT, &account);
	return sample_whole(sample.made, &outcome);
}

static struct vt_format_account told_by_nvml(struct vt_format_account account, struct made *made)
{
	(void)made;
	account.process_bytes = 2 * GIB;
	account.other_bytes = 5 * GIB;
	return account;
}

static struct vt_format_account below_zero(struct vt_format_account account, struct made *made)
{
	account.moment = VT_MOMENT_REQUEST;
	account.label = made_string(made, "after\nwarm-up");
	account.process_bytes = 1 * GIB;
	account.pool_reserved_bytes = account.pool_used_bytes = VT_FORMAT_UNKNOWN;
	return account;
}

static void the_text_is_a_sum_that_can_be_checked(void **state)
{
	char *text = text_of(told_by_nvml);

	(void)state;
	assert_has(text,
		   "\nVRAM of GPU 0 at the end, by the driver's word:\n"
		   "        2.0 GiB  in use by this process (NVML)\n"
		   "        1.0 GiB  tracked: device memory\n"
		   "       64.0 MiB  tracked: stream-ordered memory\n"
		   "        2.0 MiB  tracked: memory of a graph\n"
		   "       32.0 MiB  reserved by pools, unused\n"
		   "        4.0 MiB  kept by graph memory (cuDeviceGraphMemTrim gives it back)\n"
		   "      922.0 MiB  not attributed (contexts, modules, ...)\n"
		   "        5.0 GiB  besides, in use by other processes\n");
	free(text);
}

static void whose_number_it_is_is_said(void **state)
{
	char *text = text_of(NULL);

	(void)state;
	assert_has(text, "       40.0 GiB  in use by all processes (NVML did not tell how "
			 "much of it is this one's)\n");
	assert_has(text, " not attributed (contexts, modules, other processes, ...)\n");
	free(text);
	text = text_of(below_zero);
	assert_has(text, "\nVRAM of GPU 0 on request, by the driver's word (after\\x0awarm-up):\n");
	assert_has(text, "      not known  reserved by pools, unused\n");
	assert_has(text,
		   "      -70.0 MiB  not attributed: more is tracked than the driver counts as "
		   "in use\n");
	free(text);
}

static void the_json_has_the_same_numbers(void **state)
{
	struct sample sample = sample_start();
	struct vt_format_account account = fill(sample.gpu);
	json_t *root;

	(void)state;
	account.process_bytes = 1 * GIB;
	made_add(sample.made, VT_FORMAT_ACCOUNT, &account);
	account = made_account(sample.gpu, VT_MOMENT_PEAK);
	made_add(sample.made, VT_FORMAT_ACCOUNT, &account);
	root = report_json(sample.made);
	assert_members(report_row(root, "accounts", 0),
		       json_pack("{si ss sn sf ss sI sI sI sI sI sI}", "device", 0, "moment", "end",
				 "label", "seconds", 1.5, "word", "process", "in_use_bytes",
				 (json_int_t)GIB, "tracked_bytes", (json_int_t)(GIB + 66 * MIB),
				 "pool_unused_bytes", (json_int_t)(32 * MIB), "graph_unused_bytes",
				 (json_int_t)(4 * MIB), "not_attributed_bytes",
				 -(json_int_t)(102 * MIB), "other_bytes", (json_int_t)(39 * GIB)));
	assert_equals(json_array_get(json_object_get(report_row(root, "accounts", 0), "kinds"), 0),
		      json_pack("{ss ss sI si}", "kind", "linear", "bucket", "vram", "bytes",
				(json_int_t)GIB, "count", 3));
	assert_members(report_row(root, "accounts", 1),
		       json_pack("{ss sn sn sn sn sn}", "moment", "peak", "word", "in_use_bytes",
				 "process_bytes", "pool_unused_bytes", "not_attributed_bytes"));
	json_decref(root);
}

static void many_requests_are_cut_and_that_is_said(void **state)
{
	struct sample sample = sample_start();
	struct vt__report_outcome outcome;
	struct vt_format_account account = fill(sample.gpu);
	char *text;
	int i;

	(void)state;
	account.moment = VT_MOMENT_REQUEST;
	for (i = 0; i < 9; i++)
		made_add(sample.made, VT_FORMAT_ACCOUNT, &account);
	text = sample_whole(sample.made, &outcome);
	assert_has(text, "... 4 more accounts (to see them: --all)\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rest_is_what_nothing_else_explains),
		cmocka_unit_test(what_a_pool_does_not_use_is_told_by_what_is_tracked),
		cmocka_unit_test(without_nvml_it_is_of_all_processes),
		cmocka_unit_test(a_difference_below_zero_is_not_made_to_fit),
		cmocka_unit_test(what_nobody_told_is_no_number),
		cmocka_unit_test(the_text_is_a_sum_that_can_be_checked),
		cmocka_unit_test(whose_number_it_is_is_said),
		cmocka_unit_test(the_json_has_the_same_numbers),
		cmocka_unit_test(many_requests_are_cut_and_that_is_said),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_make_folder, sample_remove_folder);
}
