/*
 * What Python programs of the tests ask of C: a signal handler that allocates, a thread that
 * Python does not know, deep C frames between Python and an allocation, and many pairs.
 */
#include <cuda.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/time.h>

void plugin_use(void *function);
int plugin_deep(unsigned depth, size_t bytes);
unsigned long plugin_alarms(unsigned microseconds);
void plugin_thread(void *function);
void plugin_pairs(void *release_function, unsigned long count);

/* The driver is the one that Python has opened. */
static CUresult (*allocate)(CUdeviceptr *address, size_t bytes);
static atomic_ulong handled;

void plugin_use(void *function)
{
	memcpy(&allocate, &function, sizeof(allocate));
}

/* Recursion: the compiler must not make a loop of it. */
static CUresult allocate_deep(unsigned depth, CUdeviceptr *address, size_t bytes)
{
	volatile CUresult result = depth ? allocate_deep(depth - 1, address, bytes)
					 : allocate(address, bytes);

	return result;
}

int plugin_deep(unsigned depth, size_t bytes)
{
	CUdeviceptr address;

	return (int)allocate_deep(depth, &address, bytes);
}

static void handle(int number)
{
	CUdeviceptr address;

	(void)number;
	/* every other time with more C frames than a stack keeps */
	allocate_deep(handled++ % 2 ? 100 : 0, &address, 4096);
}

/* How often the handler ran so far; 0 microseconds: no more. */
unsigned long plugin_alarms(unsigned microseconds)
{
	struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
	struct itimerval every = {{0, microseconds}, {0, microseconds}};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	return handled;
}

/* Pairs of an allocation and its free, for bench/python_frames.py. */
void plugin_pairs(void *release_function, unsigned long count)
{
	CUresult (*release)(CUdeviceptr address);
	CUdeviceptr address;

	memcpy(&release, &release_function, sizeof(release));
	while (count--) {
		allocate(&address, 4096);
		release(address);
	}
}

static void *run(void *closure)
{
	void (*function)(void);
	CUdeviceptr address;

	memcpy(&function, &closure, sizeof(function));
	allocate(&address, 1024);
	function();
	allocate(&address, 1024);
	return NULL;
}

/* Calls `function` in a thread of C, which allocates before and after it. */
void plugin_thread(void *function)
{
	pthread_t thread;

	pthread_create(&thread, NULL, run, function);
	pthread_join(thread, NULL);
}
