/* Work on a stack of our own: where it runs, what waits meanwhile, and many at once. */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "unwind/own_stack.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SWITCHES true
#else
#define SWITCHES false
#endif

enum {
	FAR = 64 << 10, /* no frame of a test is as large */
	DEEP = 200 << 10,
	THREADS = 80, /* more than there are stacks that are kept */
};

static uintptr_t here(void)
{
	return (uintptr_t)__builtin_frame_address(0);
}

static bool is_near(uintptr_t one, uintptr_t other)
{
	return one - other < FAR || other - one < FAR;
}

static void note_place(void *closure)
{
	*(uintptr_t *)closure = here();
	errno = ENOTTY;
}

static void runs_elsewhere(void **state)
{
	uintptr_t place = 0;

	(void)state;
	errno = 0;
	vt__own_stack_run(note_place, &place);
	assert_int_equal(errno, ENOTTY);
	assert_int_equal(!is_near(place, here()), SWITCHES);
	assert_false(vt__own_stack_holds(here()));
}

static void run_again(void *closure)
{
	uintptr_t *inner = closure;

	vt__own_stack_run(note_place, inner);
	assert_true(is_near(*inner, here()));
	assert_int_equal(vt__own_stack_holds(here()), SWITCHES);
}

static void stays_where_it_is(void **state)
{
	uintptr_t inner = 0;

	(void)state;
	vt__own_stack_run(run_again, &inner);
	assert_true(inner != 0);
}

static void use_much(void *closure)
{
	volatile char much[DEEP];

	for (size_t i = 0; i < sizeof(much); i++)
		much[i] = 1;
	*(char *)closure = much[DEEP / 2];
}

static void has_room(void **state)
{
	char seen = 0;

	(void)state;
	vt__own_stack_run(use_much, &seen);
	assert_int_equal(seen, 1);
}

static volatile uintptr_t handled_at;

static void handle(int number)
{
	(void)number;
	handled_at = here();
}

static void raise_one(void *closure)
{
	raise(*(int *)closure);
	*(int *)closure = handled_at != 0;
}

static bool is_handled_inside(int number, uintptr_t *place)
{
	int handled = number;

	handled_at = 0;
	assert_true(signal(number, handle) != SIG_ERR);
	vt__own_stack_run(raise_one, &handled);
	assert_true(handled_at != 0);
	*place = handled_at;
	signal(number, SIG_DFL);
	return handled;
}

static void signals_wait(void **state)
{
	sigset_t before, after;
	uintptr_t place;

	(void)state;
	assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &before), 0);
	assert_int_equal(is_handled_inside(SIGALRM, &place), !SWITCHES);
	assert_true(is_near(place, here()));
	assert_true(is_handled_inside(SIGBUS, &place));
	assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &after), 0);
	assert_int_equal(sigismember(&after, SIGALRM), sigismember(&before, SIGALRM));
}

static sigjmp_buf back;

static void jump(int number)
{
	siglongjmp(back, number);
}

static void raise_bus(void *unused)
{
	(void)unused;
	raise(SIGBUS);
}

/* What a fault's handler left is not used again, and the next work has another. */
static void may_be_left(void **state)
{
	(void)state;
	assert_true(signal(SIGBUS, jump) != SIG_ERR);
	for (volatile unsigned i = 0; i < 100; i++)
		if (sigsetjmp(back, 1) == 0)
			vt__own_stack_run(raise_bus, NULL);
	signal(SIGBUS, SIG_DFL);
	assert_false(vt__own_stack_holds(here()));
	runs_elsewhere(state);
}

static pthread_barrier_t all_inside;

static void meet_others(void *closure)
{
	volatile char mark = *(char *)closure;

	pthread_barrier_wait(&all_inside);
	*(char *)closure = (char)(mark + 1);
}

static void *in_thread(void *closure)
{
	vt__own_stack_run(meet_others, closure);
	return NULL;
}

static void many_at_once(void **state)
{
	pthread_t threads[THREADS];
	char marks[THREADS];

	(void)state;
	assert_int_equal(pthread_barrier_init(&all_inside, NULL, THREADS), 0);
	for (int i = 0; i < THREADS; i++) {
		marks[i] = (char)i;
		assert_int_equal(pthread_create(&threads[i], NULL, in_thread, &marks[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(marks[i], i + 1);
	pthread_barrier_destroy(&all_inside);
}

static void in_a_child(void **state)
{
	uintptr_t place = 0;
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		vt__own_stack_run(note_place, &place);
		_exit(is_near(place, here()) == SWITCHES);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_elsewhere), cmocka_unit_test(stays_where_it_is),
		cmocka_unit_test(has_room),       cmocka_unit_test(signals_wait),
		cmocka_unit_test(many_at_once),   cmocka_unit_test(in_a_child),
		cmocka_unit_test(may_be_left),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
