/*
 * Which memory a stack walk may read.
 *
 * A thread's tested range is kept from walk to walk, so that a walk usually
 * makes no system call. It may be stale: a coroutine's stack can be unmapped
 * and a smaller one mapped in its place. That is harmless while every step
 * follows call frame information, because such a walk reads only what the
 * frames of running functions own, and that is mapped as long as they run. As
 * soon as a walk guesses, its range starts empty again (unwind/unwind.c) and
 * every page is tested anew.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attributes.h"
#include "base/page.h"
#include "unwind/arch/arch.h"
#include "unwind/unwind_memory.h"

#define PAGE ((uintptr_t)VT__PAGE_LEAST)

/* How far from a range a slot may be to be joined with it by testing each
 * page between (64 system calls at most). */
#define NEAR ((uintptr_t)256 << 10)

/* valgrind's client requests (numbers of its valgrind.h, which are fixed). Elsewhere
 * the answer is 0. */
enum valgrind_request {
	VALGRIND_RUNNING = 0x1001,
	VALGRIND_REPORTS = 0x1801, /* of this thread: 1: none from here on, -1: again */
};

static inline uintptr_t ask_valgrind(enum valgrind_request request, long argument)
{
	const uintptr_t words[6] = {request, (uintptr_t)argument};

	return vt__arch_ask_valgrind(words);
}

/* In valgrind, which would report that what is probed was never written, and says
 * something of each unknown `how`: there is no such process, and that is found out
 * after the copy. */
static bool is_readable_in_valgrind(uintptr_t address)
{
	bool readable;

	ask_valgrind(VALGRIND_REPORTS, 1);
	readable = syscall(SYS_sched_setaffinity, -1, (size_t)8, address) == -1 && errno == ESRCH;
	ask_valgrind(VALGRIND_REPORTS, -1);
	return readable;
}

bool vt__memory_in_valgrind(void)
{
	return ask_valgrind(VALGRIND_RUNNING, 0) != 0;
}

bool vt__memory_readable(uintptr_t address)
{
	if (vt__memory_in_valgrind())
		return is_readable_in_valgrind(address);
	/* No such operation: refused with EINVAL, but only after the new mask
	 * (8 bytes) was copied from the address, which fails with EFAULT. */
	return syscall(SYS_rt_sigprocmask, ~0, address, NULL, (size_t)8) == -1 && errno != EFAULT;
}

bool vt__memory_all_readable(uintptr_t address, size_t length)
{
	uintptr_t last = (address + length - 1) & ~(uintptr_t)7;

	for (uintptr_t at = address & ~(uintptr_t)7; at < last; at = (at & ~(PAGE - 1)) + PAGE) {
		if (!vt__memory_readable(at))
			return false;
	}
	return vt__memory_readable(last);
}

/* Tests the pages between the range and `page`, and that one. */
static bool join(struct vt__range *range, uintptr_t page)
{
	for (; range->low > page; range->low -= PAGE) {
		if (!vt__memory_readable(range->low - PAGE))
			return false;
	}
	for (; range->high <= page; range->high += PAGE) {
		if (!vt__memory_readable(range->high))
			return false;
	}
	return true;
}

bool vt__range_reach(struct vt__range *range, uintptr_t slot)
{
	uintptr_t page = slot & ~(PAGE - 1);
	uintptr_t size = range->high - range->low;

	if (page < PAGE || page + PAGE < page)
		return false;
	if (size && slot - range->low + NEAR < size + 2 * NEAR && join(range, page))
		return true;
	/* Far away, or past a page that cannot be read: another stack, as a thread
	 * with coroutines has many of. */
	if (!vt__memory_readable(page))
		return false;
	*range = (struct vt__range){page, page + PAGE};
	return true;
}

/* Page number of the start, then the number of pages in the low bits. */
#define COUNT_BITS 24
#define COUNT_MASK (((uint64_t)1 << COUNT_BITS) - 1)

static __thread uint64_t remembered __attribute__((tls_model("initial-exec")));

struct vt__range vt__range_recall(void)
{
	uint64_t word = remembered;
	struct vt__range range = {.low = (word >> COUNT_BITS) * PAGE};

	range.high = range.low + (word & COUNT_MASK) * PAGE;
	return range;
}

void vt__range_remember(struct vt__range range)
{
	uint64_t count = (range.high - range.low) / PAGE;

	if (count <= COUNT_MASK)
		remembered = (uint64_t)(range.low / PAGE) << COUNT_BITS | count;
}

/* The word below sp is the stack's own even where sp is its very top. */
struct vt__range vt__range_at(uintptr_t sp)
{
	uintptr_t slot = (sp - 1) & ~(sizeof(uintptr_t) - 1);
	struct vt__range range = vt__range_recall();

	if (!vt__range_holds(&range, slot)) {
		int saved_errno = errno;

		vt__range_reach(&range, slot);
		errno = saved_errno;
	}
	return range;
}
