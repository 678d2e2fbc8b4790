/*
 * Two recordings of one process, compared.
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
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "reports/compare/verify.h"
#include "tests/report_sample.h"

struct side {
	struct sample sample;
	uint32_t linear, ordered;
};

/* What both saw: two allocations that live, one that was freed. */
static struct side make_side(enum vt_source source, const char *ordered_api)
{
	struct side side = {.sample = sample_start()};
	struct made *made = side.sample.made;

	made_header(made)->source = source;
	side.linear = made_site(made, side.sample.loader, side.sample.gpu, side.sample.alloc,
				VT_KIND_LINEAR);
	side.ordered = made_site(made, side.sample.cache, side.sample.gpu,
				 made_string(made, ordered_api), VT_KIND_STREAM_ORDERED);
	made_allocation(made, side.ordered, 0x2000, 200);
	made_freed(made, made_allocation(made, side.linear, 0x3000, 3000));
	made_allocation(made, side.linear, 0x1000, 100);
	return side;
}

static struct vt__recording *open_side(struct side *side)
{
	char message[VT__MESSAGE_BYTES];
	struct vt__recording *recording;

	assert_int_equal(made_write(side->sample.made, sample_path), 0);
	made_free(side->sample.made);
	if (vt__recording_open(sample_path, &recording, message))
		fail_msg("refused: %s", message);
	return recording;
}

static size_t unreadable; /* recordings of b */

/* Compares, and gives the text (which the caller frees) of so many disagreements. */
static char *verify(struct vt__recording *a, struct vt__recording *b, bool json,
		    size_t disagreements)
{
	const struct vt__verify_side sides[2] = {{&a, a != NULL, 0}, {&b, b != NULL, unreadable}};
	struct vt__verification *verification;
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	assert_int_equal(vt__verify(sides, &verification), 0);
	if (json)
		assert_int_equal(vt__verify_json(verification, out), 0);
	else
		vt__verify_text(verification, false, out);
	fclose(out);
	if (vt__verify_disagreements(verification) != disagreements)
		fail_msg("%zu disagreements:\n%s", vt__verify_disagreements(verification), text);
	vt__verification_free(verification);
	vt__recording_close(a);
	vt__recording_close(b);
	return text;
}

static char *verify_sides(struct side *a, struct side *b, bool json, size_t disagreements)
{
	return verify(open_side(a), open_side(b), json, disagreements);
}

/* Order, call sites and variants of one API are no difference. */
static void two_that_saw_the_same_agree(void **state)
{
	struct side a = make_side(VT_SOURCE_PRELOAD, "cuMemAllocAsync_ptsz");
	struct side b = make_side(VT_SOURCE_CUPTI, "cuMemAllocAsync");
	const uint32_t moved = made_site(b.sample.made, b.sample.cache, b.sample.gpu,
					 made_string(b.sample.made, "cuMemAlloc"), VT_KIND_LINEAR);
	char *text;

	(void)state;
	made_allocation(a.sample.made, a.linear, 0x5000, 5);
	made_allocation(a.sample.made, a.linear, 0x4000, 4);
	made_allocation(b.sample.made, b.linear, 0x4000, 4);
	made_allocation(b.sample.made, moved, 0x5000, 5);
	text = verify_sides(&a, &b, false, 0);
	assert_string_equal(text, "verify: LD_PRELOAD and CUPTI callbacks agree: 5 allocations of "
				  "3309 B, 1 freed, 4 live\n");
	free(text);
}

static void each_difference_is_a_line(void **state)
{
	struct side a = make_side(VT_SOURCE_PRELOAD, "cuMemAllocAsync");
	struct side b = make_side(VT_SOURCE_CUPTI, "cuMemAllocAsync");
	char *text;

	(void)state;
	made_allocation(b.sample.made, b.linear, 0x6000, 4096);
	made_allocation(a.sample.made, a.ordered, 0x7000, 70);
	made_allocation(b.sample.made, b.ordered, 0x7000, 71);
	made_header(b.sample.made)->losses[VT_LOSS_CALLS] = 2;
	/* Allocations, bytes, live, live bytes, and bytes twice by kind; allocations, bytes,
	 * and bytes by API; two live. */
	text = verify_sides(&a, &b, false, 1);
	assert_has(text,
		   "verify: LD_PRELOAD and CUPTI callbacks disagree in 11 numbers\n"
		   "  where the two disagree                               LD_PRELOAD  CUPTI "
		   "callbacks\n"
		   "  device memory: allocations                                    2             "
		   "   3\n");
	assert_has(text, "\n  cuMemAlloc: allocations                                       2      "
			 "          3\n");
	assert_has(text, "  (270 B, 271 B)\n");
	assert_has(text,
		   "  live at 0x6000 on GPU 0, device memory, by cuMemAlloc_v2, 4.0 KiB: only "
		   "CUPTI callbacks has it\n");
	assert_has(text,
		   "  live at 0x7000 on GPU 0, stream-ordered memory, by cuMemAllocAsync: 70 B "
		   "for LD_PRELOAD, 71 B for CUPTI callbacks\n");
	assert_has(text, "  CUPTI callbacks lost 2 (see its report)\n");
	free(text);
}

static void the_json_has_every_number(void **state)
{
	struct side a = make_side(VT_SOURCE_PRELOAD, "cuMemAllocAsync");
	struct side b = make_side(VT_SOURCE_CUPTI, "cuMemAllocAsync");
	char *text;
	json_t *root, *process, *row;

	(void)state;
	made_allocation(a.sample.made, a.linear, 0x6000, 4096);
	text = verify_sides(&a, &b, true, 1);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_true(json_is_false(json_object_get(root, "agree")));
	process = json_array_get(json_object_get(root, "processes"), 0);
	assert_int_equal(json_integer_value(json_object_get(process, "differences")), 7);
	row = json_array_get(json_object_get(process, "kinds"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "kind")), "linear");
	assert_int_equal(json_integer_value(json_array_get(json_object_get(row, "allocations"), 0)),
			 3);
	assert_int_equal(json_integer_value(json_array_get(json_object_get(row, "allocations"), 1)),
			 2);
	assert_int_equal(json_array_size(json_object_get(process, "kinds")), 2);
	row = json_array_get(json_object_get(process, "apis"), 1);
	assert_string_equal(json_string_value(json_object_get(row, "api")), "cuMemAllocAsync");
	assert_true(json_is_true(json_object_get(row, "agree")));
	row = json_array_get(json_object_get(process, "live"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "address")), "0x6000");
	assert_true(json_is_null(json_array_get(json_object_get(row, "bytes"), 1)));
	json_decref(root);
	free(text);
}

/* An account of the moment when exit() began, of what is live now. */
static void exit_begins(struct side *side)
{
	struct made *made = side->sample.made;
	const struct vt_format_device *device = made_record(made, VT_FORMAT_DEVICE,
							    side->sample.gpu);
	struct vt_format_account account = made_account(side->sample.gpu, VT_MOMENT_END);
	int kind;

	for (kind = 0; kind < VT_KIND_COUNT; kind++) {
		account.kind_count[kind] = device->kinds[kind].live_count;
		account.kind_bytes[kind] = device->kinds[kind].live_bytes;
	}
	made_add(made, VT_FORMAT_ACCOUNT, &account);
}

static void what_is_freed_after_exit_began_is_no_difference(void **state)
{
	struct side a = make_side(VT_SOURCE_PRELOAD, "cuMemAllocAsync");
	struct side b = make_side(VT_SOURCE_CUPTI, "cuMemAllocAsync");
	const uint32_t last = made_allocation(a.sample.made, a.linear, 0x6000, 60);
	char *text;

	(void)state;
	made_allocation(b.sample.made, b.linear, 0x6000, 60);
	exit_begins(&a);
	exit_begins(&b);
	made_freed(a.sample.made, last);
	text = verify_sides(&a, &b, false, 0);
	assert_string_equal(
		text, "verify: LD_PRELOAD and CUPTI callbacks agree: 4 allocations of 3360 B, "
		      "2 freed, 3 live\n"
		      "  not counted: device memory freed after exit() began: 1 for LD_PRELOAD, "
		      "0 for CUPTI callbacks\n");
	free(text);
}

/* The same without the account: nothing tells that it was so late. */
static void what_is_freed_at_an_unknown_moment_is_a_difference(void **state)
{
	struct side a = make_side(VT_SOURCE_PRELOAD, "cuMemAllocAsync");
	struct side b = make_side(VT_SOURCE_CUPTI, "cuMemAllocAsync");
	char *text;

	(void)state;
	made_freed(a.sample.made, made_allocation(a.sample.made, a.linear, 0x6000, 60));
	made_allocation(b.sample.made, b.linear, 0x6000, 60);
	exit_begins(&b);
	text = verify_sides(&a, &b, false, 1);
	/* frees, live, live bytes, the allocation */
	assert_has(text, "disagree in 4 numbers");
	free(text);
}

static void objects_that_differ_are_told_and_not_counted(void **state)
{
	struct side a = make_side(VT_SOURCE_PRELOAD, "cuMemAllocAsync");
	struct side b = make_side(VT_SOURCE_CUPTI, "cuMemAllocAsync");
	const uint32_t stream = made_site(b.sample.made, b.sample.loader, b.sample.gpu,
					  made_string(b.sample.made, "cuStreamCreate"),
					  VT_KIND_STREAM);
	char *text;

	(void)state;
	made_allocation(b.sample.made, stream, 0x77, 0);
	text = verify_sides(&a, &b, false, 0);
	assert_has(text,
		   "  not counted: stream: 0 made and 0 left for LD_PRELOAD, 1 and 1 for CUPTI "
		   "callbacks\n");
	free(text);
}

static void what_only_one_recorded_is_a_difference(void **state)
{
	struct side a = make_side(VT_SOURCE_PRELOAD, "cuMemAllocAsync");
	struct side b = make_side(VT_SOURCE_CUPTI, "cuMemAllocAsync");
	char *text = verify(open_side(&a), NULL, false, 1);

	(void)state;
	assert_string_equal(text, "verify: only LD_PRELOAD recorded it: 3 allocations of 3300 B, "
				  "1 freed, 2 live\n");
	free(text);
	text = verify(NULL, open_side(&b), true, 1);
	assert_has(text, "\"recording\":null");
	free(text);
}

static void what_could_not_be_read_is_not_said_to_be_seen_by_one_alone(void **state)
{
	struct side a = make_side(VT_SOURCE_PRELOAD, "x"), b;
	char *text;

	(void)state;
	unreadable = 1;
	text = verify(open_side(&a), NULL, false, 1);
	assert_string_equal(text, "verify: only LD_PRELOAD has a recording that could be read: 3 "
				  "allocations of 3300 B, 1 freed, 2 live\n"
				  "verify: 1 recording of CUPTI callbacks could not be read: of it "
				  "nothing is compared\n");
	free(text);
	a = make_side(VT_SOURCE_PRELOAD, "x");
	b = make_side(VT_SOURCE_CUPTI, "x");
	text = verify_sides(&a, &b, true, 0);
	assert_has(text, "{\"agree\":false,\"unreadable\":[0,1]");
	free(text);
	text = verify(NULL, NULL, true, 0);
	assert_has(text, "{\"agree\":false,");
	free(text);
	unreadable = 0;
}

/* A process number that was given again, and another program after exec. */
static void two_processes_are_not_compared(void **state)
{
	struct side a = make_side(VT_SOURCE_PRELOAD, "x"), b = make_side(VT_SOURCE_CUPTI, "x");
	char *text;

	(void)state;
	made_header(b.sample.made)->process_start_ticks = 7;
	text = verify_sides(&a, &b, false, 2);
	assert_has(text, ": only LD_PRELOAD recorded it: ");
	assert_has(text, ": only CUPTI callbacks recorded it: ");
	free(text);
	a = make_side(VT_SOURCE_PRELOAD, "x");
	b = make_side(VT_SOURCE_CUPTI, "x");
	made_header(b.sample.made)->program = made_string(b.sample.made, "/another/program");
	free(verify_sides(&a, &b, false, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_that_saw_the_same_agree),
		cmocka_unit_test(each_difference_is_a_line),
		cmocka_unit_test(the_json_has_every_number),
		cmocka_unit_test(what_is_freed_after_exit_began_is_no_difference),
		cmocka_unit_test(what_is_freed_at_an_unknown_moment_is_a_difference),
		cmocka_unit_test(objects_that_differ_are_told_and_not_counted),
		cmocka_unit_test(what_only_one_recorded_is_a_difference),
		cmocka_unit_test(what_could_not_be_read_is_not_said_to_be_seen_by_one_alone),
		cmocka_unit_test(two_processes_are_not_compared),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_make_folder, sample_remove_folder);
}
