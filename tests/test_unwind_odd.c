/*
 * Stacks that compilers do not make: signal frames, coroutines, generated
 * code, hand-written assembly, and registers that hold anything. The code and
 * the registers are x86-64's: elsewhere stacks come from libunwind alone.
 */
#include "config.h"

#if defined(__x86_64__)

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unwind_observe.h"

static void *module;

/* trap_at_entry: a fault at the first byte of a function. trap_as_plt: the
 * call frame information of a PLT entry, faults before and after its push.
 * call_by_rbx: a frame that only rbx leads out of. call_realigned: the CFA is
 * a word on the stack plus a number, as in OpenSSL's assembly. */
__asm__(".text\n"
	".p2align 4\n"
	"trap_at_entry:\n"
	".cfi_startproc\n"
	"	ud2\n"
	"	ret\n"
	".cfi_endproc\n"
	".p2align 4\n"
	"trap_as_plt:\n"
	".cfi_startproc\n"
	".cfi_escape 0x0f,0x0b,0x77,8,0x80,0,0x3f,0x1a,0x3b,0x2a,0x33,0x24,0x22\n"
	"	ud2\n"
	"	nop; nop\n"
	"	pushq $0x12345\n"
	"	nop; nop\n"
	"	ud2\n"
	"	nop\n"
	"	leaq 8(%rsp), %rsp\n"
	"	.cfi_def_cfa %rsp, 8\n"
	"	ret\n"
	".cfi_endproc\n"
	"call_by_rbx:\n"
	".cfi_startproc\n"
	"	pushq %rbx\n"
	"	.cfi_def_cfa_offset 16\n"
	"	.cfi_offset %rbx, -16\n"
	"	movq %rsp, %rbx\n"
	"	.cfi_def_cfa %rbx, 16\n"
	"	subq $96, %rsp\n"
	"	andq $-64, %rsp\n"
	"	movq %rdi, %rax\n"
	"	movq %rsi, %rdi\n"
	"	call *%rax\n"
	"	movq %rbx, %rsp\n"
	"	popq %rbx\n"
	"	.cfi_def_cfa %rsp, 8\n"
	"	ret\n"
	".cfi_endproc\n"
	"call_realigned:\n"
	".cfi_startproc\n"
	"	movq %rsp, %rax\n"
	"	.cfi_def_cfa %rax, 8\n"
	"	subq $96, %rsp\n"
	"	andq $-64, %rsp\n"
	"	movq %rax, 24(%rsp)\n"
	"	.cfi_escape 0x0f,0x05,0x77,24,0x06,0x23,0x08\n"
	"	movq %rdi, %rax\n"
	"	movq %rsi, %rdi\n"
	"	call *%rax\n"
	"	movq 24(%rsp), %rsp\n"
	"	.cfi_def_cfa %rsp, 8\n"
	"	ret\n"
	".cfi_endproc\n");

void trap_at_entry(void);
void trap_as_plt(void);
void call_by_rbx(unwind_visit *visit, void *closure);
void call_realigned(unwind_visit *visit, void *closure);

static struct observation *in_handler;
static unsigned handled;

static void on_signal(int number, siginfo_t *info, void *context)
{
	ucontext_t *interrupted = context;

	(void)info;
	observe(&in_handler[handled++]);
	if (number == SIGILL)
		interrupted->uc_mcontext.gregs[REG_RIP] += 2; /* over ud2 */
}

static void handle(int number, int flags)
{
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | flags};

	assert_int_equal(sigaction(number, &action, NULL), 0);
}

static void use_alternate_stack(void)
{
	static char memory[1 << 16] __attribute__((aligned(4096)));
	stack_t stack = {.ss_sp = memory, .ss_size = sizeof(memory)};

	assert_int_equal(sigaltstack(&stack, NULL), 0);
}

static void raise_from(void *closure)
{
	raise(*(int *)closure);
	__asm__ volatile("" ::: "memory");
}

/* A sanitizer's own handler may stand between. */
static bool contains(const struct observation *observation, uintptr_t ip)
{
	for (unsigned i = 0; i < observation->count; i++) {
		if (observation->ips[i] == ip)
			return true;
	}
	return false;
}

static void signal_frames_are_walked_on_both_stacks(void **state)
{
	static const int flags[] = {0, SA_ONSTACK};
	struct observation observations[2];
	int number = SIGUSR1;

	(void)state;
	use_alternate_stack();
	for (size_t i = 0; i < 2; i++) {
		in_handler = &observations[i];
		handled = 0;
		handle(number, flags[i]);
		module_function(module, "frames_recursion")(7, raise_from, &number);
		assert_int_equal(handled, 1);
		assert_agrees(&observations[i], 7 + 6);
	}
	assert_int_equal(observations[0].count, observations[1].count);
}

static void fault_at_the_first_byte_is_in_its_function(void **state)
{
	struct observation observation;

	(void)state;
	in_handler = &observation;
	handled = 0;
	handle(SIGILL, 0);
	trap_at_entry();
	assert_int_equal(handled, 1);
	assert_agrees(&observation, 5);
	assert_true(contains(&observation, (uintptr_t)trap_at_entry));
}

static void fault_in_a_plt_entry_is_walked(void **state)
{
	struct observation observations[2];

	(void)state;
	in_handler = observations;
	handled = 0;
	handle(SIGILL, SA_ONSTACK);
	trap_as_plt();
	assert_int_equal(handled, 2);
	assert_agrees(&observations[0], 5);
	assert_agrees(&observations[1], 5);
	assert_true(contains(&observations[0], (uintptr_t)trap_as_plt));
	assert_true(contains(&observations[1], (uintptr_t)trap_as_plt + 11));
	assert_int_equal(observations[0].count, observations[1].count);
}

static void other_registers_are_left_to_libunwind(void **state)
{
	struct observation observation;

	(void)state;
	call_by_rbx(observe, &observation);
	assert_agrees(&observation, 4);
}

static void word_plus_number_is_a_base(void **state)
{
	struct observation observation;

	(void)state;
	call_realigned(observe, &observation);
	assert_agrees(&observation, 4);
}

/* push rbp; mov rbp, rsp; mov rax, rdi; mov rdi, rsi; call rax; pop rbp; ret */
static const uint8_t with_frame[] = {0x55, 0x48, 0x89, 0xe5, 0x48, 0x89, 0xf8,
				     0x48, 0x89, 0xf7, 0xff, 0xd0, 0x5d, 0xc3};

/* push rbp; mov rbp, rdx; and then the same: rbp is what the caller says */
static const uint8_t with_any_bp[] = {0x55, 0x48, 0x89, 0xd5, 0x48, 0x89, 0xf8,
				      0x48, 0x89, 0xf7, 0xff, 0xd0, 0x5d, 0xc3};

typedef void generated(unwind_visit *visit, void *closure, uintptr_t bp);

static generated *generate(const uint8_t *code, size_t size)
{
	void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	generated *function;

	assert_ptr_not_equal(memory, MAP_FAILED);
	memcpy(memory, code, size);
	memcpy(&function, &memory, sizeof(function));
	return function;
}

static void generated_code_is_walked_by_frame_pointer(void **state)
{
	generated *call = generate(with_frame, sizeof(with_frame));
	struct observation observation;
	struct observation direct;

	(void)state;
	call(observe, &observation, 0);
	observe(&direct);
	assert_true(observation.ips[0] == (uintptr_t)call + 12);
	assert_continues(&observation, 1, &direct);
}

struct through {
	generated *call;
	struct observation *observation;
};

static void call_through(void *closure)
{
	struct through *through = closure;

	through->call(observe, through->observation, 0);
	__asm__ volatile("" ::: "memory");
}

static void generated_code_between_compiled_frames_is_walked(void **state)
{
	struct observation observation;
	struct observation direct;
	struct through through = {generate(with_frame, sizeof(with_frame)), &observation};

	(void)state;
	module_function(module, "frames_recursion")(6, call_through, &through);
	observe(&direct);
	/* generated, call_through, seven of frames_recursion */
	assert_continues(&observation, 9, &direct);
}

static void frame_pointer_with_any_value_ends_the_stack(void **state)
{
	generated *call = generate(with_any_bp, sizeof(with_any_bp));
	char *pages = mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	uintptr_t zeros[64] = {0};
	const uintptr_t values[] = {
		0,
		1,
		8,
		4096,
		here + 3,
		here - 65536,
		(uintptr_t)pages,
		(uintptr_t)zeros,
		(uintptr_t)&environ,
		UINTPTR_MAX,
		UINTPTR_MAX - 7,
		(uintptr_t)1 << 63,
		0xdead0000,
		(uintptr_t)1 << 47,
		((uintptr_t)1 << 47) - 8,
		0xffffffffff600000,
	};

	(void)state;
	zeros[1] = (uintptr_t)zeros; /* as a return address: no call before it */
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct observation observation;

		call(observe_alone, &observation, values[i]);
		assert_int_equal(observation.count, 1);
		assert_false(observation.truncated);
		assert_true(observation.repeats_agree);
	}
	munmap(pages, 8192);
}

static ucontext_t main_context;
static ucontext_t coroutine_context;
static struct observation *in_coroutine;
static uintptr_t coroutine_bp;

static void coroutine(void)
{
	static generated *call;

	if (!call)
		call = generate(with_any_bp, sizeof(with_any_bp));
	if (coroutine_bp)
		call(observe_alone, in_coroutine, coroutine_bp);
	else
		observe_frames(module_function(module, "frames_recursion"), 6, in_coroutine);
	__asm__ volatile("" ::: "memory");
}

static void run_coroutine(void *stack, size_t size, struct observation *observation)
{
	in_coroutine = observation;
	assert_int_equal(getcontext(&coroutine_context), 0);
	coroutine_context.uc_stack.ss_sp = stack;
	coroutine_context.uc_stack.ss_size = size;
	coroutine_context.uc_link = &main_context;
	makecontext(&coroutine_context, coroutine, 0);
	assert_int_equal(swapcontext(&main_context, &coroutine_context), 0);
}

static void *map(void *at, size_t size, int protection)
{
	void *memory = mmap(at, size, protection,
			    MAP_PRIVATE | MAP_ANONYMOUS | (at ? MAP_FIXED : 0), -1, 0);

	assert_ptr_not_equal(memory, MAP_FAILED);
	return memory;
}

#define COROUTINE_BYTES ((size_t)1 << 18)

static void coroutine_ends_where_it_began(void **state)
{
	void *stack = map(NULL, COROUTINE_BYTES, PROT_READ | PROT_WRITE);
	struct observation observation;

	(void)state;
	coroutine_bp = 0;
	for (unsigned i = 0; i < 3; i++) {
		run_coroutine(stack, COROUTINE_BYTES, &observation);
		assert_agrees(&observation, 7 + 3);
	}
	munmap(stack, COROUTINE_BYTES);
}

/* What was tested about the larger stack is wrong for the smaller one. */
static void smaller_stack_in_the_place_of_another_is_survived(void **state)
{
	char *stack = map(NULL, 2 * COROUTINE_BYTES, PROT_READ | PROT_WRITE);
	struct observation observation;

	(void)state;
	coroutine_bp = 0;
	run_coroutine(stack, 2 * COROUTINE_BYTES, &observation);
	/* Walks that reach down to the lower half, so that all is one range. */
	coroutine_bp = (uintptr_t)stack + 2 * COROUTINE_BYTES - 64;
	run_coroutine(stack, COROUTINE_BYTES, &observation);
	map(stack + COROUTINE_BYTES, COROUTINE_BYTES, PROT_NONE);
	run_coroutine(stack, COROUTINE_BYTES, &observation);
	assert_int_equal(observation.count, 1);
	munmap(stack + COROUTINE_BYTES, COROUTINE_BYTES);
	run_coroutine(stack, COROUTINE_BYTES, &observation);
	assert_int_equal(observation.count, 1);
	munmap(stack, COROUTINE_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signal_frames_are_walked_on_both_stacks),
		cmocka_unit_test(fault_at_the_first_byte_is_in_its_function),
		cmocka_unit_test(fault_in_a_plt_entry_is_walked),
		cmocka_unit_test(other_registers_are_left_to_libunwind),
		cmocka_unit_test(word_plus_number_is_a_base),
		cmocka_unit_test(generated_code_is_walked_by_frame_pointer),
		cmocka_unit_test(generated_code_between_compiled_frames_is_walked),
		cmocka_unit_test(frame_pointer_with_any_value_ends_the_stack),
		cmocka_unit_test(coroutine_ends_where_it_began),
		cmocka_unit_test(smaller_stack_in_the_place_of_another_is_survived),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (vt__unwind_init(NULL) != 0) {
		print_error("libunwind.so.8 is needed to compare with\n");
		return 1;
	}
	module = module_open("unwind_frames.so");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

#include <stdio.h>

int main(void)
{
	puts("1..0 # SKIP the frames in here are x86-64 code");
	return 0;
}

#endif
