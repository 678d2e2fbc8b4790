/*
 * Jumps out of the recorder itself, at chosen instructions: the processor's trap flag counts
 * them from the beginning of a call on. Linked with the driver alone; needs hooked_driver.c.
 *
 * A case forks a child for each place. The child jumps, makes more calls itself and in another
 * thread, and writes "PID CALLS", what the driver counted, to standard output.
 */
#include <cuda.h>
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hazard.h"

static unsigned long *calls;
static sigjmp_buf place;
static volatile unsigned long steps, last_step;
static volatile int ends_thread;
static uintptr_t stack; /* of the thread that is to leave */

static FRAME CUdeviceptr allocate(size_t bytes)
{
	CUdeviceptr buffer;

	CALL(cuMemAlloc(&buffer, bytes));
	return buffer;
}

static FRAME void pairs(unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		CALL(cuMemFree(allocate((i + 1) * KIB)));
}

static void start(void)
{
	CUcontext context;

	calls = dlsym(RTLD_DEFAULT, "hooked_calls");
	MUST(calls != NULL);
	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
}

static void on_step(int number)
{
	(void)number;
	if (++steps < last_step || last_step == 0)
		return;
	/* The recorder has a stack of its own, on which other signals wait. */
	if (ends_thread && stack - (uintptr_t)__builtin_frame_address(0) > 128 * KIB)
		return;
	if (ends_thread)
		pthread_exit(NULL);
	siglongjmp(place, 1);
}

#if defined(__x86_64__)
/* Around the stack's red zone. */
#define TRAP_FLAG(change)                                                                          \
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\t" change                             \
			 " (%%rsp)\n\tpopfq\n\tlea 128(%%rsp), %%rsp" ::                           \
				 : "memory", "cc")
#define BEGIN_STEPS() TRAP_FLAG("orq $0x100,")
#define END_STEPS() TRAP_FLAG("andq $-0x101,")
#else
#define BEGIN_STEPS() _Exit(77)
#define END_STEPS() (void)0
#endif

/* Leaves a call after so many instructions; whether there were so many. */
static FRAME int leave_after(unsigned long count)
{
	struct sigaction action = {.sa_handler = on_step};
	CUdeviceptr buffer;

	MUST(sigaction(SIGTRAP, &action, NULL) == 0);
	stack = (uintptr_t)__builtin_frame_address(0);
	steps = 0;
	last_step = count;
	if (sigsetjmp(place, 1) != 0)
		return 1;
	BEGIN_STEPS();
	buffer = allocate(MIB);
	END_STEPS();
	CALL(cuMemFree(buffer));
	return 0;
}

static void *other(void *unused)
{
	pairs(3);
	return unused;
}

static void in_other_thread(void)
{
	pthread_t thread;

	MUST(pthread_create(&thread, NULL, other, NULL) == 0);
	MUST(pthread_join(thread, NULL) == 0);
}

/* Where the thread has been before, as most have. */
static void *leave_there(void *step)
{
	pairs(4);
	leave_after(*(unsigned long *)step);
	return NULL;
}

static void leave_by_end(unsigned long step)
{
	pthread_t thread;

	ends_thread = 1;
	MUST(pthread_create(&thread, NULL, leave_there, &step) == 0);
	MUST(pthread_join(thread, NULL) == 0);
}

enum variant {
	LATER, /* in a later call of the process */
	FIRST, /* in its first call */
	WAITS, /* the other thread calls before the one that jumped does */
	ENDS   /* by pthread_exit() instead of a jump */
};

static void be_child(unsigned long step, enum variant variant)
{
	alarm(20); /* a hang is a death */
	start();
	if (variant != FIRST)
		pairs(4);
	if (variant == ENDS)
		leave_by_end(step);
	else
		leave_after(step);
	if (variant == WAITS)
		in_other_thread();
	pairs(5);
	in_other_thread();
	printf("%d %lu\n", (int)getpid(), *calls);
	fflush(stdout);
	_exit(0);
}

static void child(unsigned long step, enum variant variant)
{
	int status;
	pid_t pid = fork();

	MUST(pid >= 0);
	if (pid == 0)
		be_child(step, variant);
	MUST(waitpid(pid, &status, 0) == pid);
	if (status != 0)
		fprintf(stderr, "step %lu: status %#x\n", step, (unsigned)status);
}

/* Of a call; told through a pipe, as this process is to make no call itself. */
static unsigned long count_steps(enum variant variant)
{
	unsigned long counted = 0;
	int ends[2];
	pid_t pid;

	MUST(pipe(ends) == 0);
	pid = fork();
	MUST(pid >= 0);
	if (pid == 0) {
		start();
		if (variant != FIRST)
			pairs(4);
		leave_after(0);
		counted = steps;
		MUST(write(ends[1], &counted, sizeof(counted)) == sizeof(counted));
		fprintf(stdout, "%d %lu\n", (int)getpid(), *calls);
		fflush(stdout);
		_exit(0);
	}
	MUST(read(ends[0], &counted, sizeof(counted)) == sizeof(counted));
	MUST(waitpid(pid, NULL, 0) == pid);
	close(ends[0]);
	close(ends[1]);
	return counted;
}

static int at_places(enum variant variant, unsigned places)
{
	unsigned long all = count_steps(variant);

	for (unsigned i = 1; i <= places; i++)
		child(all * i / (places + 1), variant);
	return 0;
}

static int later_call(char **arguments)
{
	return at_places(LATER, (unsigned)atoi(arguments[0]));
}

static int first_call(char **arguments)
{
	return at_places(FIRST, (unsigned)atoi(arguments[0]));
}

static int other_waits(char **arguments)
{
	return at_places(WAITS, (unsigned)atoi(arguments[0]));
}

static int thread_ends(char **arguments)
{
	return at_places(ENDS, (unsigned)atoi(arguments[0]));
}

static const struct hazard_case cases[] = {
	{"later_call", later_call},
	{"first_call", first_call},
	{"other_waits", other_waits},
	{"thread_ends", thread_ends},
};

HAZARD_MAIN(cases)
