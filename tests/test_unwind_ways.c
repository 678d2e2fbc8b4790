/*
 * Memos as such: many ways that come in turn are all remembered, wherever the hash puts them.
 *
 * The addresses are made up: where the kernel puts a program decides nothing here.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unwind/unwind_memo.h"

#define COUNT 64u
#define CALLER 0x5555555551a0ull /* of the ways, COUNT call sites after each other */
#define CALL_BYTES 5u
#define STACK 0x7ffffffde000ull

/* The word of the stack by which ways are told apart. */
static uintptr_t word;

static struct vt__memo_constants constants;

static struct vt__unwind_start start_at(uintptr_t sp)
{
	return (struct vt__unwind_start){.ip = CALLER, .sp = sp};
}

/* One take of a walk that depends on the word alone; whether it was remembered. */
static bool take(struct vt__memos *memos, const struct vt__unwind_start *start)
{
	struct vt__stack stack = {.ips = (uintptr_t[]){CALLER, word}, .depth = 2};
	struct vt__memo_miss miss;
	struct vt__memo *memo = vt__memos_find(memos, start, 64, &miss);
	struct vt__memo_draft *draft;

	if (memo) {
		assert_int_equal(vt__memo_ips(memo)[1], word);
		return true;
	}
	if (!vt__memos_want(memos, start, &miss))
		return false;
	draft = vt__memos_begin(memos);
	draft->words[draft->count++] = (struct vt__memo_word){(uintptr_t)&word, word};
	vt__memos_add(memos, draft, start, &stack, 64, &miss);
	return false;
}

/* Each is seen twice before it is remembered; the first of all is made when the second comes. */
static void ways_of_a_beginning_are_all_remembered(void **state)
{
	struct vt__memos *memos = vt__memos_make(&constants);
	const struct vt__unwind_start start = start_at(STACK);

	(void)state;
	assert_non_null(memos);
	for (unsigned round = 0; round < 6; round++) {
		unsigned hits = 0;

		for (unsigned i = 0; i < COUNT; i++) {
			word = CALLER + i * CALL_BYTES;
			hits += take(memos, &start);
		}
		if (round >= 3)
			assert_int_equal(hits, COUNT);
	}
}

/* A memo of `depth` frames, of a walk that depends on the word alone. */
static struct vt__memo *add(struct vt__memos *memos, uintptr_t sp, uint32_t depth)
{
	const struct vt__unwind_start start = start_at(sp);
	const uintptr_t ips[16] = {CALLER, word};
	const struct vt__stack stack = {.ips = ips, .depth = depth};
	struct vt__memo_draft *draft = vt__memos_begin(memos);
	struct vt__memo_miss miss = {0};
	struct vt__memo *memo;

	draft->words[draft->count++] = (struct vt__memo_word){(uintptr_t)&word, word};
	vt__memos_add(memos, draft, &start, &stack, 64, &miss);
	memo = vt__memos_find(memos, &start, 64, &miss);
	assert_non_null(memo);
	return memo;
}

/* Who has the place of one that is gone by now tells that by the key alone (unwind_note.c), and
 * goes by the rest of the line then. */
static void one_that_is_gone_has_no_key(void **state)
{
	(void)state;
	word = CALLER;
	for (uint32_t depth = 2; depth <= 16; depth++) {
		struct vt__memos *memos = vt__memos_make(&constants);
		struct vt__memo *gone, before, *first;

		assert_non_null(memos);
		first = add(memos, STACK, 2);
		gone = add(memos, STACK + 16, 2);
		before = *gone;
		for (unsigned i = 2; (char *)add(memos, STACK + i * 16, depth) != (char *)first;
		     i++)
			assert_true(i < 1u << 16);
		if (memcmp(gone, &before, sizeof(before)) != 0)
			assert_memory_not_equal(&gone->key, &before.key, sizeof(before.key));
	}
}

static void beginnings_are_all_remembered(void **state)
{
	struct vt__memos *memos = vt__memos_make(&constants);

	(void)state;
	assert_non_null(memos);
	word = CALLER;
	for (unsigned round = 0; round < 6; round++) {
		unsigned hits = 0;

		for (unsigned i = 0; i < COUNT; i++) {
			const struct vt__unwind_start start = start_at(STACK - i * 48);

			hits += take(memos, &start);
		}
		if (round >= 2)
			assert_int_equal(hits, COUNT);
	}
}

/* As where code was made at run time: a walk that can have no memo is not tried again. */
static void what_was_refused_is_not_wanted(void **state)
{
	struct vt__memos *memos = vt__memos_make(&constants);

	(void)state;
	assert_non_null(memos);
	for (unsigned round = 0; round < 4; round++)
		for (unsigned i = 0; i < COUNT; i++) {
			const struct vt__unwind_start start = start_at(STACK - i * 48);
			const struct vt__memo_miss miss = {0};
			const bool wanted = vt__memos_want(memos, &start, &miss);

			assert_int_equal(wanted, round == 1);
			if (wanted)
				vt__memos_refuse(memos, &start, &miss);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ways_of_a_beginning_are_all_remembered),
		cmocka_unit_test(one_that_is_gone_has_no_key),
		cmocka_unit_test(beginnings_are_all_remembered),
		cmocka_unit_test(what_was_refused_is_not_wanted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
