/*
 * Frees that the driver refuses after the ledger has entered them, and stacks
 * that bring along what a ledger noted of them.
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

/* The reason and the free's stack that a finding about the address gets. */
static const struct vt_format_finding *ask(uint64_t address, struct view *view)
{
	const struct vt__finding finding = {
		.finding_class = VT_FINDING_BAD_FREE,
		.space = VT__SPACE_DEVICE,
		.api = "cuMemFree_v2",
		.device = -1,
		.kind = -1,
		.address = address,
	};
	uint64_t count;

	vt__ledger_find(fixture.ledger, &finding, fixture_stack(1000 + (unsigned)(address % 97)));
	look(view);
	count = view_count(view, VT_FORMAT_FINDING);
	return view_at(view, VT_FORMAT_FINDING, count - 1);
}

static const struct vt_format_total *vram(const struct view *view)
{
	const struct vt_format_device *device = view_at(view, VT_FORMAT_DEVICE, 0);

	return &device->buckets[VT_BUCKET_VRAM];
}

static void a_free_counts_before_the_driver_answers(void **state)
{
	struct vt__taken taken;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	take(0x1000, 2, &taken);
	look(&view);
	assert_int_equal(view_live(&view), 0);
	assert_int_equal(vram(&view)->frees, 1);
	assert_int_equal(vram(&view)->live_bytes, 0);
	view_close(&view);
	assert_int_equal(ask(0x1000, &view)->reason, VT_BAD_FREE_DOUBLE);
	view_close(&view);
}

/* The stack of the free is a new one; all else is as it was. */
static void a_refused_free_leaves_totals_and_peaks_as_they_were(void **state)
{
	struct view before, after;
	struct vt__taken taken;

	(void)state;
	for (unsigned i = 0; i < 20; i++)
		fixture_enter(&fixture, 0x1000 + i * 16, 10 + i, i % 3);
	fixture_free(&fixture, 0x1000, 1);
	look(&before);
	for (unsigned i = 1; i < 20; i++) {
		take(0x1000 + i * 16, 1, &taken);
		vt__ledger_put_back(fixture.ledger, &taken);
	}
	look(&after);
	for (unsigned type = 1; type < VT_FORMAT_TYPE_END; type++)
		assert_int_equal(view_count(&before, type), view_count(&after, type));
	for (unsigned i = 0; i < 20; i++)
		assert_memory_equal(view_at(&before, VT_FORMAT_ALLOCATION, i),
				    view_at(&after, VT_FORMAT_ALLOCATION, i),
				    sizeof(struct vt_format_allocation));
	for (unsigned i = 0; i < 3; i++) {
		const struct vt_format_site *site = view_at(&before, VT_FORMAT_SITE, i);

		assert_memory_equal(
			&site->total,
			&((const struct vt_format_site *)view_at(&after, VT_FORMAT_SITE, i))->total,
			sizeof(site->total));
	}
	assert_memory_equal(view_at(&before, VT_FORMAT_DEVICE, 0),
			    view_at(&after, VT_FORMAT_DEVICE, 0), sizeof(struct vt_format_device));
	view_close(&before);
	view_close(&after);
}

static void a_refused_free_is_forgotten_by_the_history(void **state)
{
	struct vt__taken taken;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	take(0x1000, 2, &taken);
	vt__ledger_put_back(fixture.ledger, &taken);
	assert_int_equal(ask(0x1000, &view)->reason, VT_BAD_FREE_REFUSED);
	view_close(&view);
	vt__ledger_drop_context(fixture.ledger, 1);
	assert_int_equal(ask(0x1000, &view)->reason, VT_BAD_FREE_AFTER_RESET);
	view_close(&view);
}

/* Two addresses that share a place in the history of frees. */
static uint64_t rival_of(uint64_t address)
{
	const struct vt__freed *place;
	struct vt__history history;
	uint64_t other = address + 16;

	vt__history_open(&history);
	place = vt__history_place(&history, VT__SPACE_DEVICE, vt__hash_word(address));
	while (vt__history_place(&history, VT__SPACE_DEVICE, vt__hash_word(other)) != place)
		other += 16;
	return other;
}

static void a_refused_free_gives_back_what_the_history_knew(void **state)
{
	uint64_t rival = rival_of(0x1000);
	const struct vt_format_finding *finding;
	struct vt__taken taken;
	struct view view;

	(void)state;
	fixture_enter(&fixture, rival, 10, 1);
	fixture_free(&fixture, rival, 7);
	fixture_enter(&fixture, 0x1000, 10, 1);
	take(0x1000, 2, &taken);
	assert_int_equal(ask(rival, &view)->reason, VT_BAD_FREE_UNKNOWN);
	view_close(&view);
	vt__ledger_put_back(fixture.ledger, &taken);
	finding = ask(rival, &view);
	assert_int_equal(finding->reason, VT_BAD_FREE_DOUBLE);
	assert_int_not_equal(finding->free_stack, VT_FORMAT_NONE);
	view_close(&view);
}

static void an_undo_leaves_a_later_free_alone(void **state)
{
	uint64_t rival = rival_of(0x1000);
	struct vt__taken taken;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	fixture_enter(&fixture, rival, 10, 1);
	take(0x1000, 2, &taken);
	fixture_free(&fixture, rival, 7);
	vt__ledger_put_back(fixture.ledger, &taken);
	assert_int_equal(ask(rival, &view)->reason, VT_BAD_FREE_DOUBLE);
	view_close(&view);
}

static void an_address_entered_anew_outlives_the_refusal(void **state)
{
	struct vt__taken taken;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	take(0x1000, 2, &taken);
	fixture_enter(&fixture, 0x1000, 7, 3);
	vt__ledger_put_back(fixture.ledger, &taken);
	look(&view);
	assert_int_equal(view_live(&view), 1);
	assert_int_equal(vram(&view)->live_bytes, 7);
	assert_int_equal(vram(&view)->live_count, 1);
	assert_int_equal(vram(&view)->allocations, 2);
	assert_int_equal(vram(&view)->frees, 1);
	view_close(&view);
	fixture_free(&fixture, 0x1000, 1);
}

static void a_record_given_to_another_is_not_taken_back(void **state)
{
	struct vt__taken taken;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	take(0x1000, 2, &taken);
	fixture_enter(&fixture, 0x2000, 20, 1);
	vt__ledger_put_back(fixture.ledger, &taken);
	look(&view);
	assert_int_equal(view_live(&view), 2);
	assert_int_equal(view_count(&view, VT_FORMAT_ALLOCATION), 2);
	assert_int_equal(vram(&view)->live_bytes, 30);
	view_close(&view);
	fixture_free(&fixture, 0x1000, 1);
	fixture_free(&fixture, 0x2000, 1);
	assert_int_equal(vt__ledger_take(fixture.ledger, VT__SPACE_DEVICE, 0x1000, NULL, &taken),
			 -ENOENT);
}

/* ---- What a ledger notes with a stack ------------------------------------ */

static struct vt__stack_note note;

static void enter_noted(uint64_t address, unsigned number, uint32_t generation)
{
	const struct vt__allocation allocation = {
		.kind = VT_KIND_LINEAR, .address = address, .bytes = 1, .api = "cuMemAlloc_v2"};
	struct vt__stack stack = *fixture_stack(number);

	stack.note = &note;
	stack.generation = generation;
	vt__ledger_enter(fixture.ledger, &allocation, &stack);
}

/* The innermost frame of the stack that a live allocation was entered with. */
static uint64_t frame_of(uint64_t address)
{
	struct view view;
	uint64_t frame = 0;

	look(&view);
	for (uint64_t i = 0; i < view_count(&view, VT_FORMAT_ALLOCATION); i++) {
		const struct vt_format_allocation *record = view_at(&view, VT_FORMAT_ALLOCATION, i);
		const struct vt_format_site *site = view_at(&view, VT_FORMAT_SITE, record->site);
		const struct vt_format_stack *stack;

		if (record->address != address)
			continue;
		stack = view_at(&view, VT_FORMAT_STACK, site->stack);
		frame = *(const uint64_t *)view_at(&view, VT_FORMAT_FRAME, stack->first_frame);
	}
	view_close(&view);
	return VT_FORMAT_FRAME_ADDRESS(frame);
}

static void a_note_leads_to_its_stack(void **state)
{
	(void)state;
	memset(&note, 0, sizeof(note));
	fixture_enter(&fixture, 0x1000, 1, 1);
	enter_noted(0x2000, 5, 0);
	assert_int_equal(note.stamp.ledger, fixture.ledger->stamp.ledger);
	enter_noted(0x3000, 5, 0);
	assert_int_equal(frame_of(0x3000), fixture_stack(5)->ips[0]);
	assert_int_equal(frame_of(0x2000), fixture_stack(5)->ips[0]);
}

/* As when a signal handler has put another stack in its place. */
static void the_note_of_another_stack_misleads_nobody(void **state)
{
	(void)state;
	memset(&note, 0, sizeof(note));
	enter_noted(0x1000, 5, 0);
	enter_noted(0x2000, 6, 0);
	assert_int_equal(frame_of(0x2000), fixture_stack(6)->ips[0]);
	enter_noted(0x3000, 5, 0);
	assert_int_equal(frame_of(0x3000), fixture_stack(5)->ips[0]);
}

/* Return addresses that lie where a signal handler may put others. */
static void enter_borrowed(uint64_t address, unsigned number, unsigned now)
{
	const struct vt__allocation allocation = {
		.kind = VT_KIND_LINEAR, .address = address, .bytes = 1, .api = "cuMemAlloc_v2"};
	struct vt__stack stack = *fixture_stack(number);

	stack.key = vt__stack_hash(stack.ips, stack.depth, stack.truncated);
	stack.has_key = true;
	stack.is_borrowed = true;
	fixture_stack(now);
	vt__ledger_enter(fixture.ledger, &allocation, &stack);
}

static void a_borrowed_stack_is_entered_if_its_key_agrees(void **state)
{
	struct view view;

	(void)state;
	enter_borrowed(0x1000, 5, 5);
	assert_int_equal(frame_of(0x1000), fixture_stack(5)->ips[0]);
	enter_borrowed(0x2000, 6, 7);
	look(&view);
	assert_int_equal(view.header->losses[VT_LOSS_STACKS], 1);
	assert_int_equal(view_live(&view), 2);
	assert_int_equal(((const struct vt_format_site *)view_at(&view, VT_FORMAT_SITE, 1))->stack,
			 VT_FORMAT_NONE);
	view_close(&view);
	/* What the ledger knows it finds by the key alone. */
	enter_borrowed(0x3000, 5, 7);
	assert_int_equal(frame_of(0x3000), fixture_stack(5)->ips[0]);
}

static void a_note_ends_with_its_generation(void **state)
{
	(void)state;
	memset(&note, 0, sizeof(note));
	enter_noted(0x1000, 5, 0);
	enter_noted(0x2000, 5, 1);
	assert_int_equal(note.stamp.generation, 1);
	/* Taken before the unloading: entered all the same, and noted nowhere. */
	enter_noted(0x3000, 6, 0);
	assert_int_equal(note.stamp.generation, 1);
	assert_int_equal(frame_of(0x3000), fixture_stack(6)->ips[0]);
}

static void a_note_is_of_no_use_to_another_ledger(void **state)
{
	struct vt__ledger *first = fixture.ledger;

	(void)state;
	memset(&note, 0, sizeof(note));
	for (unsigned i = 10; i < 20; i++)
		fixture_enter(&fixture, i, 1, i);
	enter_noted(0x1000, 5, 0);
	assert_int_equal(vt__ledger_open(&fixture.identity, &fixture.ledger), 0);
	fixture_enter(&fixture, 1, 1, 1);
	enter_noted(0x1000, 5, 0);
	assert_int_equal(frame_of(0x1000), fixture_stack(5)->ips[0]);
	fixture.ledger = first;
	enter_noted(0x2000, 5, 0);
	assert_int_equal(frame_of(0x2000), fixture_stack(5)->ips[0]);
}

static void the_note_of_a_parent_is_of_no_use_to_its_child(void **state)
{
	int status;
	pid_t child;

	(void)state;
	memset(&note, 0, sizeof(note));
	for (unsigned i = 10; i < 20; i++)
		fixture_enter(&fixture, i, 1, i);
	enter_noted(0x1000, 5, 0);
	child = fork();
	if (child == 0) {
		if (vt__ledger_open(&fixture.identity, &fixture.ledger))
			_exit(1);
		fixture_enter(&fixture, 1, 1, 1);
		enter_noted(0x1000, 5, 0);
		_exit(frame_of(0x1000) == fixture_stack(5)->ips[0] ? 0 : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_free_counts_before_the_driver_answers),
		TEST(a_refused_free_leaves_totals_and_peaks_as_they_were),
		TEST(a_refused_free_is_forgotten_by_the_history),
		TEST(a_refused_free_gives_back_what_the_history_knew),
		TEST(an_undo_leaves_a_later_free_alone),
		TEST(an_address_entered_anew_outlives_the_refusal),
		TEST(a_record_given_to_another_is_not_taken_back),
		TEST(a_note_leads_to_its_stack),
		TEST(the_note_of_another_stack_misleads_nobody),
		TEST(a_borrowed_stack_is_entered_if_its_key_agrees),
		TEST(a_note_ends_with_its_generation),
		TEST(a_note_is_of_no_use_to_another_ledger),
		TEST(the_note_of_a_parent_is_of_no_use_to_its_child),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
