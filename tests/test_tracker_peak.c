/* The peak of a tracker and what it was made of, against a brute-force model. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <vramtrack/tracker.h>

#include "library/account.h"

static const void *at(uintptr_t address)
{
	return (const void *)address;
}

static vt_tracker *make(void)
{
	vt_tracker *tracker = NULL;

	assert_int_equal(vt_tracker_create(&tracker), VT_OK);
	assert_non_null(tracker);
	return tracker;
}

static void put(vt_tracker *tracker, uintptr_t address, size_t bytes, vt_purpose purpose)
{
	assert_int_equal(vt_tracker_record(tracker, at(address), bytes, purpose, NULL, 0), VT_OK);
}

#define SLOTS 64u
#define STEPS 50000u

static struct {
	size_t bytes[SLOTS]; /* of slot i; live says whether */
	int live[SLOTS];
	vt_purpose purpose[SLOTS];
	size_t total[VT_PURPOSE_COUNT], at_peak[VT_PURPOSE_COUNT], all, peak;
} model;

static void model_note_peak(void)
{
	if (model.all <= model.peak)
		return;
	model.peak = model.all;
	memcpy(model.at_peak, model.total, sizeof(model.total));
}

static void model_take(unsigned slot)
{
	if (!model.live[slot])
		return;
	model.live[slot] = 0;
	model.all -= model.bytes[slot];
	model.total[model.purpose[slot]] -= model.bytes[slot];
}

static void model_put(unsigned slot, size_t bytes, vt_purpose purpose)
{
	model_take(slot);
	model.live[slot] = 1;
	model.bytes[slot] = bytes;
	model.purpose[slot] = purpose;
	model.all += bytes;
	model.total[purpose] += bytes;
	model_note_peak();
}

static void compare_with_model(const vt_tracker *tracker)
{
	assert_int_equal(vt_tracker_total(tracker), model.all);
	assert_int_equal(vt_tracker_peak(tracker), model.peak);
	for (vt_purpose purpose = 0; purpose < VT_PURPOSE_COUNT; purpose++) {
		assert_int_equal(vt_tracker_total_by_purpose(tracker, purpose),
				 model.total[purpose]);
		assert_int_equal(vt_tracker_peak_by_purpose(tracker, purpose),
				 model.at_peak[purpose]);
	}
}

static void model_step(vt_tracker *tracker, struct vt__account *account)
{
	unsigned slot = (unsigned)rand() % SLOTS, other = (unsigned)rand() % SLOTS;
	uintptr_t address = 0x1000 + slot * 16, other_address = 0x1000 + other * 16;
	size_t bytes = (size_t)rand() % 1000;
	vt_purpose purpose = (vt_purpose)(rand() % VT_PURPOSE_COUNT);

	switch (rand() % 5) {
	case 0:
	case 1:
		put(tracker, address, bytes, purpose);
		model_put(slot, bytes, purpose);
		break;
	case 2:
	case 3:
		assert_int_equal(vt_tracker_unrecord(tracker, at(address)),
				 model.live[slot] ? VT_OK : VT_ERROR_NOT_FOUND);
		model_take(slot);
		break;
	default:
		assert_int_equal(vt__account_change(account, at(address), at(other_address), bytes),
				 VT_OK);
		if (!model.live[slot])
			break;
		purpose = model.purpose[slot];
		model_take(slot);
		model_put(other, bytes, purpose);
	}
}

static void peak_is_made_of_what_the_model_says(void **state)
{
	vt_tracker *tracker = make();
	struct vt__account *account = vt__account_retain(tracker);

	(void)state;
	srand(20250811);
	for (unsigned step = 0; step < STEPS; step++) {
		model_step(tracker, account);
		compare_with_model(tracker);
	}
	assert_true(model.peak > 0);
	vt__account_release(account);
	vt_tracker_destroy(tracker);
}

static void breakdown_has_only_purposes_present(void **state)
{
	vt_tracker *tracker = make();
	vt_breakdown breakdown[VT_PURPOSE_COUNT];

	(void)state;
	assert_int_equal(vt_tracker_breakdown(tracker, breakdown), 0);
	put(tracker, 1, 10, VT_PURPOSE_KV_CACHE);
	put(tracker, 2, 0, VT_PURPOSE_UNKNOWN);
	put(tracker, 3, 5, VT_PURPOSE_MODEL_WEIGHTS);
	assert_int_equal(vt_tracker_unrecord(tracker, at(3)), VT_OK);
	assert_int_equal(vt_tracker_breakdown(tracker, breakdown), 2);
	assert_int_equal(breakdown[0].purpose, VT_PURPOSE_KV_CACHE);
	assert_int_equal(breakdown[0].bytes, 10);
	assert_int_equal(breakdown[0].count, 1);
	assert_int_equal(breakdown[0].peak_bytes, 10);
	assert_int_equal(breakdown[1].purpose, VT_PURPOSE_UNKNOWN);
	assert_int_equal(vt_tracker_peak_by_purpose(tracker, VT_PURPOSE_MODEL_WEIGHTS), 5);
	vt_tracker_destroy(tracker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(peak_is_made_of_what_the_model_says),
		cmocka_unit_test(breakdown_has_only_purposes_present),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
