/*
 * C functions with frames of many shapes, to be walked over.
 */
#include <setjmp.h>
#include <stdlib.h>

#include "tests/unwind_frames.h"

/* After a call: keeps it from becoming a jump. */
#define STAYS_A_CALL() __asm__ volatile("" ::: "memory")

UNWIND_EXPORT void frames_recursion(unsigned depth, unwind_visit *visit, void *closure)
{
	volatile char space[40];

	space[0] = (char)depth;
	if (depth == 0)
		visit(closure);
	else
		frames_recursion(depth - 1, visit, closure);
	STAYS_A_CALL();
	space[1] = space[0];
}

UNWIND_EXPORT void frames_alloca(unsigned depth, unwind_visit *visit, void *closure)
{
	volatile char *space = __builtin_alloca(depth * 24 + 17);

	space[0] = 1;
	if (depth == 0)
		visit(closure);
	else
		frames_alloca(depth - 1, visit, closure);
	space[1] = space[0];
}

UNWIND_EXPORT void frames_aligned(unsigned depth, unwind_visit *visit, void *closure)
{
	_Alignas(64) volatile char aligned[64];
	volatile char *space = __builtin_alloca(depth + 5);

	aligned[depth] = 1;
	space[0] = 2;
	if (depth == 0)
		visit(closure);
	else
		frames_aligned(depth - 1, visit, closure);
	space[1] = aligned[depth];
}

static __thread struct {
	unwind_visit *visit;
	void *closure;
} callback;

static int compare(const void *a, const void *b)
{
	unwind_visit *visit = callback.visit;

	callback.visit = NULL;
	if (visit)
		visit(callback.closure);
	return *(const int *)a - *(const int *)b;
}

UNWIND_EXPORT void frames_qsort(unsigned depth, unwind_visit *visit, void *closure)
{
	int numbers[] = {3, 1, 2, (int)depth};

	callback.visit = visit;
	callback.closure = closure;
	qsort(numbers, sizeof(numbers) / sizeof(numbers[0]), sizeof(numbers[0]), compare);
	STAYS_A_CALL();
}

static __attribute__((noinline, noreturn)) void leave(unwind_visit *visit, void *closure,
						      jmp_buf *back)
{
	visit(closure);
	longjmp(*back, 1);
}

/* The return address of the call in here lies behind the function's end. */
static __attribute__((noinline)) void last_call(unwind_visit *visit, void *closure, jmp_buf *back)
{
	leave(visit, closure, back);
}

UNWIND_EXPORT void frames_no_return(unsigned depth, unwind_visit *visit, void *closure)
{
	jmp_buf back;

	(void)depth;
	if (!setjmp(back))
		last_call(visit, closure, &back);
}

UNWIND_EXPORT void frames_many_saved(unsigned depth, unwind_visit *visit, void *closure)
{
	unsigned long seed = depth + 1;
	unsigned long values[6];

	for (unsigned i = 0; i < 6; i++) {
		values[i] = seed * (i + 3);
		__asm__ volatile("" : "+r"(values[i]));
	}
	if (depth == 0)
		visit(closure);
	else
		frames_many_saved(depth - 1, visit, closure);
	__asm__ volatile("" ::"r"(values[0]), "r"(values[1]), "r"(values[2]), "r"(values[3]),
			 "r"(values[4]), "r"(values[5]));
}
