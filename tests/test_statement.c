/*
 * Where every byte of a device went: who the owners are, that it adds up, and what a damaged
 * recording can do to it.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/findings/between.h"
#include "reports/recording/reader.h"
#include "tests/report_json.h"

struct scene {
	struct sample sample;
	struct vt_format_account account;
	struct vt_format_statement statement;
};

/* 2 GiB of the process: 1 GiB by cuBLAS, 64 MiB by the program, 512 MiB of a context. */
static void set_up(struct scene *scene)
{
	struct made *made = (scene->sample = sample_start()).made;
	const uint32_t cublas = made_module(made, "/usr/lib/libcublas.so.13", 0);
	const uint32_t own = made_module(made, "/opt/libworker.so.2", 0);
	const uint32_t runtime = made_module(made, "/usr/lib/libcudart.so.13", 0);
	const uint64_t by_cublas[] = {VT_FORMAT_MAKE_FRAME(runtime, 16),
				      VT_FORMAT_MAKE_FRAME(cublas, 16),
				      VT_FORMAT_MAKE_FRAME(own, 16)};
	const uint64_t by_worker[] = {VT_FORMAT_MAKE_FRAME(own, 32)};
	const uint32_t gpu = scene->sample.gpu, api = scene->sample.alloc;
	const struct vt_format_charge charge = {
		.device = gpu,
		.what = VT_CHARGE_CONTEXT,
		.stack = made_stack(made, by_worker, 1),
		.api = api,
		.measured_bytes = 512 * MIB,
		.calls = 3,
		.moved = 1,
		.shared = 1,
	};

	scene->account = made_account(gpu, VT_MOMENT_MARK);
	scene->account.label = made_string(made, "awake");
	scene->account.process_bytes = 2048 * MIB;
	scene->account.kind_bytes[VT_KIND_LINEAR] = 1100 * MIB;
	scene->statement = (struct vt_format_statement){
		.site_count = 2,
		.charge_count = 1,
		.granule_bytes = 1102 * MIB,
		.sites = {{made_site(made, made_stack(made, by_cublas, 3), gpu, api,
				     VT_KIND_LINEAR),
			   0, 1024 * MIB},
			  {made_site(made, charge.stack, gpu, api, VT_KIND_LINEAR), 0, 64 * MIB}},
		.charges = {{made_add(made, VT_FORMAT_CHARGE, &charge), 0, 512 * MIB}},
	};
	scene->statement.measured_bytes[VT_CHARGE_CONTEXT] = 512 * MIB;
}

static void add(struct scene *scene)
{
	scene->statement.account = made_add(scene->sample.made, VT_FORMAT_ACCOUNT, &scene->account);
	made_add(scene->sample.made, VT_FORMAT_STATEMENT, &scene->statement);
}

static json_t *owner(json_t *root, const char *name)
{
	json_t *owners = json_object_get(report_row(root, "statements", 0), "owners"), *each;
	size_t i;

	json_array_foreach(owners, i, each)
		if (!strcmp(json_string_value(json_object_get(each, "owner")), name))
			return each;
	fail_msg("no owner %s", name);
	return NULL;
}

static void check_owner(json_t *root, const char *name, json_int_t mib, const char *how)
{
	assert_members(owner(root, name),
		       json_pack("{sI ss}", "bytes", mib * (json_int_t)MIB, "how", how));
}

static void owners_are_the_libraries_nearest_the_driver(void **state)
{
	struct scene scene;
	json_t *root;

	(void)state;
	set_up(&scene);
	add(&scene);
	root = report_json(scene.sample.made);
	check_owner(root, "cuBLAS", 1024, "tracked");
	check_owner(root, "libworker", 64, "tracked");
	check_owner(root, "other_sites", 12, "tracked");
	check_owner(root, "contexts", 512, "measured");
	check_owner(root, "rounding", 2, "computed");
	check_owner(root, "rest", 2048 - 1614, "rest");
	assert_true(json_is_true(json_object_get(owner(root, "contexts"), "shared")));
	assert_members(
		json_array_get(json_object_get(owner(root, "contexts"), "sites"), 0),
		json_pack("{sI si si}", "bytes", (json_int_t)(512 * MIB), "calls", 3, "moved", 1));
	json_decref(root);
}

static void more_than_is_in_use_is_a_rest_below_zero(void **state)
{
	struct scene scene;
	json_t *root;

	(void)state;
	set_up(&scene);
	scene.account.process_bytes = 1024 * MIB;
	add(&scene);
	root = report_json(scene.sample.made);
	check_owner(root, "rest", 1024 - 1614, "rest");
	json_decref(root);
}

/* What arrays are charged is in their granules, and no rounding. */
static void arrays_have_tiles_beside_their_elements(void **state)
{
	struct scene scene;
	json_t *root;

	(void)state;
	set_up(&scene);
	scene.account.kind_bytes[VT_KIND_ARRAY] = 10 * MIB;
	scene.statement.granule_bytes = 1124 * MIB;
	scene.statement.computed_bytes[VT_CHARGE_ARRAY] = 8 * MIB;
	scene.statement.untold_arrays = 3;
	add(&scene);
	root = report_json(scene.sample.made);
	check_owner(root, "array_padding", 8, "computed");
	check_owner(root, "rounding", 1124 - 1118, "computed");
	check_owner(root, "rest", 2048 - 1124 - 512, "rest");
	assert_members(report_row(root, "statements", 0), json_pack("{si}", "untold_arrays", 3));
	json_decref(root);
}

static void where_nobody_told_there_is_no_rest(void **state)
{
	struct scene scene;
	json_t *root, *row;

	(void)state;
	set_up(&scene);
	scene.account.process_bytes = VT_FORMAT_UNKNOWN;
	scene.statement.granule_bytes = VT_FORMAT_UNKNOWN;
	add(&scene);
	root = report_json(scene.sample.made);
	row = report_row(root, "statements", 0);
	assert_members(row, json_pack("{sn sn ss ss}", "word", "driver_bytes", "moment", "mark",
				      "label", "awake"));
	assert_int_equal(json_array_size(json_object_get(row, "owners")), 4);
	json_decref(root);
}

/* Numbers that only damage can bring: sums stay what they can be. */
static void absurd_numbers_are_no_overflow(void **state)
{
	struct scene scene;
	json_t *root;

	(void)state;
	set_up(&scene);
	scene.statement.sites[0].bytes = UINT64_MAX - 1;
	scene.statement.computed_bytes[VT_CHARGE_STREAM] = UINT64_MAX;
	scene.statement.measured_bytes[VT_CHARGE_CONTEXT] = UINT64_MAX - 2;
	add(&scene);
	root = report_json(scene.sample.made);
	check_owner(root, "libworker", 64, "tracked");
	json_decref(root);
}

static void refused(struct scene *scene, const char *words)
{
	char message[VT__MESSAGE_BYTES];
	struct vt__recording *recording;

	add(scene);
	assert_int_equal(made_write(scene->sample.made, sample_path), 0);
	made_free(scene->sample.made);
	assert_int_equal(vt__recording_open(sample_path, &recording, message), -EINVAL);
	assert_non_null(strstr(message, words));
}

static void a_line_of_what_is_not_there_is_refused(void **state)
{
	struct scene scene;

	(void)state;
	set_up(&scene);
	scene.statement.sites[1].number = 99;
	refused(&scene, "has a site that is not there");
	set_up(&scene);
	scene.statement.charges[0].number = 1;
	refused(&scene, "has a charge that is not there");
	set_up(&scene);
	scene.statement.site_count = VT_FORMAT_STATEMENT_LINES + 1;
	refused(&scene, "has more lines than there is room for");
	set_up(&scene);
	((struct vt_format_charge *)made_record(scene.sample.made, VT_FORMAT_CHARGE, 0))->what =
		VT_CHARGE_COUNT;
	refused(&scene, "is of a kind that does not exist");
	set_up(&scene);
	((struct vt_format_charge *)made_record(scene.sample.made, VT_FORMAT_CHARGE, 0))->stack =
		77;
	refused(&scene, "has a stack that is not there");
}

static void two_marks_are_two_names(void **state)
{
	struct vt__two_marks marks;
	char long_name[160];

	(void)state;
	assert_true(vt__two_marks_parse("awake,asleep", ",", &marks));
	assert_string_equal(marks.from, "awake");
	assert_string_equal(marks.to, "asleep");
	assert_true(vt__two_marks_parse("a b..c", "..", &marks));
	assert_string_equal(marks.from, "a b");
	assert_false(vt__two_marks_parse("awake", ",", &marks));
	assert_false(vt__two_marks_parse(",asleep", ",", &marks));
	assert_false(vt__two_marks_parse("awake,", ",", &marks));
	memset(long_name, 'a', sizeof(long_name));
	snprintf(long_name + 130, 20, ",asleep");
	assert_false(vt__two_marks_parse(long_name, ",", &marks));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owners_are_the_libraries_nearest_the_driver),
		cmocka_unit_test(more_than_is_in_use_is_a_rest_below_zero),
		cmocka_unit_test(arrays_have_tiles_beside_their_elements),
		cmocka_unit_test(where_nobody_told_there_is_no_rest),
		cmocka_unit_test(absurd_numbers_are_no_overflow),
		cmocka_unit_test(a_line_of_what_is_not_there_is_refused),
		cmocka_unit_test(two_marks_are_two_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_make_folder, sample_remove_folder);
}
