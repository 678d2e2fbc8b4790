/*
 * Purposes and labels in the ledger: kept once, bounded, never at the cost of
 * the allocation.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

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

static void enter(uint64_t address, const char *purpose, const char *label)
{
	const struct vt__allocation allocation = {
		.space = VT__SPACE_DEVICE,
		.kind = VT_KIND_LINEAR,
		.address = address,
		.bytes = 1,
		.api = "cuMemAlloc_v2",
		.purpose = purpose,
		.label = label,
	};

	vt__ledger_enter(fixture.ledger, &allocation, fixture_stack(1));
}

static void refuse(const char *purpose, const char *label)
{
	const struct vt__finding finding = {
		.finding_class = VT_FINDING_OUT_OF_MEMORY,
		.api = "cuMemAlloc_v2",
		.result = 2,
		.kind = VT_KIND_LINEAR,
		.bytes = 1ull << 45,
		.purpose = purpose,
		.label = label,
	};

	vt__ledger_find(fixture.ledger, &finding, fixture_stack(2));
}

static void look(struct view *view)
{
	view_open(view, vt__ledger_path(fixture.ledger));
}

static const char *label_at(const struct view *view, uint64_t address)
{
	const struct vt_format_allocation *allocation = view_allocation(view, address);

	assert_non_null(allocation);
	return view_string(view, allocation->label);
}

/* How often `text`, with its NUL, stands in the strings. */
static unsigned occurrences(const struct view *view, const char *text)
{
	const size_t length = strlen(text) + 1;
	unsigned count = 0;

	for (uint32_t i = 0; i < view->header->segment_count; i++) {
		const struct vt_format_segment *segment = &view->header->segments[i];
		const uint8_t *bytes = view->bytes + segment->offset;

		for (uint64_t at = 0;
		     segment->type == VT_FORMAT_STRING && at + length <= segment->used; at++)
			count += memcmp(bytes + at, text, length) == 0;
	}
	return count;
}

static void what_the_program_said_is_recorded(void **state)
{
	const struct vt_format_allocation *allocation;
	struct view view;

	(void)state;
	enter(1, "KVCache", "layer 3");
	enter(2, NULL, "layer 4");
	enter(3, "KVCache", NULL);
	enter(4, "", "");
	look(&view);
	allocation = view_allocation(&view, 1);
	assert_string_equal(view_string(&view, allocation->purpose), "KVCache");
	assert_string_equal(view_string(&view, allocation->label), "layer 3");
	allocation = view_allocation(&view, 2);
	assert_int_equal(allocation->purpose, VT_FORMAT_NONE);
	assert_string_equal(view_string(&view, allocation->label), "layer 4");
	allocation = view_allocation(&view, 3);
	assert_string_equal(view_string(&view, allocation->purpose), "KVCache");
	assert_int_equal(allocation->label, VT_FORMAT_NONE);
	allocation = view_allocation(&view, 4);
	assert_int_equal(allocation->purpose, VT_FORMAT_NONE);
	assert_int_equal(allocation->label, VT_FORMAT_NONE);
	assert_int_equal(view_count(&view, VT_FORMAT_SITE), 1);
	view_close(&view);
}

static void the_text_is_the_callers_again_after_the_call(void **state)
{
	char text[] = "first";
	struct view view;

	(void)state;
	enter(1, NULL, text);
	strcpy(text, "other");
	enter(2, NULL, text);
	memset(text, '#', sizeof(text) - 1);
	look(&view);
	assert_string_equal(label_at(&view, 1), "first");
	assert_string_equal(label_at(&view, 2), "other");
	view_close(&view);
}

static void equal_texts_are_kept_once_wherever_they_are(void **state)
{
	struct view view;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		char purpose[16], label[16];

		snprintf(purpose, sizeof(purpose), "purpose %u", i % 2);
		snprintf(label, sizeof(label), "label %u", i % 10);
		enter(1 + i, purpose, label);
	}
	look(&view);
	assert_int_equal(occurrences(&view, "purpose 1"), 1);
	assert_int_equal(occurrences(&view, "label 7"), 1);
	assert_int_equal(view_allocation(&view, 8)->label, view_allocation(&view, 18)->label);
	view_close(&view);
	assert_int_equal(fixture.ledger->labels.count, 10);
	assert_int_equal(fixture.ledger->purposes.count, 2);
}

/* The last characters of a text that is too long: what of them stays. */
static void long_texts_are_cut_between_characters(void **state)
{
	static const struct {
		unsigned before; /* times 'a' */
		const char *then;
		unsigned kept; /* bytes */
	} cases[] = {
		{126, "b", 127},
		{126, "bc", 127},
		{127, "b", 127},
		{300, "", 127},
		{126, "\xc3\xa9", 126},             /* é */
		{125, "\xc3\xa9", 127},             /* fits */
		{125, "\xe2\x82\xac", 125},         /* € */
		{124, "\xe2\x82\xac!", 127},        /* fits, and is cut after */
		{126, "\xf0\x9f\x98\x80", 126},     /* four bytes */
		{124, "\xf0\x9f\x98\x80", 124},     /* the same */
		{124, "\x80\x80\x80\x80\x80", 127}, /* no UTF-8 */
	};
	struct view view;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[512];

		memset(text, 'a', cases[i].before);
		strcpy(text + cases[i].before, cases[i].then);
		enter(i, NULL, text);
		look(&view);
		assert_int_equal(strlen(label_at(&view, i)), cases[i].kept);
		assert_memory_equal(label_at(&view, i), text, cases[i].kept);
		view_close(&view);
	}
}

static void a_hundred_thousand_labels_are_bounded_and_counted(void **state)
{
	struct view full, again;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		char label[32];

		snprintf(label, sizeof(label), "request %u", i);
		enter(0x1000, NULL, label);
		fixture_free(&fixture, 0x1000, 3);
	}
	look(&full);
	assert_int_equal(full.header->losses[VT_LOSS_LABELS], 100000 - VT__LABELS_MOST);
	assert_int_equal(occurrences(&full, "request 65535"), 1);
	assert_int_equal(occurrences(&full, "request 65536"), 0);
	enter(1, "KVCache", "request 17");
	enter(2, "KVCache", "request 99999");
	look(&again);
	assert_string_equal(label_at(&again, 1), "request 17");
	assert_int_equal(view_allocation(&again, 2)->label, VT_FORMAT_NONE);
	assert_string_equal(view_string(&again, view_allocation(&again, 2)->purpose), "KVCache");
	assert_int_equal(again.header->losses[VT_LOSS_LABELS], 100000 - VT__LABELS_MOST + 1);
	assert_int_equal(again.header->losses[VT_LOSS_ALLOCATIONS], 0);
	assert_int_equal(view_count(&again, VT_FORMAT_STRING),
			 view_count(&full, VT_FORMAT_STRING) + sizeof("KVCache"));
	view_close(&full);
	view_close(&again);
}

static void a_recording_that_cannot_grow_keeps_the_allocations(void **state)
{
	unsigned labelled = 0;
	struct view view;

	(void)state;
	enter(1, NULL, NULL);
	fixture.ledger->store.recording.growth_error = -ENOSPC;
	for (unsigned i = 0; i < 120; i++) {
		char label[VT__LABEL_BYTES];

		snprintf(label, sizeof(label), "%0120u", i);
		enter(0x1000 + i, NULL, label);
	}
	look(&view);
	for (unsigned i = 0; i < 120; i++)
		labelled += view_allocation(&view, 0x1000 + i)->label != VT_FORMAT_NONE;
	assert_in_range(labelled, 10, 100);
	assert_int_equal(view.header->losses[VT_LOSS_STRINGS], 120 - labelled);
	assert_int_equal(view.header->losses[VT_LOSS_ALLOCATIONS], 0);
	view_close(&view);
}

/* Without an index a text is not found again: the limit still holds. */
static void without_index_memory_the_recording_stays_bounded(void **state)
{
	struct vt__store *store = &fixture.ledger->store;
	struct vt__label label;
	struct view view;

	(void)state;
	enter(0x1000, NULL, NULL);
	store->arena.bytes_most = store->arena.bytes_held;
	for (unsigned i = 0; i < 100000; i++) {
		char text[32];

		snprintf(text, sizeof(text), "request %u", i % 40000);
		vt__label_read(text, &label);
		vt__labels_number(&fixture.ledger->labels, &fixture.ledger->strings, store, &label);
	}
	look(&view);
	assert_true(view.header->losses[VT_LOSS_LABELS] > 0);
	assert_true(view_count(&view, VT_FORMAT_STRING) < VT__LABELS_MOST * 20);
	view_close(&view);
}

static void a_free_that_is_refused_keeps_the_label(void **state)
{
	struct vt__taken taken;
	struct view view;

	(void)state;
	enter(1, "KVCache", "layer 3");
	assert_int_equal(vt__ledger_take(fixture.ledger, VT__SPACE_DEVICE, 1, NULL, &taken), 0);
	vt__ledger_put_back(fixture.ledger, &taken);
	look(&view);
	assert_string_equal(label_at(&view, 1), "layer 3");
	view_close(&view);
}

static void a_refused_request_says_what_it_was_for(void **state)
{
	const struct vt_format_finding *finding;
	struct view view;

	(void)state;
	refuse("KVCache", "layer 3");
	refuse("KVCache", "layer 4");
	refuse(NULL, NULL);
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_FINDING), 2);
	finding = view_at(&view, VT_FORMAT_FINDING, 0);
	assert_int_equal(finding->count, 2);
	assert_string_equal(view_string(&view, finding->purpose), "KVCache");
	assert_string_equal(view_string(&view, finding->label), "layer 3");
	finding = view_at(&view, VT_FORMAT_FINDING, 1);
	assert_int_equal(finding->count, 1);
	assert_int_equal(finding->purpose, VT_FORMAT_NONE);
	assert_int_equal(finding->label, VT_FORMAT_NONE);
	view_close(&view);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_the_program_said_is_recorded),
		TEST(the_text_is_the_callers_again_after_the_call),
		TEST(equal_texts_are_kept_once_wherever_they_are),
		TEST(long_texts_are_cut_between_characters),
		TEST(a_hundred_thousand_labels_are_bounded_and_counted),
		TEST(a_recording_that_cannot_grow_keeps_the_allocations),
		TEST(without_index_memory_the_recording_stays_bounded),
		TEST(a_free_that_is_refused_keeps_the_label),
		TEST(a_refused_request_says_what_it_was_for),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
