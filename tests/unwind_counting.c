/*
 * Stands in for libunwind.so.8: leads nowhere, and counts how often it is given the
 * frame that is watched.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <ucontext.h>

#if defined(__x86_64__)

uintptr_t unwind_counting_watched;
unsigned unwind_counting_given;

int _ULx86_64_init_local(uintptr_t *cursor, ucontext_t *context);
int _ULx86_64_init_local(uintptr_t *cursor, ucontext_t *context)
{
	cursor[6] = (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
	cursor[7] = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
	cursor[16] = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
	return 0;
}

int _ULx86_64_step(const uintptr_t *cursor);
int _ULx86_64_step(const uintptr_t *cursor)
{
	unwind_counting_given += cursor[16] == unwind_counting_watched;
	return 0;
}

int _ULx86_64_get_reg(const uintptr_t *cursor, int number, uintptr_t *value);
int _ULx86_64_get_reg(const uintptr_t *cursor, int number, uintptr_t *value)
{
	*value = cursor[number];
	return 0;
}

void _Ux86_64_flush_cache(void *space, uintptr_t low, uintptr_t high);
void _Ux86_64_flush_cache(void *space, uintptr_t low, uintptr_t high)
{
	(void)space;
	(void)low;
	(void)high;
}

void *_ULx86_64_local_addr_space;

#endif
