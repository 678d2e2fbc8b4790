/*
 * Peaks and what they were made of, against a model that looks at every site
 * after every operation.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/ledger_fixture.h"

#define STACKS 12u
#define DEVICES 2u
#define SLOTS 300u
#define STEPS 20000u

/* Kinds of two buckets: LINEAR and ARRAY share VRAM, PINNED is HOST. */
static const struct {
	enum vt_kind kind;
	enum vt__space space;
	enum vt_bucket bucket;
	const char *api;
} kinds[] = {
	{VT_KIND_LINEAR, VT__SPACE_DEVICE, VT_BUCKET_VRAM, "cuMemAlloc_v2"},
	{VT_KIND_ARRAY, VT__SPACE_ARRAY, VT_BUCKET_VRAM, "cuArrayCreate_v2"},
	{VT_KIND_PINNED, VT__SPACE_HOST, VT_BUCKET_HOST, "cuMemAllocHost_v2"},
};
#define KINDS 3u
#define BUCKETS 2u /* VRAM is 0, HOST is 1 in the model */

struct model_site {
	uint64_t bytes, count;
	uint64_t peak_bytes, peak_count; /* at the bucket's peak */
};

struct model_slot {
	int live;
	unsigned stack, device, kind, context;
	uint64_t bytes;
};

static struct {
	struct model_site sites[DEVICES][KINDS][STACKS];
	uint64_t live[DEVICES][BUCKETS], peak[DEVICES][BUCKETS];
	struct model_slot slots[SLOTS];
} model;

static struct fixture fixture;
static struct vt__stack_note notes[STACKS];
static unsigned known; /* calls of which all was known */

static const struct vt__stack *noted_stack(unsigned number)
{
	static struct vt__stack stack;

	stack = *fixture_stack(number);
	stack.key = vt__stack_hash(stack.ips, stack.depth, 0);
	stack.has_key = true;
	stack.note = &notes[number];
	return &stack;
}

static unsigned bucket_index(unsigned kind)
{
	return kinds[kind].bucket == VT_BUCKET_HOST;
}

static void model_add(const struct model_slot *slot, int sign)
{
	unsigned bucket = bucket_index(slot->kind);
	struct model_site *site = &model.sites[slot->device][slot->kind][slot->stack];

	site->bytes += (uint64_t)sign * slot->bytes;
	site->count += (uint64_t)sign;
	model.live[slot->device][bucket] += (uint64_t)sign * slot->bytes;
	if (model.live[slot->device][bucket] <= model.peak[slot->device][bucket])
		return;
	model.peak[slot->device][bucket] = model.live[slot->device][bucket];
	for (unsigned kind = 0; kind < KINDS; kind++) {
		for (unsigned i = 0; bucket_index(kind) == bucket && i < STACKS; i++) {
			site = &model.sites[slot->device][kind][i];
			site->peak_bytes = site->bytes;
			site->peak_count = site->count;
		}
	}
}

static uint64_t address_of(unsigned number)
{
	return 0x10000 + (uint64_t)number * 256;
}

static void allocate(unsigned number)
{
	struct model_slot *slot = &model.slots[number];
	struct vt__allocation allocation;

	*slot = (struct model_slot){
		.live = 1,
		.stack = (unsigned)rand() % STACKS,
		.device = (unsigned)rand() % DEVICES,
		.kind = (unsigned)rand() % KINDS,
		.context = (unsigned)rand() % 2 + 1,
		.bytes = (uint64_t)rand() % 1000,
	};
	allocation = (struct vt__allocation){
		.space = kinds[slot->kind].space,
		.kind = kinds[slot->kind].kind,
		.address = address_of(number),
		.bytes = slot->bytes,
		.context = slot->context,
		.device = (int32_t)slot->device,
		.api = kinds[slot->kind].api,
	};
	/* Half of them as a call of which all is known. */
	if (!(rand() % 2 && vt__ledger_enter_known(fixture.ledger, &allocation, &notes[slot->stack],
						   vt__now_ns())))
		vt__ledger_enter(fixture.ledger, &allocation, noted_stack(slot->stack));
	else
		known++;
	model_add(slot, 1);
}

static void take(unsigned number, struct vt__taken *taken)
{
	const enum vt__space space = kinds[model.slots[number].kind].space;
	const unsigned stack = (unsigned)rand() % STACKS;
	struct vt__expected expected;

	vt__ledger_expect_take(fixture.ledger, space, address_of(number), &expected);
	if (rand() % 2 && vt__ledger_take_known(fixture.ledger, space, address_of(number),
						&expected, &notes[stack], taken))
		known++;
	else
		assert_int_equal(vt__ledger_take(fixture.ledger, space, address_of(number),
						 noted_stack(stack), taken),
				 0);
}

/* Frees it, lets others allocate meanwhile, then may put it back. */
static void release(unsigned number)
{
	struct model_slot *slot = &model.slots[number];
	unsigned other = (unsigned)rand() % SLOTS;
	struct vt__taken taken;

	take(number, &taken);
	assert_int_equal(taken.record.bytes, slot->bytes);
	assert_int_equal(taken.what.device, slot->device);
	model_add(slot, -1);
	if (!model.slots[other].live)
		allocate(other);
	if (rand() % 4 == 0) {
		vt__ledger_put_back(fixture.ledger, &taken);
		model_add(slot, 1);
		return;
	}
	slot->live = 0;
}

static void reset(unsigned context)
{
	vt__ledger_drop_context(fixture.ledger, context);
	for (unsigned i = 0; i < SLOTS; i++) {
		if (!model.slots[i].live || model.slots[i].context != context)
			continue;
		model_add(&model.slots[i], -1);
		model.slots[i].live = 0;
	}
}

static void check_site(const struct view *view, const struct vt_format_site *site)
{
	const struct vt_format_device *device = view_at(view, VT_FORMAT_DEVICE, site->device);
	const struct vt_format_stack *stack = view_at(view, VT_FORMAT_STACK, site->stack);
	const struct model_site *expected;
	const uint64_t *frame;
	unsigned kind = 0;
	int saved;

	while (kinds[kind].kind != (enum vt_kind)site->kind)
		kind++;
	saved = site->peak_number == device->peak_number[kinds[kind].bucket];
	frame = view_at(view, VT_FORMAT_FRAME, stack->first_frame);
	expected = &model.sites[device->ordinal][kind]
			       [(VT_FORMAT_FRAME_ADDRESS(*frame) - 0x1000) / 16];
	assert_int_equal(site->total.live_bytes, expected->bytes);
	assert_int_equal(site->total.live_count, expected->count);
	assert_int_equal(saved ? site->bytes_at_peak : site->total.live_bytes,
			 expected->peak_bytes);
	assert_int_equal(saved ? site->count_at_peak : site->total.live_count,
			 expected->peak_count);
}

static void check(void)
{
	struct view view;

	view_open(&view, vt__ledger_path(fixture.ledger));
	for (uint64_t i = 0; i < view_count(&view, VT_FORMAT_SITE); i++)
		check_site(&view, view_at(&view, VT_FORMAT_SITE, i));
	for (unsigned i = 0; i < DEVICES; i++) {
		const struct vt_format_device *device = view_device(&view, (int32_t)i);

		if (!device)
			continue;
		assert_int_equal(device->buckets[VT_BUCKET_VRAM].live_bytes, model.live[i][0]);
		assert_int_equal(device->buckets[VT_BUCKET_VRAM].peak_bytes, model.peak[i][0]);
		assert_int_equal(device->buckets[VT_BUCKET_HOST].live_bytes, model.live[i][1]);
		assert_int_equal(device->buckets[VT_BUCKET_HOST].peak_bytes, model.peak[i][1]);
	}
	view_close(&view);
}

static void step(void)
{
	unsigned number = (unsigned)rand() % SLOTS;

	if (rand() % 2000 == 0)
		reset((unsigned)rand() % 2 + 1);
	else if (model.slots[number].live)
		release(number);
	else
		allocate(number);
}

static void peaks_agree_with_a_log_of_every_event(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 5; seed++) {
		srand(seed);
		memset(&model, 0, sizeof(model));
		memset(notes, 0, sizeof(notes));
		fixture_open(&fixture);
		allocate(0);
		for (unsigned i = 0; i < STEPS; i++) {
			step();
			if (i % 500 == 0)
				check();
		}
		check();
		fixture_close(&fixture);
	}
	assert_true(known > 5 * STEPS / 20);
}

static void the_peak_stays_when_all_is_freed(void **state)
{
	const struct vt_format_site *first, *second;
	const struct vt_format_device *device;
	struct view view;

	(void)state;
	fixture_open(&fixture);
	fixture_enter(&fixture, 0x1000, 100, 1);
	fixture_enter(&fixture, 0x2000, 50, 2);
	fixture_free(&fixture, 0x1000, 1);
	fixture_enter(&fixture, 0x3000, 70, 2);
	fixture_free(&fixture, 0x2000, 1);
	fixture_free(&fixture, 0x3000, 1);
	view_open(&view, vt__ledger_path(fixture.ledger));
	device = view_device(&view, 0);
	first = view_at(&view, VT_FORMAT_SITE, 0);
	second = view_at(&view, VT_FORMAT_SITE, 1);
	assert_int_equal(device->buckets[VT_BUCKET_VRAM].peak_bytes, 150);
	assert_int_equal(first->peak_number, device->peak_number[VT_BUCKET_VRAM]);
	assert_int_equal(first->bytes_at_peak, 100);
	assert_int_equal(second->peak_number, device->peak_number[VT_BUCKET_VRAM]);
	assert_int_equal(second->bytes_at_peak, 50);
	assert_int_equal(second->total.peak_bytes, 120);
	view_close(&view);
	fixture_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(peaks_agree_with_a_log_of_every_event),
		cmocka_unit_test(the_peak_stays_when_all_is_freed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
