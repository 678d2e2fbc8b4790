/* Gives the command's work signals that do not kill it, standard descriptors, and enough stack. */
#include "config.h"

#include "cli/footing.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/page.h"

#define STACK_BYTES (8u << 20)

static const int survived[] = {SIGXFSZ, SIGPIPE};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct sigaction found[COUNT(survived)];

/* What passes through the switch of stacks; makecontext() hands over integers only. */
static struct {
	int (*work)(int argc, char **argv);
	int argc;
	char **argv;
	int code;
} call;

static void take_signals(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	for (size_t i = 0; i < COUNT(survived); i++)
		sigaction(survived[i], &ignore, &found[i]);
}

void vt__footing_return_signals(void)
{
	for (size_t i = 0; i < COUNT(survived); i++)
		sigaction(survived[i], &found[i], NULL);
}

/* A standard descriptor that is closed would be given to the next file that is opened, and a report
 * written into it. Each that is missing becomes one that cannot be read or written; a program that
 * is run finds it closed, as alone. */
static void keep_descriptors(void)
{
	int descriptor;

	do
		descriptor = open("/", O_PATH | O_CLOEXEC);
	while (descriptor >= 0 && descriptor <= STDERR_FILENO);
	if (descriptor > STDERR_FILENO)
		close(descriptor);
}

static void work_on_this_stack(void)
{
	call.code = call.work(call.argc, call.argv);
}

static bool has_small_stack(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < STACK_BYTES;
}

/* Below the stack lies a page that faults: running out of it ends the command, as it should. */
static void *make_stack(void)
{
	char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

	if (stack == MAP_FAILED)
		return NULL;
	(void)!mprotect(stack, vt__page_bytes(), PROT_NONE);
	return stack;
}

static ucontext_t here, there;

/* False, and nothing was done, if there is no other stack. getcontext() may return twice for
 * all that a compiler knows: nothing local may live across it. */
static bool work_on_another_stack(void)
{
	void *stack;

	if (getcontext(&there) < 0)
		return false;
	stack = make_stack();
	if (!stack)
		return false;
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = STACK_BYTES;
	there.uc_link = &here;
	makecontext(&there, work_on_this_stack, 0);
	swapcontext(&here, &there);
	return true;
}

int vt__footing(int (*work)(int argc, char **argv), int argc, char **argv)
{
	take_signals();
	keep_descriptors();
	call.work = work;
	call.argc = argc;
	call.argv = argv;
	if (!has_small_stack() || !work_on_another_stack())
		work_on_this_stack();
	return call.code;
}
