/*
 * The ledger of many threads beside a serial one, over random operations: every sum and every peak,
 * and what each call site had in it, are the same.
 *
 * The order in which operations took effect is the ledger's own: it writes events within the change
 * that an operation makes, and those are done again one by one, in the plainest way. Then the same
 * without events, as by default: the sums are compared that need no order.
 *
 * VRAMTRACK_TEST_OPERATIONS=N in the environment: so many instead of a million.
 */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "ledger/private.h"
#include "recording/kinds.h"
#include "tests/ledger_fixture.h"

#define THREADS 16u
#define ROUND_EACH 4096u /* operations of a thread between two comparisons */
#define SLOTS 1024u      /* addresses */
#define STACKS 12u
#define DEVICES 2u
#define CONTEXTS 3u
#define SITES_MOST (STACKS * 4u * DEVICES)

static const enum vt_kind kinds[] = {VT_KIND_LINEAR, VT_KIND_STREAM_ORDERED, VT_KIND_MANAGED,
				     VT_KIND_PINNED};

static struct fixture fixture;
static pthread_barrier_t barrier;
static unsigned rounds;

/* ---- The threads ------------------------------------------------------------------------------
 */

/* Who has it may allocate and free there: as a driver, which gives an address out once. */
enum slot {
	EMPTY,
	FULL,
	TAKEN,
};
static _Atomic(int) slots[SLOTS];

struct worker {
	pthread_t thread;
	uint64_t random;
	struct vt__stack
		stacks[STACKS]; /* that come again: what the ledger notes stays with them */
	struct vt__stack_note notes[STACKS];
	uintptr_t ips[STACKS][2];
	uint64_t made, freed; /* in the rounds without events, and since */
	uint64_t known;       /* of them, those of which all was known */
};
static struct worker workers[THREADS];

static uint64_t random_number(struct worker *worker, uint64_t below)
{
	worker->random = worker->random * 6364136223846793005ull + 1442695040888963407ull;
	return (worker->random >> 33) % below;
}

static void make_stacks(struct worker *worker)
{
	for (unsigned i = 0; i < STACKS; i++) {
		worker->ips[i][0] = 0x1000 + i * 16; /* no object is mapped there */
		worker->ips[i][1] = 0x900;
		worker->stacks[i] = (struct vt__stack){
			.ips = worker->ips[i],
			.depth = 2,
			.has_key = true,
			.key = vt__stack_hash(worker->ips[i], 2, 0),
			.note = &worker->notes[i],
		};
	}
}

static uint64_t address_of(unsigned slot)
{
	return 0x700000000000ull + slot * 0x1000ull;
}

static void allocate(struct worker *worker, unsigned slot)
{
	const struct vt__allocation allocation = {
		.space = VT__SPACE_DEVICE,
		.kind = kinds[random_number(worker, 4)],
		.address = address_of(slot),
		.bytes = 1 + random_number(worker, 1u << 16),
		.context = 1 + random_number(worker, CONTEXTS),
		.device = (int32_t)random_number(worker, DEVICES),
		.api = "cuMemAlloc_v2",
	};

	const struct vt__stack *stack = &worker->stacks[random_number(worker, STACKS)];

	if (vt__ledger_enter_known(fixture.ledger, &allocation, stack->note, vt__now_ns()))
		worker->known++;
	else
		vt__ledger_enter(fixture.ledger, &allocation, stack);
	worker->made++;
	atomic_store(&slots[slot], FULL);
}

static bool take(struct worker *worker, unsigned slot, struct vt__taken *taken)
{
	const struct vt__stack *stack = &worker->stacks[random_number(worker, STACKS)];
	struct vt__expected expected;

	vt__ledger_expect_take(fixture.ledger, VT__SPACE_DEVICE, address_of(slot), &expected);
	if (vt__ledger_take_known(fixture.ledger, VT__SPACE_DEVICE, address_of(slot), &expected,
				  stack->note, taken)) {
		worker->known++;
		return true;
	}
	return vt__ledger_take(fixture.ledger, VT__SPACE_DEVICE, address_of(slot), stack, taken) ==
	       0;
}

/* One in eight is refused by the driver. */
static void release(struct worker *worker, unsigned slot)
{
	struct vt__taken taken;
	int state = EMPTY;

	if (take(worker, slot, &taken)) {
		worker->freed++;
		if (random_number(worker, 8) == 0) {
			vt__ledger_put_back(fixture.ledger, &taken);
			worker->freed--;
			state = FULL;
		}
	}
	atomic_store(&slots[slot], state);
}

static void operate(struct worker *worker)
{
	const unsigned slot = (unsigned)random_number(worker, SLOTS);
	int state = atomic_load(&slots[slot]);

	if (random_number(worker, 20000) == 0) {
		vt__ledger_drop_context(fixture.ledger, 1 + random_number(worker, CONTEXTS));
		return;
	}
	if (state == TAKEN || !atomic_compare_exchange_strong(&slots[slot], &state, TAKEN))
		return;
	/* One in sixteen frees goes unseen. */
	if (state == FULL && random_number(worker, 16))
		release(worker, slot);
	else
		allocate(worker, slot);
}

static void *work(void *closure)
{
	struct worker *worker = closure;

	for (unsigned round = 0; round < rounds; round++) {
		pthread_barrier_wait(&barrier);
		for (unsigned i = 0; i < ROUND_EACH; i++)
			operate(worker);
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

/* ---- The serial ledger ------------------------------------------------------------------------
 */

struct sum {
	uint64_t live_bytes, live_count, peak_bytes, allocations, allocated_bytes, frees;
};

static struct serial {
	struct sum sites[SITES_MOST], buckets[DEVICES][VT_BUCKET_COUNT],
		kinds[DEVICES][VT_KIND_COUNT];
	/* what each site had when its bucket had most */
	uint64_t bytes_at_peak[SITES_MOST], count_at_peak[SITES_MOST];
	uint64_t live[SLOTS]; /* bytes */
	uint64_t events;
} serial;

static const struct vt_format_site *site_record(uint32_t number)
{
	return vt__ledger_site(fixture.ledger, number);
}

static const struct vt_format_device *device_record(uint32_t number)
{
	return vt__store_at(&fixture.ledger->store, VT_FORMAT_DEVICE, number);
}

static void change(struct sum *sum, enum vt_event what, uint64_t bytes)
{
	const bool more = what == VT_EVENT_ALLOCATED || what == VT_EVENT_RESTORED;

	sum->live_bytes += more ? bytes : -bytes;
	sum->live_count += more ? 1 : -1ull;
	sum->allocations += what == VT_EVENT_ALLOCATED;
	sum->allocated_bytes += what == VT_EVENT_ALLOCATED ? bytes : 0;
	sum->frees += what == VT_EVENT_FREED || what == VT_EVENT_UNSEEN;
	sum->frees -= what == VT_EVENT_RESTORED;
	if (more && sum->live_bytes > sum->peak_bytes)
		sum->peak_bytes = sum->live_bytes;
}

/* Everybody is asked at each new peak. */
static void keep_peak(uint32_t device, enum vt_bucket bucket, uint32_t sites)
{
	for (uint32_t i = 0; i < sites; i++) {
		if (site_record(i)->device != device ||
		    vt__bucket_of(site_record(i)->kind) != bucket)
			continue;
		serial.bytes_at_peak[i] = serial.sites[i].live_bytes;
		serial.count_at_peak[i] = serial.sites[i].live_count;
	}
}

static void do_again(const struct vt_format_event *event, uint32_t sites)
{
	const struct vt_format_site *site = site_record(event->site);
	const enum vt_bucket bucket = vt__bucket_of(site->kind);
	struct sum *of_bucket = &serial.buckets[site->device][bucket];
	const uint64_t peak = of_bucket->peak_bytes;
	uint64_t *live = &serial.live[(event->address - address_of(0)) / 0x1000];

	change(&serial.sites[event->site], event->what, event->bytes);
	change(&serial.kinds[site->device][site->kind], event->what, event->bytes);
	change(of_bucket, event->what, event->bytes);
	if (of_bucket->peak_bytes > peak)
		keep_peak(site->device, bucket, sites);
	if (event->what == VT_EVENT_ALLOCATED || event->what == VT_EVENT_RESTORED)
		*live = event->bytes;
	else
		*live = 0;
}

static void do_events_again(void)
{
	const uint32_t sites = fixture.ledger->store.recording.columns[VT_FORMAT_SITE].used;
	const struct vt__events *events = &fixture.ledger->events;

	assert_in_range(sites, 1, SITES_MOST);
	assert_in_range(events->written - serial.events, 1, events->most);
	for (; serial.events < events->written; serial.events++)
		do_again(vt__store_at(&fixture.ledger->store, VT_FORMAT_EVENT,
				      (uint32_t)(serial.events % events->most)),
			 sites);
}

/* ---- Comparing --------------------------------------------------------------------------------
 */

static void compare_sum(const struct sum *sum, const struct vt_format_total *total)
{
	assert_int_equal(total->live_bytes, sum->live_bytes);
	assert_int_equal(total->live_count, sum->live_count);
	assert_int_equal(total->peak_bytes, sum->peak_bytes);
	assert_int_equal(total->allocations, sum->allocations);
	assert_int_equal(total->allocated_bytes, sum->allocated_bytes);
	assert_int_equal(total->frees, sum->frees);
}

static void compare_site(uint32_t number)
{
	const struct vt_format_site *site = site_record(number);
	const bool changed = site->peak_number !=
			     device_record(site->device)->peak_number[vt__bucket_of(site->kind)];

	compare_sum(&serial.sites[number], &site->total);
	assert_int_equal(changed ? site->total.live_bytes : site->bytes_at_peak,
			 serial.bytes_at_peak[number]);
	assert_int_equal(changed ? site->total.live_count : site->count_at_peak,
			 serial.count_at_peak[number]);
}

static void compare(void)
{
	for (uint32_t i = 0; i < fixture.ledger->store.recording.columns[VT_FORMAT_SITE].used; i++)
		compare_site(i);
	for (uint32_t i = 0; i < DEVICES; i++) {
		for (unsigned bucket = 0; bucket < VT_BUCKET_COUNT; bucket++)
			compare_sum(&serial.buckets[i][bucket], &device_record(i)->buckets[bucket]);
		for (unsigned kind = 0; kind < VT_KIND_COUNT; kind++)
			compare_sum(&serial.kinds[i][kind], &device_record(i)->kinds[kind]);
	}
	for (unsigned i = 0; i < SLOTS; i++) {
		const struct vt_format_allocation *live = vt__live_find(
			&fixture.ledger->live, &fixture.ledger->store, VT__SPACE_DEVICE,
			address_of(i));

		assert_int_equal(live ? live->bytes : 0, serial.live[i]);
	}
}

/* What all orders come to, where none is known. */
static void compare_sums(void)
{
	uint64_t made = 0, freed = 0, resets = 0, live = 0, bytes = 0, live_bytes = 0;
	struct sum all = {0};

	for (unsigned i = 0; i < THREADS; i++) {
		made += workers[i].made;
		freed += workers[i].freed;
	}
	for (uint32_t i = 0; i < fixture.ledger->store.recording.columns[VT_FORMAT_SITE].used;
	     i++) {
		all.allocations += site_record(i)->total.allocations;
		all.live_count += site_record(i)->total.live_count;
		all.live_bytes += site_record(i)->total.live_bytes;
		all.frees += site_record(i)->total.frees;
		resets += site_record(i)->reset_count;
		assert_true(site_record(i)->total.peak_bytes >= site_record(i)->total.live_bytes);
	}
	for (unsigned i = 0; i < SLOTS; i++) {
		const struct vt_format_allocation *found = vt__live_find(
			&fixture.ledger->live, &fixture.ledger->store, VT__SPACE_DEVICE,
			address_of(i));

		live += found != NULL;
		live_bytes += found ? found->bytes : 0;
	}
	for (uint32_t i = 0; i < DEVICES; i++)
		for (unsigned bucket = 0; bucket < VT_BUCKET_COUNT; bucket++)
			bytes += device_record(i)->buckets[bucket].live_bytes;
	assert_int_equal(all.allocations, made);
	assert_true(all.frees >= freed); /* and those that went unseen */
	assert_int_equal(all.live_count, live);
	assert_int_equal(all.live_bytes, live_bytes);
	assert_int_equal(bytes, live_bytes);
	assert_int_equal(all.allocations, all.frees + resets + live);
	assert_int_equal(fixture.ledger->store.recording.header->sequence % 2, 0);
}

static void run(uint64_t event_bytes, void compare_round(void))
{
	struct vt__ledger_identity identity;
	const char *wanted = getenv("VRAMTRACK_TEST_OPERATIONS");
	const uint64_t operations = wanted ? strtoull(wanted, NULL, 10) : 1000000;

	fixture_open(&fixture);
	identity = fixture.identity;
	identity.event_bytes = event_bytes;
	assert_int_equal(vt__ledger_open(&identity, &fixture.ledger), 0);
	memset(workers, 0, sizeof(workers));
	memset(&serial, 0, sizeof(serial));
	memset(slots, 0, sizeof(slots));
	rounds = (unsigned)(operations / 2 / (THREADS * ROUND_EACH)) + 1;
	assert_int_equal(pthread_barrier_init(&barrier, NULL, THREADS + 1), 0);
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i].random = i + 1;
		make_stacks(&workers[i]);
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (unsigned round = 0; round < rounds; round++) {
		pthread_barrier_wait(&barrier);
		pthread_barrier_wait(&barrier);
		compare_round();
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
	pthread_barrier_destroy(&barrier);
	fixture_close(&fixture);
}

static void compare_with_serial(void)
{
	do_events_again();
	compare();
}

static void a_serial_ledger_has_the_same(void **state)
{
	(void)state;
	run((uint64_t)THREADS * ROUND_EACH * 4 * sizeof(struct vt_format_event),
	    compare_with_serial);
}

static void without_events_it_adds_up(void **state)
{
	uint64_t known = 0, made = 0;

	(void)state;
	run(0, compare_sums);
	for (unsigned i = 0; i < THREADS; i++) {
		known += workers[i].known;
		made += workers[i].made;
	}
	assert_true(known > made / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_serial_ledger_has_the_same),
		cmocka_unit_test(without_events_it_adds_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
