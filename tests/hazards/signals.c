/*
 * Signals in the middle of allocation calls. Linked with the driver alone;
 * `nested` and `nested_threads` need a driver whose calls may be nested in a
 * signal handler (odd_driver.c).
 */
#include <cuda.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "hazard.h"

static volatile sig_atomic_t handled;

static void start(void)
{
	CUcontext context;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
}

static void on_signal(int number, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	MUST(sigaction(number, &action, NULL) == 0);
}

static void every_100_us(int which)
{
	const struct itimerval interval = {{0, 100}, {0, 100}};

	MUST(setitimer(which, &interval, NULL) == 0);
}

/* For a handler that allocates: once more when it is over, since on a slow machine it takes longer
 * than that, and the program would get nowhere. */
static int timer_again;

static void once_in_100_us(int which)
{
	const struct itimerval once = {{0, 0}, {0, 100}};

	timer_again = which;
	MUST(setitimer(which, &once, NULL) == 0);
}

static FRAME CUdeviceptr allocate(size_t bytes)
{
	CUdeviceptr buffer;

	CALL(cuMemAlloc(&buffer, bytes));
	return buffer;
}

static void count(int number)
{
	(void)number;
	handled++;
}

/* Without SA_RESTART every system call of ours may be interrupted. */
static int storm(char **arguments)
{
	(void)arguments;
	start();
	on_signal(SIGALRM, count, 0);
	every_100_us(ITIMER_REAL);
	for (int i = 0; i < 30000 || handled < 20; i++) {
		CUdeviceptr buffer = allocate((size_t)(1 + i % 64) * KIB);

		if (i % 1000 != 0)
			CALL(cuMemFree(buffer));
	}
	return 0;
}

static void allocate_and_free(int number)
{
	int saved = errno;

	(void)number;
	CALL(cuMemFree(allocate(4 * KIB)));
	handled++;
	once_in_100_us(timer_again);
	errno = saved;
}

/* The handler allocates while the program is inside an allocation. */
static int nested(char **arguments)
{
	(void)arguments;
	start();
	on_signal(SIGALRM, allocate_and_free, 0);
	once_in_100_us(ITIMER_REAL);
	for (int i = 0; i < 30000 || handled < 20; i++)
		CALL(cuMemFree(allocate(64 * KIB)));
	allocate(3 * MIB);
	return 0;
}

static void *churn(void *unused)
{
	(void)unused;
	for (int i = 0; i < 10000 || handled < 20; i++)
		CALL(cuMemFree(allocate(64 * KIB)));
	return NULL;
}

static int nested_threads(char **arguments)
{
	pthread_t thread[4];

	(void)arguments;
	start();
	on_signal(SIGPROF, allocate_and_free, SA_RESTART);
	once_in_100_us(ITIMER_PROF);
	for (int i = 0; i < 4; i++)
		MUST(pthread_create(&thread[i], NULL, churn, NULL) == 0);
	for (int i = 0; i < 4; i++)
		MUST(pthread_join(thread[i], NULL) == 0);
	allocate(3 * MIB);
	return 0;
}

static void *guarded_page;

static void repair(int number)
{
	(void)number;
	handled++;
	MUST(mprotect(guarded_page, 4096, PROT_READ | PROT_WRITE) == 0);
}

/* A program that lives with SIGSEGV, as garbage collectors do. */
static int faults_handled(char **arguments)
{
	static char stack[65536];
	const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};

	(void)arguments;
	start();
	guarded_page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(guarded_page != MAP_FAILED);
	MUST(sigaltstack(&alternate, NULL) == 0);
	on_signal(SIGSEGV, repair, SA_ONSTACK);
	for (int i = 0; i < 10; i++) {
		MUST(mprotect(guarded_page, 4096, PROT_NONE) == 0);
		*(volatile char *)guarded_page = 1;
		CALL(cuMemFree(allocate(64 * KIB)));
	}
	printf("%d faults handled\n", (int)handled);
	allocate(3 * MIB);
	return 0;
}

static void leak_on_signal(int number)
{
	(void)number;
	allocate(3 * MIB);
}

/* Outside any call of ours a handler's allocation counts like any other. */
static int in_handler(char **arguments)
{
	(void)arguments;
	start();
	on_signal(SIGUSR1, leak_on_signal, 0);
	MUST(raise(SIGUSR1) == 0);
	return 0;
}

static const struct hazard_case cases[] = {
	{"storm", storm},
	{"nested", nested},
	{"nested_threads", nested_threads},
	{"faults_handled", faults_handled},
	{"in_handler", in_handler},
};

HAZARD_MAIN(cases)
