/*
 * The order in which threads see each other's words, by litmus tests of what the recorder leans on:
 * the lock, the recording's change counter, records that are committed, unwind rules without a
 * lock, and a pointer that is published once.
 *
 * Each runs the recorder's own functions in threads that race, and looks for the outcome that a
 * missing order would allow. On x86-64 that shows what the compiler or a missing lock would do;
 * only a processor of the weaker model can show the rest. "store buffering" says whether this
 * machine shows any reordering at all.
 */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "base/lock.h"
#include "recording/recording.h"
#include "unwind/unwind_rules.h"

enum {
	THREADS = 4,
	WORDS = 8, /* that a change has, each in a cache line of its own */
	KEYS = 64,
	RUN_NS = 150000000, /* of each test */
};

struct word {
	uint64_t value;
} __attribute__((aligned(128)));

/* ---- Threads that race ------------------------------------------------------------------ */

static uint32_t running, started;
static uint64_t wrong, rounds;

static bool go_on(void)
{
	return __atomic_load_n(&running, __ATOMIC_RELAXED);
}

/* All begin together. */
static void wait_for_all(void)
{
	__atomic_fetch_add(&started, 1, __ATOMIC_ACQ_REL);
	while (__atomic_load_n(&started, __ATOMIC_ACQUIRE) < THREADS)
		vt__arch_pause();
}

static void add_up(uint64_t wrong_here, uint64_t rounds_here)
{
	__atomic_fetch_add(&wrong, wrong_here, __ATOMIC_RELAXED);
	__atomic_fetch_add(&rounds, rounds_here, __ATOMIC_RELAXED);
}

/* Thread `i` gets &numbers[i]. */
static unsigned numbers[THREADS] = {0, 1, 2, 3};

static void race(void *(*work)(void *))
{
	const struct timespec pause = {.tv_nsec = RUN_NS};
	pthread_t threads[THREADS];

	wrong = rounds = 0;
	__atomic_store_n(&started, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&running, 1, __ATOMIC_RELAXED);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, &numbers[i]), 0);
	nanosleep(&pause, NULL);
	__atomic_store_n(&running, 0, __ATOMIC_RELAXED);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_true(rounds > 0);
	assert_int_equal(wrong, 0);
}

/* ---- The lock: what its last holder wrote is seen --------------------------------------- */

static struct vt__lock lock;
static struct word guarded[WORDS];

static void change_guarded(uint64_t *wrong_here)
{
	for (unsigned i = 1; i < WORDS; i++)
		*wrong_here += guarded[i].value != guarded[0].value;
	for (unsigned i = 0; i < WORDS; i++)
		guarded[i].value++;
}

static void *take_and_give(void *number)
{
	uint64_t wrong_here = 0, done = 0;

	(void)number;
	wait_for_all();
	for (; go_on(); done++) {
		if (!vt__lock_take(&lock)) {
			wrong_here++;
			continue;
		}
		change_guarded(&wrong_here);
		vt__lock_give(&lock);
	}
	add_up(wrong_here, done);
	return NULL;
}

static void *hold_and_let_go(void *number)
{
	uint64_t wrong_here = 0, done = 0;

	(void)number;
	wait_for_all();
	for (; go_on(); done++) {
		vt__lock_hold(&lock);
		change_guarded(&wrong_here);
		vt__lock_let_go(&lock);
	}
	add_up(wrong_here, done);
	return NULL;
}

static void who_takes_the_lock_sees_what_was_written_under_it(void **state)
{
	(void)state;
	race(take_and_give);
	race(hold_and_let_go);
}

/* Each round is counted once: no two were in it together. */
static void nobody_is_in_the_lock_with_another(void **state)
{
	uint64_t before = guarded[0].value;

	(void)state;
	race(take_and_give);
	assert_int_equal(guarded[0].value - before, rounds);
}

/* ---- The change counter: no half of a change -------------------------------------------- */

static struct vt_format_header header;
static struct vt__recording recording = {.header = &header};
static struct word changed[WORDS];

/* Words between the two may be written in any order. */
static uint64_t write_changes(void)
{
	uint64_t done = 0;

	for (; go_on(); done++) {
		vt__recording_begin(&recording);
		for (unsigned i = 0; i < WORDS; i++)
			__atomic_store_n(&changed[i].value, done, __ATOMIC_RELAXED);
		vt__recording_finish(&recording);
	}
	return done;
}

/* As the reader copies; backwards, which finds more. */
static bool copy(uint64_t out[WORDS])
{
	uint64_t before = __atomic_load_n(&header.sequence, __ATOMIC_RELAXED);

	vt__arch_order_loads();
	for (unsigned i = WORDS; i-- > 0;)
		out[i] = __atomic_load_n(&changed[i].value, __ATOMIC_RELAXED);
	vt__arch_order_loads();
	return before % 2 == 0 && __atomic_load_n(&header.sequence, __ATOMIC_RELAXED) == before;
}

static uint64_t read_changes(uint64_t *wrong_here)
{
	uint64_t seen[WORDS], whole = 0;

	while (go_on()) {
		if (!copy(seen))
			continue;
		whole++;
		for (unsigned i = 1; i < WORDS; i++)
			*wrong_here += seen[i] != seen[0];
	}
	return whole;
}

static void *change_or_copy(void *number)
{
	uint64_t wrong_here = 0, done;

	wait_for_all();
	done = *(unsigned *)number ? read_changes(&wrong_here) : write_changes();
	add_up(wrong_here, done);
	return NULL;
}

static void a_copy_between_equal_counters_is_of_one_change(void **state)
{
	(void)state;
	race(change_or_copy);
}

/* ---- A count that is published: what is below it is written ------------------------------ */

#define TYPE VT_FORMAT_ALLOCATION

static struct vt__column *column = &recording.columns[TYPE];
static struct vt_format_segment *segment = &header.segments[0];
static struct word records[1024]; /* of the column's first segment */
static uint32_t turn;             /* each makes all records anew, by another number */

static uint64_t commit_records(void)
{
	const uint32_t room = 1u << vt__shapes[TYPE].first_log2;
	uint64_t done = 0;

	for (uint32_t now = 1; go_on(); now++) {
		column->used = 0;
		vt__recording_commit(&recording, TYPE, 0);
		__atomic_store_n(&turn, now, __ATOMIC_RELEASE);
		for (uint32_t i = 0; i < room - 1 && go_on(); i++, done++) {
			__atomic_store_n(&records[i].value, now, __ATOMIC_RELAXED);
			vt__recording_commit(&recording, TYPE, 1);
		}
	}
	return done;
}

/* A record below the count is of the turn that was read before the count, or of a later one. */
static uint64_t read_records(uint64_t *wrong_here)
{
	uint64_t done = 0;

	for (; go_on(); done++) {
		uint32_t before = __atomic_load_n(&turn, __ATOMIC_ACQUIRE);
		uint32_t used = __atomic_load_n(&segment->used, __ATOMIC_ACQUIRE);

		if (used)
			*wrong_here += __atomic_load_n(&records[used - 1].value, __ATOMIC_RELAXED) <
				       before;
	}
	return done;
}

static void *commit_or_read(void *number)
{
	uint64_t wrong_here = 0, done;

	wait_for_all();
	done = *(unsigned *)number ? read_records(&wrong_here) : commit_records();
	add_up(wrong_here, done);
	return NULL;
}

static void a_record_below_the_count_is_written(void **state)
{
	(void)state;
	race(commit_or_read);
}

/* ---- Unwind rules: two words, no order, never another key's rule -------------------------- */

/* All keys look in the same line. */
static uint64_t key_of(unsigned number)
{
	return (uint64_t)7 << 48 | (number + 1) * UINT64_C(0x123456789);
}

static uint64_t rule_of(unsigned number)
{
	return vt__rule_frame(VT__RULE_SP, (int32_t)number * 16 + 16, 0, VT__RULE_SAME,
			      (int16_t)number);
}

static void *keep_and_find(void *number)
{
	uint64_t wrong_here = 0, found = 0;

	wait_for_all();
	for (unsigned i = *(unsigned *)number; go_on(); i += 7) {
		unsigned wanted = i % KEYS;
		uint64_t rule = vt__rule_find_first(key_of(wanted));

		if (!rule)
			rule = vt__rule_find(key_of(wanted));
		found += rule != 0;
		wrong_here += rule && rule != rule_of(wanted);
		if (!rule)
			vt__rule_keep(key_of(wanted), rule_of(wanted));
	}
	add_up(wrong_here, found);
	return NULL;
}

static void a_rule_that_is_found_is_the_keys_own(void **state)
{
	(void)state;
	race(keep_and_find);
	vt__rule_clear();
	assert_int_equal(vt__rule_find(key_of(1)), 0);
}

/* ---- Whether this machine shows reordering at all ---------------------------------------- */

static struct word mine[2], other_was[2], round_of[2];

/* Each stores to its own word and loads the other's: in order, one of the two sees the other. */
static void *store_and_load(void *number)
{
	const unsigned me = *(unsigned *)number;
	uint64_t reordered = 0;

	wait_for_all();
	for (uint64_t turns = 1; me < 2 && go_on(); turns++) {
		__atomic_store_n(&mine[me].value, turns, __ATOMIC_RELAXED);
		__atomic_store_n(&other_was[me].value,
				 __atomic_load_n(&mine[1 - me].value, __ATOMIC_RELAXED),
				 __ATOMIC_RELAXED);
		__atomic_store_n(&round_of[me].value, turns, __ATOMIC_RELEASE);
		while (__atomic_load_n(&round_of[1 - me].value, __ATOMIC_ACQUIRE) < turns &&
		       go_on())
			vt__arch_pause();
		reordered += me == 0 && go_on() && other_was[0].value < turns &&
			     __atomic_load_n(&other_was[1].value, __ATOMIC_RELAXED) < turns;
	}
	add_up(0, me == 0 ? reordered + 1 : 0);
	return NULL;
}

static void what_this_machine_shows(void **state)
{
	(void)state;
	race(store_and_load);
	printf("# store buffering: %llu times a load came before an earlier store\n",
	       (unsigned long long)rounds - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_takes_the_lock_sees_what_was_written_under_it),
		cmocka_unit_test(nobody_is_in_the_lock_with_another),
		cmocka_unit_test(a_copy_between_equal_counters_is_of_one_change),
		cmocka_unit_test(a_record_below_the_count_is_written),
		cmocka_unit_test(a_rule_that_is_found_is_the_keys_own),
		cmocka_unit_test(what_this_machine_shows),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
