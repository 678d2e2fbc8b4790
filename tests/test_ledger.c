/*
 * What the ledger says is live, and what it says went wrong.
 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/visit.h"
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

static void an_allocation_is_recorded_whole(void **state)
{
	const struct vt_format_allocation *allocation;
	const struct vt_format_site *site;
	const struct vt_format_stack *stack;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x7f0000001000, 4096, 7);
	look(&view);
	assert_int_equal(view.header->sequence % 2, 0);
	allocation = view_allocation(&view, 0x7f0000001000);
	assert_non_null(allocation);
	assert_int_equal(allocation->bytes, 4096);
	assert_int_equal(allocation->context, 1);
	assert_int_equal(allocation->thread, vt__visit_thread());
	assert_int_equal(allocation->label, VT_FORMAT_NONE);
	assert_true(allocation->time_ns >= view.header->start_monotonic_ns);
	site = view_at(&view, VT_FORMAT_SITE, allocation->site);
	assert_non_null(site);
	assert_string_equal(view_string(&view, site->api), "cuMemAlloc_v2");
	assert_int_equal(site->kind, VT_KIND_LINEAR);
	assert_int_equal(site->total.live_bytes, 4096);
	stack = view_at(&view, VT_FORMAT_STACK, site->stack);
	assert_non_null(stack);
	assert_int_equal(stack->depth, 2);
	assert_int_equal(*(const uint64_t *)view_at(&view, VT_FORMAT_FRAME, stack->first_frame),
			 VT_FORMAT_MAKE_FRAME(VT_FORMAT_NO_MODULE, 0x1000 + 7 * 16));
	assert_int_equal(view_device(&view, 0)->buckets[VT_BUCKET_VRAM].live_bytes, 4096);
	assert_int_equal(view_device(&view, 0)->kinds[VT_KIND_LINEAR].allocations, 1);
	view_close(&view);
}

static void a_free_leaves_nothing_live(void **state)
{
	const struct vt_format_total *total;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	fixture_enter(&fixture, 0x2000, 20, 1);
	fixture_free(&fixture, 0x1000, 2);
	fixture_free(&fixture, 0x2000, 2);
	look(&view);
	assert_int_equal(view_live(&view), 0);
	total = &view_device(&view, 0)->buckets[VT_BUCKET_VRAM];
	assert_int_equal(total->live_bytes, 0);
	assert_int_equal(total->live_count, 0);
	assert_int_equal(total->peak_bytes, 30);
	assert_int_equal(total->allocations, 2);
	assert_int_equal(total->allocated_bytes, 30);
	assert_int_equal(total->frees, 2);
	view_close(&view);
}

static void the_same_place_is_one_site_and_one_stack(void **state)
{
	static const char same_text[] = "cuMemAlloc_v2";
	struct vt__allocation allocation = {
		.space = VT__SPACE_DEVICE, .address = 0x9000, .bytes = 1, .api = same_text};
	struct view view;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		fixture_enter(&fixture, 0x1000 + i, 1, 3);
	vt__ledger_enter(fixture.ledger, &allocation, fixture_stack(3));
	allocation.kind = VT_KIND_PITCHED;
	allocation.address++;
	vt__ledger_enter(fixture.ledger, &allocation, fixture_stack(3));
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_SITE), 2);
	assert_int_equal(view_count(&view, VT_FORMAT_STACK), 1);
	view_close(&view);
}

static void equal_values_in_two_spaces_are_two_allocations(void **state)
{
	struct vt__allocation array = {
		.space = VT__SPACE_ARRAY,
		.kind = VT_KIND_ARRAY,
		.address = 0x1000,
		.bytes = 5,
		.api = "cuArrayCreate_v2",
	};
	struct vt__taken taken;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	vt__ledger_enter(fixture.ledger, &array, fixture_stack(1));
	assert_int_equal(vt__ledger_take(fixture.ledger, VT__SPACE_ARRAY, 0x1000, NULL, &taken), 0);
	assert_int_equal(taken.record.bytes, 5);
	assert_int_equal(taken.what.kind, VT_KIND_ARRAY);
	assert_int_equal(vt__ledger_take(fixture.ledger, VT__SPACE_HOST, 0x1000, NULL, &taken),
			 -ENOENT);
	assert_int_equal(vt__ledger_take(fixture.ledger, VT__SPACE_DEVICE, 0x1000, NULL, &taken),
			 0);
	assert_int_equal(taken.record.bytes, 10);
}

static void put_back_restores_everything(void **state)
{
	const struct vt_format_site *site;
	struct view before, after;
	struct vt__taken taken;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	fixture_enter(&fixture, 0x2000, 20, 2);
	fixture_free(&fixture, 0x2000, 3);
	look(&before);
	assert_int_equal(vt__ledger_take(fixture.ledger, VT__SPACE_DEVICE, 0x1000, NULL, &taken),
			 0);
	vt__ledger_put_back(fixture.ledger, &taken);
	look(&after);
	for (unsigned type = 1; type < VT_FORMAT_TYPE_END; type++)
		assert_int_equal(view_count(&before, type), view_count(&after, type));
	assert_memory_equal(view_at(&before, VT_FORMAT_ALLOCATION, 0),
			    view_at(&after, VT_FORMAT_ALLOCATION, 0),
			    sizeof(struct vt_format_allocation));
	assert_memory_equal(view_at(&before, VT_FORMAT_DEVICE, 0),
			    view_at(&after, VT_FORMAT_DEVICE, 0), sizeof(struct vt_format_device));
	site = view_at(&after, VT_FORMAT_SITE, 0);
	assert_memory_equal(view_at(&before, VT_FORMAT_SITE, 0), site,
			    offsetof(struct vt_format_site, peak_number));
	/* Live 10 at the peak of 30: whether it says so by the saved value or
	 * by the live one may differ. */
	assert_int_equal(site->peak_number, view_device(&after, 0)->peak_number[VT_BUCKET_VRAM]);
	assert_int_equal(site->bytes_at_peak, 10);
	view_close(&before);
	view_close(&after);
	fixture_free(&fixture, 0x1000, 1);
}

static void a_live_address_entered_again_is_replaced(void **state)
{
	const struct vt_format_total *total;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 10, 1);
	fixture_enter(&fixture, 0x1000, 30, 2);
	look(&view);
	assert_int_equal(view_live(&view), 1);
	total = &view_device(&view, 0)->buckets[VT_BUCKET_VRAM];
	assert_int_equal(total->live_bytes, 30);
	assert_int_equal(total->peak_bytes, 30);
	assert_int_equal(total->frees, 1);
	view_close(&view);
}

static void a_reset_closes_what_dies_with_its_context(void **state)
{
	struct vt__allocation pool = {
		.space = VT__SPACE_DEVICE,
		.kind = VT_KIND_STREAM_ORDERED,
		.address = 0x9000,
		.bytes = 100,
		.context = 1,
		.api = "cuMemAllocAsync",
	};
	const struct vt_format_site *site;
	struct view view;

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		fixture_enter(&fixture, 0x100000 + i * 512, 10, 1);
	vt__ledger_enter(fixture.ledger, &pool, fixture_stack(2));
	pool.kind = VT_KIND_LINEAR;
	pool.context = 2;
	pool.address = 0xa000;
	vt__ledger_enter(fixture.ledger, &pool, fixture_stack(2));
	vt__ledger_drop_context(fixture.ledger, 1);
	look(&view);
	assert_int_equal(view_live(&view), 2);
	assert_non_null(view_allocation(&view, 0x9000));
	assert_non_null(view_allocation(&view, 0xa000));
	site = view_at(&view, VT_FORMAT_SITE, 0);
	assert_int_equal(site->reset_count, 1000);
	assert_int_equal(site->reset_bytes, 10000);
	assert_int_equal(site->total.live_bytes, 0);
	assert_int_equal(site->total.frees, 0);
	assert_int_equal(view_device(&view, 0)->buckets[VT_BUCKET_VRAM].live_bytes, 200);
	view_close(&view);
}

static void devices_are_described_before_or_after(void **state)
{
	static const uint8_t uuid[16] = {1, 2, 3};
	struct view view;

	(void)state;
	assert_false(vt__ledger_knows_device(fixture.ledger, 0));
	vt__ledger_describe_device(fixture.ledger, 0, "First", uuid, 1u << 30);
	vt__ledger_describe_driver(fixture.ledger, 13000, true);
	assert_true(vt__ledger_knows_device(fixture.ledger, 0));
	assert_int_equal(fixture_files(&fixture), 0);
	fixture_enter(&fixture, 0x1000, 10, 1);
	look(&view);
	assert_string_equal(view_string(&view, view_device(&view, 0)->name), "First");
	assert_int_equal(view.header->driver_version, 13000);
	assert_int_equal(view.header->simulated, 1);
	view_close(&view);
	vt__ledger_describe_device(fixture.ledger, 0, "Renamed", uuid, 1u << 20);
	vt__ledger_describe_device(fixture.ledger, 64, "None", uuid, 1);
	look(&view);
	assert_string_equal(view_string(&view, view_device(&view, 0)->name), "Renamed");
	assert_memory_equal(view_device(&view, 0)->uuid, uuid, sizeof(uuid));
	assert_int_equal(view_device(&view, 0)->total_bytes, 1u << 20);
	view_close(&view);
}

static void a_device_beyond_the_last_is_a_counted_loss(void **state)
{
	struct vt__allocation allocation = {
		.address = 1, .bytes = 1, .device = 63, .api = "cuMemAlloc_v2"};
	struct view view;

	(void)state;
	vt__ledger_enter(fixture.ledger, &allocation, fixture_stack(1));
	allocation.device = 64;
	allocation.address = 2;
	vt__ledger_enter(fixture.ledger, &allocation, fixture_stack(1));
	look(&view);
	assert_int_equal(view_live(&view), 1);
	assert_int_equal(view.header->losses[VT_LOSS_DEVICES], 1);
	view_close(&view);
}

static void an_entry_from_a_signal_handler_is_a_counted_loss(void **state)
{
	struct vt__visit visit = {0};
	struct vt__taken taken;
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 1, 1);
	assert_true(vt__visit_enter(fixture.ledger, &visit));
	fixture_enter(&fixture, 0x2000, 1, 1);
	assert_int_equal(vt__ledger_take(fixture.ledger, VT__SPACE_DEVICE, 0x1000, NULL, &taken),
			 -ENOENT);
	vt__visit_leave(fixture.ledger, &visit);
	look(&view);
	assert_int_equal(view_live(&view), 1);
	assert_int_equal(view.header->losses[VT_LOSS_ALLOCATIONS], 1);
	view_close(&view);
}

static void losses_before_the_first_entry_are_kept(void **state)
{
	struct view view;

	(void)state;
	vt__ledger_lose(fixture.ledger, VT_LOSS_GRAPH_NODES);
	assert_int_equal(fixture_files(&fixture), 0);
	fixture_enter(&fixture, 0x1000, 1, 1);
	vt__ledger_lose(fixture.ledger, VT_LOSS_GRAPH_NODES);
	look(&view);
	assert_int_equal(view.header->losses[VT_LOSS_GRAPH_NODES], 2);
	view_close(&view);
}

static void running_out_of_index_memory_is_a_counted_loss(void **state)
{
	struct view view;

	(void)state;
	fixture_enter(&fixture, 0x1000, 1, 1);
	fixture.ledger->store.arena.bytes_most = fixture.ledger->store.arena.bytes_held;
	for (unsigned i = 0; i < 300000; i++)
		fixture_enter(&fixture, 0x100000 + i, 1, i % 10);
	look(&view);
	assert_in_range(view_live(&view), 1000, 200000);
	assert_int_equal(view_live(&view) + view.header->losses[VT_LOSS_ALLOCATIONS], 300001);
	assert_int_equal(view_device(&view, 0)->buckets[VT_BUCKET_VRAM].live_count,
			 view_live(&view));
	view_close(&view);
	fixture_free(&fixture, 0x1000, 1);
	fixture_enter(&fixture, 0x1000, 1, 1);
	fixture_free(&fixture, 0x1000, 1);
}

/* So it has at most 16 bytes of index for each allocation, whatever their number. */
static void the_index_is_at_least_half_full(void **state)
{
	const struct vt__live *live = &fixture.ledger->live;
	uint32_t most = 0;

	(void)state;
	for (unsigned count = 1; count <= 100000; count++) {
		fixture_enter(&fixture, 0x100000000ull + (uint64_t)count * 512, 1, 1);
		if (count % 777)
			continue;
		for (unsigned i = 0; i < VT__LIVE_SHARDS; i++) {
			const struct vt__live_shard *shard = &live->shards[VT__SPACE_DEVICE][i];

			if (!shard->entries)
				continue;
			assert_true(shard->count <= (shard->size + 2) / 4 * 3);
			assert_true(shard->size <= 16 || shard->count >= shard->size / 2);
			most = shard->size > most ? shard->size : most;
		}
	}
	assert_int_equal(most, 3072 - 2); /* 1563 in a shard, on the average */
}

static void errno_is_left_alone(void **state)
{
	(void)state;
	errno = 77;
	for (unsigned i = 0; i < 1000; i++)
		fixture_enter(&fixture, 0x1000 + i, 1, i);
	vt__ledger_end(fixture.ledger, 0);
	assert_int_equal(errno, 77);
}

static void add_device(const struct vt_format_device *device, void *closure)
{
	uint64_t *sum = closure;

	*sum += device->buckets[VT_BUCKET_VRAM].live_bytes;
}

static void totals_are_told_for_devices_that_allocated(void **state)
{
	uint64_t sum = 0;

	(void)state;
	vt__ledger_totals(fixture.ledger, add_device, &sum);
	assert_int_equal(sum, 0);
	fixture_enter(&fixture, 0x1000, 11, 1);
	vt__ledger_totals(fixture.ledger, add_device, &sum);
	assert_int_equal(sum, 11);
}

#define THREADS 8
#define ROUNDS 4000u

static void *work(void *closure)
{
	uint64_t base = 0x100000000ull * ((uintptr_t)closure + 1);
	struct vt__taken taken;

	for (unsigned i = 0; i < ROUNDS; i++) {
		fixture_enter(&fixture, base + i, 8, i % 50);
		if (i % 4 == 0)
			continue;
		assert_int_equal(vt__ledger_take(fixture.ledger, VT__SPACE_DEVICE, base + i,
						 fixture_stack(i % 70), &taken),
				 0);
		if (i % 4 == 1)
			vt__ledger_put_back(fixture.ledger, &taken);
	}
	return NULL;
}

static void many_threads_add_up(void **state)
{
	const struct vt_format_total *total;
	pthread_t threads[THREADS];
	struct view view;

	(void)state;
	for (uintptr_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, (void *)i), 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	look(&view);
	assert_int_equal(view_live(&view), THREADS * ROUNDS / 2);
	assert_int_equal(view_count(&view, VT_FORMAT_STACK), 70);
	assert_int_equal(view_count(&view, VT_FORMAT_SITE), 50);
	total = &view_device(&view, 0)->buckets[VT_BUCKET_VRAM];
	assert_int_equal(total->live_bytes, 8 * THREADS * ROUNDS / 2);
	assert_int_equal(total->allocations, THREADS * ROUNDS);
	assert_int_equal(total->frees, THREADS * ROUNDS / 2);
	view_close(&view);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_allocation_is_recorded_whole),
		TEST(a_free_leaves_nothing_live),
		TEST(the_same_place_is_one_site_and_one_stack),
		TEST(equal_values_in_two_spaces_are_two_allocations),
		TEST(put_back_restores_everything),
		TEST(a_live_address_entered_again_is_replaced),
		TEST(a_reset_closes_what_dies_with_its_context),
		TEST(devices_are_described_before_or_after),
		TEST(a_device_beyond_the_last_is_a_counted_loss),
		TEST(an_entry_from_a_signal_handler_is_a_counted_loss),
		TEST(losses_before_the_first_entry_are_kept),
		TEST(running_out_of_index_memory_is_a_counted_loss),
		TEST(the_index_is_at_least_half_full),
		TEST(errno_is_left_alone),
		TEST(totals_are_told_for_devices_that_allocated),
		TEST(many_threads_add_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
