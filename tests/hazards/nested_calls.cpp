/*
 * Calls that never return, and calls in the middle of others: jumps, exceptions,
 * signal handlers, callbacks and coroutines. Linked with the driver alone; needs
 * hooked_driver.c, whose count of calls is printed at the end.
 */
#include <csetjmp>
#include <csignal>
#include <cuda.h>
#include <dlfcn.h>
#include <pthread.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "hazard.h"

namespace
{

struct driver {
	void (**callback)();
	unsigned long *calls;
} hooked;

sigjmp_buf place;
ucontext_t home, elsewhere;
volatile sig_atomic_t handled;

FRAME CUdeviceptr allocate(size_t bytes)
{
	CUdeviceptr buffer;

	CALL(cuMemAlloc(&buffer, bytes));
	return buffer;
}

/* A frame that is far from the one before. */
FRAME CUdeviceptr allocate_deep(size_t bytes)
{
	volatile char room[3000];
	CUdeviceptr buffer;

	room[0] = 1;
	buffer = allocate(bytes);
	return buffer + room[0] - 1;
}

void release(CUdeviceptr buffer)
{
	CALL(cuMemFree(buffer));
}

void start()
{
	CUcontext context;

	*(void **)&hooked.callback = dlsym(RTLD_DEFAULT, "hooked_callback");
	hooked.calls = (unsigned long *)dlsym(RTLD_DEFAULT, "hooked_calls");
	MUST(hooked.callback != nullptr && hooked.calls != nullptr);
	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
}

int end()
{
	printf("%lu\n", *hooked.calls);
	return 0;
}

void on_signal(void (*handler)(int), int flags = 0)
{
	struct sigaction action = {};

	action.sa_handler = handler;
	action.sa_flags = flags;
	MUST(sigaction(SIGALRM, &action, nullptr) == 0);
}

void be_signalled()
{
	MUST(raise(SIGALRM) == 0);
}

void jump(int)
{
	siglongjmp(place, 1);
}

/* A time-out: what the driver was asked is given up, and the program goes on. */
int jump_from_free(char **)
{
	CUdeviceptr buffer = allocate(64 * KIB);

	on_signal(jump);
	*hooked.callback = be_signalled;
	if (sigsetjmp(place, 1) == 0)
		release(buffer);
	for (int i = 0; i < 10; i++)
		allocate_deep(MIB);
	return end();
}

/* Goes on above the frame that was left, and everything is freed. */
int jump_to_older(char **)
{
	on_signal(jump);
	*hooked.callback = be_signalled;
	if (sigsetjmp(place, 1) == 0)
		allocate_deep(MIB);
	for (int i = 0; i < 10; i++) {
		CUdeviceptr buffer;

		CALL(cuMemAlloc(&buffer, KIB));
		CALL(cuMemFree(buffer));
	}
	return end();
}

/* Left three times and tried again at the very same place. */
int jump_and_retry(char **)
{
	volatile int left = 3;

	on_signal(jump);
	sigsetjmp(place, 1);
	*hooked.callback = left-- > 0 ? be_signalled : nullptr;
	allocate(MIB);
	return end();
}

void fail()
{
	throw 1;
}

int exception(char **)
{
	for (int i = 0; i < 5; i++) {
		try {
			*hooked.callback = fail;
			allocate_deep(MIB);
			return 99;
		} catch (int) {
			release(allocate(KIB));
		}
	}
	allocate(MIB);
	return end();
}

void leak_thousand(int)
{
	for (int i = 0; i < 1000; i++)
		allocate(KIB);
}

int handler_leaks(char **)
{
	CUdeviceptr buffer;

	on_signal(leak_thousand);
	*hooked.callback = be_signalled;
	buffer = allocate(MIB);
	*hooked.callback = be_signalled;
	release(buffer);
	return end();
}

void leak_in_callback()
{
	allocate(KIB);
}

int callback_leaks(char **)
{
	*hooked.callback = leak_in_callback;
	release(allocate(MIB));
	return end();
}

void leak_one(int)
{
	handled = handled + 1;
	if (handled <= 300)
		allocate(KIB);
}

/* Wherever the signals may come: some of them come in the recorder. */
int storm(char **)
{
	const struct itimerval often = {{0, 100}, {0, 100}}, never = {};

	on_signal(leak_one, SA_RESTART);
	MUST(setitimer(ITIMER_REAL, &often, nullptr) == 0);
	while (handled < 300)
		release(allocate(KIB));
	MUST(setitimer(ITIMER_REAL, &never, nullptr) == 0);
	return end();
}

void allocate_and_jump(int)
{
	*hooked.callback = [] { siglongjmp(place, 1); };
	allocate(KIB);
}

/* Leaves the handler's call, and the one that it came into. */
int jump_from_both(char **)
{
	on_signal(allocate_and_jump);
	*hooked.callback = be_signalled;
	if (sigsetjmp(place, 1) == 0)
		allocate_deep(MIB);
	allocate(MIB);
	return end();
}

void jump_inside(int)
{
	if (sigsetjmp(place, 1) == 0)
		allocate_and_jump(0);
	allocate(KIB);
}

/* Leaves the handler's call alone. */
int jump_from_inner(char **)
{
	on_signal(jump_inside);
	*hooked.callback = be_signalled;
	allocate_deep(MIB);
	allocate(MIB);
	return end();
}

void on_other_stack()
{
	allocate(KIB);
	swapcontext(&elsewhere, &home);
	*hooked.callback = [] { swapcontext(&elsewhere, &home); };
	allocate(2 * KIB);
}

/* A coroutine allocates while another call waits; that waits for a call here. */
int coroutines(char **)
{
	static char stack[65536];

	MUST(getcontext(&elsewhere) == 0);
	elsewhere.uc_stack.ss_sp = stack;
	elsewhere.uc_stack.ss_size = sizeof(stack);
	elsewhere.uc_link = &home;
	makecontext(&elsewhere, on_other_stack, 0);
	*hooked.callback = [] { swapcontext(&home, &elsewhere); };
	allocate(MIB);
	swapcontext(&home, &elsewhere);
	allocate(4 * KIB);
	swapcontext(&home, &elsewhere);
	allocate(MIB);
	return end();
}

int ends_inside(char **)
{
	*hooked.callback = [] { exit(end()); };
	allocate(MIB);
	return 99;
}

void *left_by_thread(void *)
{
	allocate(MIB);
	return nullptr;
}

/* Another thread comes to its end in the middle of a call. */
int in_thread(void (*callback)())
{
	pthread_t thread;

	*hooked.callback = callback;
	MUST(pthread_create(&thread, nullptr, left_by_thread, nullptr) == 0);
	MUST(pthread_join(thread, nullptr) == 0);
	allocate(MIB);
	return end();
}

int thread_exits(char **)
{
	return in_thread([] { pthread_exit(nullptr); });
}

int thread_cancelled(char **)
{
	return in_thread([] {
		MUST(pthread_cancel(pthread_self()) == 0);
		pthread_testcancel();
	});
}

/* Three threads when the process ends: two are in the middle of a call, of which one made
 * another before, and one is not. One ended long ago. A child that is forked then has none. */
volatile int inside;

void *stays(void *first)
{
	if (first != nullptr)
		allocate(MIB);
	*hooked.callback = [] {
		__atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST);
		for (;;)
			pause();
	};
	allocate(MIB);
	return nullptr;
}

void *allocates(void *waits)
{
	allocate(MIB);
	__atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST);
	while (waits != nullptr)
		pause();
	return nullptr;
}

void begin_thread(void *(*work)(void *), void *argument)
{
	const int before = inside;
	pthread_t thread;

	MUST(pthread_create(&thread, nullptr, work, argument) == 0);
	while (inside == before)
		usleep(1000);
	if (work == allocates && argument == nullptr)
		MUST(pthread_join(thread, nullptr) == 0);
}

int exit_amid_calls(char **)
{
	pid_t child;
	int status;

	begin_thread(allocates, nullptr);
	begin_thread(allocates, &place);
	begin_thread(stays, nullptr);
	begin_thread(stays, &place);
	child = fork();
	if (child == 0) {
		allocate(MIB);
		exit(0);
	}
	MUST(waitpid(child, &status, 0) == child && status == 0);
	return end();
}

/* The driver's own calls are a part of the program's. */
int driver_itself(char **)
{
	CUdeviceptr buffer;

	CALL(cuMemAllocManaged(&buffer, MIB, CU_MEM_ATTACH_GLOBAL));
	CALL(cuMemFree(buffer));
	return end();
}

const struct hazard_case cases[] = {
	{"jump_from_free", jump_from_free},
	{"jump_to_older", jump_to_older},
	{"jump_and_retry", jump_and_retry},
	{"exception", exception},
	{"handler_leaks", handler_leaks},
	{"callback_leaks", callback_leaks},
	{"storm", storm},
	{"jump_from_both", jump_from_both},
	{"jump_from_inner", jump_from_inner},
	{"coroutines", coroutines},
	{"ends_inside", ends_inside},
	{"thread_exits", thread_exits},
	{"thread_cancelled", thread_cancelled},
	{"exit_amid_calls", exit_amid_calls},
	{"driver_itself", driver_itself},
};

} // namespace

int main(int argc, char **argv)
{
	start();
	return hazard_main(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
