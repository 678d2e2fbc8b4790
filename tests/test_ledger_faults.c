/*
 * What the ledger keeps of a fault of the device, and of memory that is freed under an executable
 * graph.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/private.h"
#include "tests/ledger_fixture.h"

static struct fixture fixture;

static int set_up(void **state)
{
	(void)state;
	fixture_open(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_close(&fixture);
	return 0;
}

static void look(struct view *view)
{
	view_open(view, vt__ledger_path(fixture.ledger));
}

static void take(uint64_t address, unsigned stack, struct vt__taken *taken)
{
	assert_int_equal(vt__ledger_take(fixture.ledger, VT__SPACE_DEVICE, address,
					 fixture_stack(stack), taken),
			 0);
}

/* Of a fault the latest frees are kept, the latest first, and no free that was refused. */
static void a_fault_has_what_was_freed_before(void **state)
{
	const struct vt__finding fault = {.finding_class = VT_FINDING_FAULT,
					  .space = VT__SPACE_DEVICE,
					  .api = "cuCtxSynchronize",
					  .result = 700,
					  .device = 0,
					  .kind = -1,
					  .fenced = true};
	const struct vt_format_freed *freed;
	struct vt__taken taken;
	struct view view;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		fixture_enter(&fixture, 0x1000 + i * 0x1000, 10 + i, 1);
	fixture_free(&fixture, 0x3000, 2);
	fixture_free(&fixture, 0x1000, 3);
	take(0x4000, 4, &taken);
	vt__ledger_put_back(fixture.ledger, &taken);
	vt__ledger_find(fixture.ledger, &fault, fixture_stack(9));
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_FREED), 2);
	freed = view_at(&view, VT_FORMAT_FREED, 0);
	assert_int_equal(freed->address, 0x1000);
	assert_int_equal(freed->bytes, 10);
	assert_int_equal(freed->flags, VT_FREED_FENCED);
	assert_int_equal(freed->how, VT_FREED_BY_PROGRAM);
	assert_true(freed->after_ns <= freed->before_ns);
	freed = view_at(&view, VT_FORMAT_FREED, 1);
	assert_int_equal(freed->address, 0x3000);
	assert_int_equal(freed->bytes, 12);
	view_close(&view);
}

/* What a graph uses is told where it is freed, once; as launched only after that. */
static void a_graph_is_told_of_what_was_freed_under_it(void **state)
{
	const struct vt__graph_word words[] = {{0x1008, 1}, {0x2001, 2}, {0x2002, 2}, {0x9000, 3}};
	const struct vt_format_finding *finding;
	struct vt__taken taken;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 16, 1);
	fixture_enter(&fixture, 0x2000, 16, 1);
	vt__ledger_graph_uses(fixture.ledger, 77, words, 4);
	vt__ledger_graph_launched(fixture.ledger, 77);
	take(0x1000, 2, &taken);
	vt__ledger_put_back(fixture.ledger, &taken); /* refused: nothing is to be told */
	fixture_free(&fixture, 0x2000, 3);
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_FINDING), 2);
	assert_int_equal(view.header->losses[VT_LOSS_GRAPH_USES], 1); /* who used 0x1000 */
	finding = view_at(&view, VT_FORMAT_FINDING, 0);
	assert_int_equal(finding->reason, VT_STALE_UNDONE);
	finding = view_at(&view, VT_FORMAT_FINDING, 1);
	assert_int_equal(finding->finding_class, VT_FINDING_STALE_GRAPH);
	assert_int_equal(finding->reason, VT_STALE_IDLE);
	assert_int_equal(finding->address, 0x2000);
	assert_int_equal(finding->count, 1);
	view_close(&view);
	vt__ledger_graph_launched(fixture.ledger, 77);
	look(&view);
	finding = view_at(&view, VT_FORMAT_FINDING, 1);
	assert_int_equal(finding->reason, VT_STALE_LAUNCHED);
	view_close(&view);
	vt__ledger_graph_changed(fixture.ledger, 77, 0);
	assert_int_equal(vt__graph_used, 0);
	assert_int_equal(vt__graph_stale, 0);
}

/* Of more findings than an executable has room for, the others are not known to be launched: that
 * is a loss. */
static void what_is_not_waited_for_is_a_loss(void **state)
{
	const unsigned all = VT__GRAPH_STALE_MOST + 1;
	struct vt__graph_word words[VT__GRAPH_STALE_MOST + 1];
	struct view view;

	(void)state;
	for (unsigned i = 0; i < all; i++) {
		fixture_enter(&fixture, 0x1000 * (i + 1), 16, i);
		words[i] = (struct vt__graph_word){0x1000 * (i + 1), i + 1};
	}
	vt__ledger_graph_uses(fixture.ledger, 77, words, all);
	for (unsigned i = 0; i < all; i++)
		fixture_free(&fixture, 0x1000 * (i + 1), i);
	vt__ledger_graph_launched(fixture.ledger, 77);
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_FINDING), all);
	assert_int_equal(view.header->losses[VT_LOSS_GRAPH_USES], 1);
	view_close(&view);
	vt__ledger_graph_changed(fixture.ledger, 77, 0);
}

static void enter_exec(uint64_t handle)
{
	const struct vt__allocation exec = {.space = VT__SPACE_OBJECT,
					    .kind = VT_KIND_GRAPH_EXEC,
					    .address = handle,
					    .api = "cuGraphInstantiate"};

	vt__ledger_enter(fixture.ledger, &exec, fixture_stack(5));
}

/* A handle is given again before who destroyed the former executable comes to tell of it. */
static void a_handle_that_is_anothers_keeps_its_words(void **state)
{
	const struct vt__graph_word word = {0x1008, 1};
	const struct vt_format_finding *finding;
	struct vt__taken taken;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 16, 1);
	enter_exec(77);
	vt__ledger_graph_uses(fixture.ledger, 77, &word, 1);
	assert_int_equal(
		vt__ledger_take(fixture.ledger, VT__SPACE_OBJECT, 77, fixture_stack(6), &taken), 0);
	enter_exec(77);
	vt__ledger_graph_uses(fixture.ledger, 77, &word, 1);
	vt__ledger_graph_destroyed(fixture.ledger, 77);
	fixture_free(&fixture, 0x1000, 3);
	vt__ledger_graph_launched(fixture.ledger, 77);
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_FINDING), 1);
	finding = view_at(&view, VT_FORMAT_FINDING, 0);
	assert_int_equal(finding->reason, VT_STALE_LAUNCHED);
	view_close(&view);
	assert_int_equal(
		vt__ledger_take(fixture.ledger, VT__SPACE_OBJECT, 77, fixture_stack(6), &taken), 0);
	vt__ledger_graph_destroyed(fixture.ledger, 77);
	assert_int_equal(vt__graph_used, 0);
	assert_int_equal(vt__graph_stale, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_fault_has_what_was_freed_before),
		TEST(a_graph_is_told_of_what_was_freed_under_it),
		TEST(what_is_not_waited_for_is_a_loss),
		TEST(a_handle_that_is_anothers_keeps_its_words),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
