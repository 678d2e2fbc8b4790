/*
 * The handler of SIGBUS in front of the program's, and what the program sees of it.
 */
#include "config.h"

#include "recording/guard.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PIECES_MOST 512u /* of a recording: fewer than its directory holds, and the first */
#define KERNEL_SET_BYTES 8u
#define BUS_BIT (1ull << (SIGBUS - 1))
#define LIBC_SIGNALS (3ull << 31) /* 32 and 33: not a program's to block */

/* libc's own, past everybody who wraps the plain name. */
extern int __sigaction(int number, const struct sigaction *action, struct sigaction *old);

/* `pieces` and `current` are published by a release after what they count or choose is written, and
 * read by an acquire: the reader is a handler that takes no lock. `stands` alike, after the handler
 * is there; `writing` is a lock. */
static struct {
	uint32_t *lost, lost_value;
	pid_t process; /* whose pieces these are: not those of a child that was forked */
	uint32_t pieces;
	uintptr_t start[PIECES_MOST], end[PIECES_MOST];
	uint32_t stands;
	/* What the program wants done with SIGBUS: the slot of `current` is read
	 * without a lock, the other one is written. */
	uint32_t writing, current;
	struct sigaction wanted[2];
} guard;

/* Whether the thread has SIGBUS blocked as far as it knows. */
static __thread struct {
	bool wants_blocked;
} here __attribute__((tls_model("initial-exec")));

/* ---- What is watched ------------------------------------------------------------ */

void vt__guard_begin(uint32_t *word, uint32_t value)
{
	__atomic_store_n(&guard.pieces, 0, __ATOMIC_RELEASE);
	guard.lost = word;
	guard.lost_value = value;
	guard.process = getpid();
}

void vt__guard_watch(void *start, size_t bytes)
{
	uint32_t piece = guard.pieces;

	if (piece == PIECES_MOST)
		return;
	guard.start[piece] = (uintptr_t)start;
	guard.end[piece] = (uintptr_t)start + bytes;
	__atomic_store_n(&guard.pieces, piece + 1, __ATOMIC_RELEASE);
}

/* Not a child: one of fork() has nothing of it mapped, one of vfork() has our memory
 * but handlers of its own. */
static bool is_own_process(void)
{
	return guard.process == (pid_t)syscall(SYS_getpid);
}

static bool is_watched(uintptr_t address)
{
	uint32_t pieces = __atomic_load_n(&guard.pieces, __ATOMIC_ACQUIRE);

	if (!is_own_process())
		return false;
	for (uint32_t i = 0; i < pieces; i++)
		if (address >= guard.start[i] && address < guard.end[i])
			return true;
	return false;
}

/* Threads that fault at once do it one after the other: what is written in between
 * is lost, as everything is. */
bool vt__guard_replace(void)
{
	uint32_t pieces = __atomic_load_n(&guard.pieces, __ATOMIC_ACQUIRE);

	if (guard.lost)
		__atomic_store_n(guard.lost, guard.lost_value, __ATOMIC_RELEASE);
	for (uint32_t i = 0; i < pieces; i++) {
		void *at = (void *)guard.start[i];
		size_t bytes = guard.end[i] - guard.start[i];

		if (mmap(at, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
			 0) == MAP_FAILED)
			return false;
		madvise(at, bytes, MADV_DONTFORK);
	}
	return true;
}

/* ---- What the program wants ------------------------------------------------------- */

static const struct sigaction *wanted(void)
{
	return &guard.wanted[__atomic_load_n(&guard.current, __ATOMIC_ACQUIRE) & 1];
}

static void want(const struct sigaction *action)
{
	uint32_t next = guard.current + 1;

	guard.wanted[next & 1] = *action;
	__atomic_store_n(&guard.current, next, __ATOMIC_RELEASE);
}

static bool is_handled(const struct sigaction *action)
{
	return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN;
}

static void on_bus(int number, siginfo_t *info, void *context);

/* Ours with the flags of the program's, which then runs as it would without us. */
static struct sigaction in_front_of(const struct sigaction *action)
{
	struct sigaction ours = *action;

	if (!is_handled(action)) {
		ours.sa_flags = SA_ONSTACK | SA_RESTART;
		sigemptyset(&ours.sa_mask);
	}
	ours.sa_flags = (ours.sa_flags | SA_SIGINFO) & ~(int)(SA_RESETHAND | SA_NODEFER);
	ours.sa_sigaction = on_bus;
	return ours;
}

/* No handler may come in between that would change it too and wait for us. */
static void lock(uint64_t *mask)
{
	const uint64_t all = ~0ull;

	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, mask, KERNEL_SET_BYTES);
	while (__atomic_exchange_n(&guard.writing, 1, __ATOMIC_ACQUIRE))
		syscall(SYS_sched_yield);
}

static void unlock(const uint64_t *mask)
{
	__atomic_store_n(&guard.writing, 0, __ATOMIC_RELEASE);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, NULL, KERNEL_SET_BYTES);
}

void vt__guard_stand(void)
{
	struct sigaction found, ours;
	int saved = errno;
	uint64_t mask;

	lock(&mask);
	if (__sigaction(SIGBUS, NULL, &found) == 0 &&
	    (!(found.sa_flags & SA_SIGINFO) || found.sa_sigaction != on_bus)) {
		want(&found);
		ours = in_front_of(&found);
		if (__sigaction(SIGBUS, &ours, NULL) == 0)
			__atomic_store_n(&guard.stands, 1, __ATOMIC_RELEASE);
	}
	unlock(&mask);
	errno = saved;
}

bool vt__guard_stands(void)
{
	return __atomic_load_n(&guard.stands, __ATOMIC_ACQUIRE);
}

/* What a child sets is not its parent's. */
static int child_sigaction(const struct sigaction *action, struct sigaction *old)
{
	int result = __sigaction(SIGBUS, action, old);

	if (!result && old && old->sa_flags & SA_SIGINFO && old->sa_sigaction == on_bus)
		*old = *wanted();
	return result;
}

int vt__guard_sigaction(const struct sigaction *action, struct sigaction *old)
{
	struct sigaction before, ours;
	uint64_t mask;
	int result = 0;

	if (!is_own_process())
		return child_sigaction(action, old);
	lock(&mask);
	before = *wanted();
	if (action) {
		struct sigaction copy = *action;

		ours = in_front_of(&copy);
		want(&copy);
		result = __sigaction(SIGBUS, &ours, NULL);
		if (result)
			want(&before);
	}
	unlock(&mask);
	if (old && !result)
		*old = before;
	return result;
}

/* ---- The mask ----------------------------------------------------------------------- */

void vt__guard_unblock(void)
{
	uint64_t bus = BUS_BIT, before = 0;

	if (syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &bus, &before, KERNEL_SET_BYTES) == 0 &&
	    before & bus)
		here.wants_blocked = true;
}

int vt__guard_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	bool had = here.wants_blocked, wants = had, is_own = is_own_process();
	uint64_t mask = 0, before = 0;
	int saved = errno;
	int error = 0;

	if (set) {
		bool has = sigismember(set, SIGBUS) == 1;

		wants = how == SIG_BLOCK ? had || has : how == SIG_UNBLOCK ? had && !has : has;
		__builtin_memcpy(&mask, set, sizeof(mask));
		mask &= ~LIBC_SIGNALS;
		if (how != SIG_UNBLOCK && is_own)
			mask &= ~BUS_BIT;
	}
	if (syscall(SYS_rt_sigprocmask, how, set ? &mask : NULL, &before, KERNEL_SET_BYTES))
		error = errno;
	errno = saved;
	if (error)
		return error;
	if (is_own)
		here.wants_blocked = wants;
	if (old) {
		sigemptyset(old);
		__builtin_memcpy(old, &before, sizeof(before));
		if (had)
			sigaddset(old, SIGBUS);
	}
	return 0;
}

/* ---- The handler ---------------------------------------------------------------------- */

/* As the kernel does it: once the handler returns, with the same siginfo. */
static void die(siginfo_t *info, ucontext_t *context)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	__sigaction(SIGBUS, &action, NULL);
	sigdelset(&context->uc_sigmask, SIGBUS);
	syscall(SYS_rt_tgsigqueueinfo, syscall(SYS_getpid), syscall(SYS_gettid), SIGBUS, info);
}

/* A thread that wanted it blocked gets it when it unblocks it, or another thread does. */
static void postpone(siginfo_t *info, ucontext_t *context)
{
	sigaddset(&context->uc_sigmask, SIGBUS);
	here.wants_blocked = false;
	syscall(SYS_rt_sigqueueinfo, syscall(SYS_getpid), SIGBUS, info);
}

static void forward(const struct sigaction *action, int number, siginfo_t *info, void *context)
{
	uint64_t bus = BUS_BIT;

	if (action->sa_flags & (int)SA_RESETHAND) {
		struct sigaction none = {.sa_handler = SIG_DFL};

		vt__guard_sigaction(&none, NULL);
	}
	if (action->sa_flags & SA_NODEFER && sigismember(&action->sa_mask, SIGBUS) != 1)
		syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &bus, NULL, KERNEL_SET_BYTES);
	if (action->sa_flags & SA_SIGINFO)
		action->sa_sigaction(number, info, context);
	else
		action->sa_handler(number);
}

static void on_bus(int number, siginfo_t *info, void *context)
{
	const bool is_fault = info->si_code > 0;
	struct sigaction action;
	int saved = errno;

	if (is_fault && is_watched((uintptr_t)info->si_addr) && vt__guard_replace()) {
		errno = saved;
		return;
	}
	action = *wanted();
	if (here.wants_blocked && !is_fault)
		postpone(info, context);
	else if (is_handled(&action) && !here.wants_blocked)
		forward(&action, number, info, context);
	else if (is_fault || action.sa_handler == SIG_DFL)
		die(info, context);
}
