/*
 * Stacks through the frames that only 64-bit Arm has: signed return addresses by both keys, a
 * record away from the top of its frame, a function that has not saved its return address.
 *
 * What is right is told by the functions themselves: each notes where it will return to.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <ucontext.h>

#include <cmocka.h>

#include "unwind/unwind.h"

#if defined(__aarch64__)
#include <asm/hwcap.h>

#define MOST 64

static uintptr_t notes[MOST]; /* innermost last */
static unsigned note_count;

static uintptr_t ips[MOST];
static unsigned count;
static volatile unsigned sink;

static inline __attribute__((always_inline)) void note(void *back)
{
	notes[note_count++] = vt__arch_strip((uintptr_t)back);
}

static __attribute__((noinline)) void take(void)
{
	struct vt__unwind_start start = VT__UNWIND_HERE();
	bool truncated;

	note(__builtin_return_address(0));
	count = vt__unwind(&start, ips, MOST, &truncated);
}

/* Twice as often as needed to be remembered: what is remembered has to be the same. */
#define TAKES 4

#define PLAIN __attribute__((noinline))
#define SIGNED_A __attribute__((noinline, target("branch-protection=pac-ret+leaf")))
#define SIGNED_B __attribute__((noinline, target("branch-protection=pac-ret+leaf+b-key")))
#define NO_POINTER __attribute__((noinline, optimize("omit-frame-pointer")))

static PLAIN void ends(unsigned depth);
static NO_POINTER void without_pointer(unsigned depth);

static unsigned signed_words;

/* Of the frame at hand: as the words that a walk reads lie there. */
static inline __attribute__((always_inline)) void see_signature(const void *record)
{
	signed_words += ((const uintptr_t *)record)[1] >> 48 != 0;
}

static SIGNED_A void by_key_a(unsigned depth)
{
	note(__builtin_return_address(0));
	see_signature(__builtin_frame_address(0));
	ends(depth);
	sink++;
}

static SIGNED_B void by_key_b(unsigned depth)
{
	note(__builtin_return_address(0));
	see_signature(__builtin_frame_address(0));
	by_key_a(depth);
	sink++;
}

/* The frame record lies far below the canonical frame address. */
static PLAIN void large(unsigned depth)
{
	volatile char room[100000];

	note(__builtin_return_address(0));
	room[depth] = 1;
	by_key_b(depth);
	sink += (unsigned)room[depth];
}

static PLAIN void of_unknown_size(unsigned depth)
{
	volatile char *room = __builtin_alloca(64 + 16 * depth);

	note(__builtin_return_address(0));
	room[depth] = 1;
	large(depth);
	sink += (unsigned)room[depth];
}

static NO_POINTER void without_pointer(unsigned depth)
{
	note(__builtin_return_address(0));
	of_unknown_size(depth);
	sink++;
}

static PLAIN void ends(unsigned depth)
{
	note(__builtin_return_address(0));
	if (depth)
		without_pointer(depth - 1);
	else
		take();
	sink++;
}

static void assert_as_noted(void)
{
	assert_in_range(note_count, 1, MOST);
	assert_in_range(count, note_count, MOST);
	for (unsigned i = 0; i < note_count; i++)
		assert_ptr_equal((void *)ips[i], (void *)notes[note_count - 1 - i]);
}

static void frames_of_every_kind_are_walked(void **state)
{
	unsigned first = 0;

	(void)state;
	for (unsigned i = 0; i < TAKES; i++) {
		note_count = 0;
		without_pointer(2);
		assert_int_equal(note_count, 3 * 6 + 1);
		assert_as_noted();
		first = i ? first : count;
		assert_int_equal(count, first);
	}
}

static PLAIN void sign_further_in(unsigned words)
{
	volatile char *room = __builtin_alloca(16 + 16 * words);

	room[0] = 1;
	note_count = 0;
	by_key_b(0);
	sink += (unsigned)room[0];
}

/* By two keys, at as many stack pointers. A signature has seven bits where the top byte is ignored:
 * one of 128 is nothing. */
static void return_addresses_are_signed_here(void **state)
{
	(void)state;
	if (!(getauxval(AT_HWCAP) & HWCAP_PACA))
		skip();
	signed_words = 0;
	for (unsigned i = 0; i < TAKES; i++)
		sign_further_in(i);
	assert_in_range(signed_words, TAKES + TAKES / 2, 2 * TAKES);
}

/* The words that a memo compares hold the signatures, which differ by stack pointer. */
static void remembered_stack_has_plain_addresses(void **state)
{
	(void)state;
	for (unsigned i = 0; i < TAKES; i++) {
		note_count = 0;
		by_key_b(0);
		assert_as_noted();
		for (unsigned k = 0; k < count; k++)
			assert_int_equal(ips[k] >> 48, 0);
	}
}

static uintptr_t interrupted_ip;

/* The walk from a handler, over the kernel's frame, into a function that keeps its return address
 * in x30. `udf` is four bytes. */
static void on_illegal(int number, siginfo_t *info, void *closure)
{
	ucontext_t *context = closure;

	(void)number;
	(void)info;
	interrupted_ip = context->uc_mcontext.pc;
	take();
	context->uc_mcontext.pc += 4;
}

void leaf(void);
__asm__(".text\n\t"
	".type leaf, %function\n"
	"leaf:\n\t"
	".cfi_startproc\n\t"
	"udf #0\n\t"
	"ret\n\t"
	".cfi_endproc\n\t"
	".size leaf, .-leaf");

static PLAIN SIGNED_A void calls_leaf(void)
{
	note(__builtin_return_address(0));
	leaf();
	sink++;
}

static unsigned place_of(uintptr_t ip)
{
	for (unsigned i = 0; i < count; i++)
		if (ips[i] == ip)
			return i;
	fail_msg("%p is not in the stack", (void *)ip);
	return 0;
}

static void function_that_saved_nothing_is_passed_after_a_signal(void **state)
{
	struct sigaction action = {.sa_sigaction = on_illegal, .sa_flags = SA_SIGINFO};
	struct sigaction before;
	unsigned place;

	(void)state;
	note_count = 0;
	assert_int_equal(sigaction(SIGILL, &action, &before), 0);
	calls_leaf();
	sigaction(SIGILL, &before, NULL);
	place = place_of(interrupted_ip);
	/* Its caller, and what that returns to: noted first. */
	assert_in_range(count, place + 3, MOST);
	assert_in_range(ips[place + 1] - (uintptr_t)calls_leaf, 4, 64);
	assert_ptr_equal((void *)ips[place + 2], (void *)notes[0]);
}

/* Stubs as the linker makes them, without tables, which read where nothing is; the second is the
 * one that all others of a library go to. */
extern void stub(void) __attribute__((visibility("hidden")));
extern void first_stub(void) __attribute__((visibility("hidden")));
__asm__(".text\n\t"
	".globl stub\n\t.globl first_stub\n\t"
	".hidden stub, first_stub\n\t"
	".type stub, %function\n"
	"stub:\n\t"
	"adrp x16, stub + 0x70000000\n\t"
	"ldr x17, [x16]\n\t"
	"add x16, x16, #8\n\t"
	"br x17\n\t"
	".size stub, .-stub\n\t"
	".type first_stub, %function\n"
	"first_stub:\n\t"
	"stp x16, x30, [sp, #-16]!\n\t"
	"adrp x16, stub + 0x70000000\n\t"
	"ldr x17, [x16]\n\t"
	"add x16, x16, #8\n\t"
	"br x17\n\t"
	".size first_stub, .-first_stub");

static uintptr_t pushed;

static void on_missing(int number, siginfo_t *info, void *closure)
{
	ucontext_t *context = closure;

	(void)number;
	(void)info;
	interrupted_ip = context->uc_mcontext.pc;
	take();
	context->uc_mcontext.sp += pushed;
	context->uc_mcontext.pc = context->uc_mcontext.regs[30];
}

static NO_POINTER void calls_stub(void (*called)(void))
{
	note(__builtin_return_address(0));
	called();
	sink++;
}

static void check_stub(void (*called)(void), uintptr_t bytes)
{
	unsigned place;

	pushed = bytes;
	note_count = 0;
	calls_stub(called);
	place = place_of(interrupted_ip);
	assert_in_range(count, place + 4, MOST);
	assert_in_range(ips[place + 1] - (uintptr_t)calls_stub, 4, 64);
	assert_ptr_equal((void *)ips[place + 2], (void *)notes[0]);
}

static void stubs_of_the_linker_are_passed_after_a_signal(void **state)
{
	struct sigaction action = {.sa_sigaction = on_missing, .sa_flags = SA_SIGINFO};
	struct sigaction before;

	(void)state;
	assert_int_equal(sigaction(SIGSEGV, &action, &before), 0);
	check_stub(stub, 0);
	check_stub(first_stub, 16);
	sigaction(SIGSEGV, &before, NULL);
}

static void start_knows_where_its_words_are(void **state)
{
	struct vt__unwind_start start = VT__UNWIND_HERE();
	uintptr_t record = vt__arch_record_at(start.sp, start.record);

	(void)state;
	assert_ptr_equal(((void **)record)[0], (void *)start.bp);
	assert_int_equal(vt__arch_strip(((uintptr_t *)record)[1]), start.ip);
	assert_true(start.sp > record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_of_every_kind_are_walked),
		cmocka_unit_test(return_addresses_are_signed_here),
		cmocka_unit_test(remembered_stack_has_plain_addresses),
		cmocka_unit_test(function_that_saved_nothing_is_passed_after_a_signal),
		cmocka_unit_test(stubs_of_the_linker_are_passed_after_a_signal),
		cmocka_unit_test(start_knows_where_its_words_are),
	};

	vt__unwind_init(NULL);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	puts("1..0 # SKIP the frames in here are those of 64-bit Arm");
	return 0;
}

#endif
