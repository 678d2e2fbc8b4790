/*
 * Stacks of our own: finds a free one, and runs work on it.
 */
#include "config.h"

#include "unwind/own_stack.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/page.h"
#include "unwind/unwind_memory.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

enum {
	STACK_BYTES = 512 << 10, /* driver and NVML are asked here too; what is used takes memory */
	STACKS = 32              /* that are kept; when all are in use, more are made */
};

/* On a page that a forked child finds wiped: its parent's other threads are not there. */
struct in_use {
	atomic_bool of[STACKS];
};
static _Atomic(struct in_use *) in_use;

static _Atomic(char *) kept[STACKS]; /* their lowest addresses; NULL: not made yet */

/* The lowest address of the one that the thread is on, and which it used last. What a
 * handler of a fault left by a jump stays here until the next: hence the question where
 * the stack pointer is. */
static __thread uintptr_t current __attribute__((tls_model("initial-exec")));
static __thread unsigned last __attribute__((tls_model("initial-exec")));

void vt__own_stack_switch(vt__own_stack_work *work, void *closure, void *top)
	__attribute__((visibility("hidden")));

bool vt__own_stack_holds(uintptr_t sp)
{
	return current && sp - current < STACK_BYTES;
}

static bool is_on_one(void)
{
	return vt__own_stack_holds((uintptr_t)__builtin_frame_address(0));
}

/* Acquire: the memory is there for who finds its address. */
static struct in_use *uses(void)
{
	struct in_use *made, *expected = atomic_load_explicit(&in_use, memory_order_acquire);

	if (expected)
		return expected;
	made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	if (made == MAP_FAILED)
		return NULL;
	/* where the kernel does not know this (before 4.14), children make more stacks */
	madvise(made, sizeof(*made), MADV_WIPEONFORK);
	if (atomic_compare_exchange_strong(&in_use, &expected, made))
		return made;
	munmap(made, sizeof(*made));
	return expected;
}

/* Its lowest page can be neither read nor written. */
static char *make(void)
{
	size_t guard = vt__page_bytes();
	char *low = mmap(NULL, STACK_BYTES, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

	if (low == MAP_FAILED)
		return NULL;
	if (mprotect(low + guard, STACK_BYTES - guard, PROT_READ | PROT_WRITE) == 0)
		return low;
	munmap(low, STACK_BYTES);
	return NULL;
}

/* A free one that is kept, first the thread's last. Its flag is a lock: acquire here, release when
 * the work is done, and in between its place in `kept` is the thread's own. Returns its number, or
 * STACKS. */
static unsigned claim(struct in_use *all)
{
	for (unsigned tried = 0; all && tried < STACKS; tried++) {
		unsigned number = (last + tried) % STACKS;

		if (!atomic_load_explicit(&all->of[number], memory_order_relaxed) &&
		    !atomic_exchange_explicit(&all->of[number], true, memory_order_acquire))
			return last = number;
	}
	return STACKS;
}

static void run_on(char *low, vt__own_stack_work *work, void *closure)
{
	uintptr_t before = current;

	current = (uintptr_t)low;
	vt__own_stack_switch(work, closure, low + STACK_BYTES);
	current = before;
}

static void run_on_kept(struct in_use *all, unsigned number, vt__own_stack_work *work,
			void *closure)
{
	char *low = atomic_load_explicit(&kept[number], memory_order_relaxed);

	if (!low) {
		low = make();
		atomic_store_explicit(&kept[number], low, memory_order_relaxed);
	}
	if (low)
		run_on(low, work, closure);
	else
		work(closure);
	atomic_store_explicit(&all->of[number], false, memory_order_release);
}

static void run_on_another(vt__own_stack_work *work, void *closure)
{
	char *low = make();
	int saved;

	if (!low) {
		work(closure);
		return;
	}
	run_on(low, work, closure);
	saved = errno;
	munmap(low, STACK_BYTES);
	errno = saved;
}

/* By the kernel's own call: libc's leaves out the signals of its own, for which the
 * same holds. Returns whether it was done. */
static bool set_mask(int how, const uint64_t *set, uint64_t *before)
{
	int saved = errno;
	bool done = syscall(SYS_rt_sigprocmask, how, set, before, sizeof(*set)) == 0;

	errno = saved;
	return done;
}

void vt__own_stack_run(vt__own_stack_work *work, void *closure)
{
#define BIT(number) ((uint64_t)1 << ((number)-1))
	static const uint64_t waiting = ~(BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGILL) | BIT(SIGFPE) |
					  BIT(SIGTRAP) | BIT(SIGSYS));
	struct in_use *all;
	uint64_t before, made_to_wait;
	unsigned number;
	int saved = errno;

	if (is_on_one() || vt__memory_in_valgrind() || !set_mask(SIG_BLOCK, &waiting, &before)) {
		work(closure);
		return;
	}
	all = uses();
	number = claim(all);
	errno = saved;
	if (number < STACKS)
		run_on_kept(all, number, work, closure);
	else
		run_on_another(work, closure);
	/* not as it was before: the guard may have unblocked SIGBUS meanwhile */
	made_to_wait = waiting & ~before;
	set_mask(SIG_UNBLOCK, &made_to_wait, NULL);
}

#else

void vt__own_stack_run(vt__own_stack_work *work, void *closure)
{
	work(closure);
}

bool vt__own_stack_holds(uintptr_t sp)
{
	(void)sp;
	return false;
}

#endif
