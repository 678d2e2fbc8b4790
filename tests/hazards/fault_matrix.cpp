/*
 * One cell of the fault matrix: fault_matrix DEATH CIRCUMSTANCE [COUNTS]. The process meets the
 * circumstance, frees all that it allocated, and dies. Linked with the driver alone.
 *
 * COUNTS is a file in which the calls that allocate or free are counted as they begin, by every
 * process of the cell; it outlives all of them. Where the driver is hooked_driver.c, its calls
 * come back in the middle as wanted; with another one a timer decides where that is.
 */
#include <algorithm>
#include <climits>
#include <csetjmp>
#include <csignal>
#include <cuda.h>
#include <dlfcn.h>
#include <exception>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hazard.h"

namespace
{

const char *const *words; /* argv */
unsigned long *counts;
void (**hooked)(); /* NULL: another driver */
sigjmp_buf place;
volatile sig_atomic_t handled, asking; /* a call is under way */
const pthread_t asker = pthread_self();

/* A timer's signal may come to a thread of the driver's, which has no context and no frame to
 * jump to: it is sent on to the one that asks. */
bool is_for_another(int number)
{
	if (pthread_equal(pthread_self(), asker))
		return false;
	pthread_kill(asker, number);
	return true;
}

/* The count is right even if the call does not return. */
FRAME CUdeviceptr allocate(size_t bytes)
{
	CUdeviceptr buffer = 0;

	__atomic_fetch_add(counts, 1, __ATOMIC_RELAXED);
	asking = 1;
	CALL(cuMemAlloc(&buffer, bytes));
	asking = 0;
	return buffer;
}

FRAME void release(CUdeviceptr buffer)
{
	__atomic_fetch_add(counts, 1, __ATOMIC_RELAXED);
	asking = 1;
	CALL(cuMemFree(buffer));
	asking = 0;
}

void open_counts(const char *path)
{
	int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;

	if (path)
		MUST(fd >= 0 && ftruncate(fd, sizeof(*counts)) == 0);
	counts = (unsigned long *)mmap(nullptr, sizeof(*counts), PROT_READ | PROT_WRITE,
				       path ? MAP_SHARED : MAP_SHARED | MAP_ANONYMOUS, fd, 0);
	MUST(counts != MAP_FAILED);
	if (path)
		close(fd);
}

void start()
{
	CUcontext context;
	CUdevice device;

	CALL(cuInit(0));
	CALL(cuDeviceGet(&device, 0));
	CALL(cuDevicePrimaryCtxRetain(&context, device));
	CALL(cuCtxSetCurrent(context));
}

void churn(unsigned pairs)
{
	for (unsigned i = 0; i < pairs; i++)
		release(allocate((i % 7 + 1) * KIB));
}

/* More than the first segments of a recording hold. */
void many()
{
	static CUdeviceptr kept[3000];

	for (CUdeviceptr &one : kept)
		one = allocate(KIB);
	for (CUdeviceptr one : kept)
		release(one);
}

void limit(__rlimit_resource_t resource, rlim_t value)
{
	struct rlimit old;

	MUST(getrlimit(resource, &old) == 0);
	old.rlim_cur = value < old.rlim_max ? value : old.rlim_max;
	MUST(setrlimit(resource, &old) == 0);
}

void on_alarm(void (*handler)(int), void (*arrange)())
{
	struct sigaction action = {};
	const struct itimerval soon = {{0, 50}, {0, 50}};

	action.sa_handler = handler;
	action.sa_flags = SA_RESTART;
	MUST(sigaction(SIGALRM, &action, nullptr) == 0);
	if (hooked)
		*hooked = arrange;
	else
		MUST(setitimer(ITIMER_REAL, &soon, nullptr) == 0);
}

void no_more_alarms()
{
	const struct itimerval never = {};

	MUST(setitimer(ITIMER_REAL, &never, nullptr) == 0);
}

/* ---- circumstances -------------------------------------------------------------------- */

void plain()
{
	start();
	churn(20);
}

void *work(void *context)
{
	CALL(cuCtxSetCurrent((CUcontext)context));
	churn(200);
	return nullptr;
}

void *idle(void *)
{
	for (;;)
		pause();
}

/* Four that have worked, one that is still there when the process dies. */
void threads()
{
	pthread_t thread[4], other;
	CUcontext context;

	start();
	CALL(cuCtxGetCurrent(&context));
	for (pthread_t &one : thread)
		MUST(pthread_create(&one, nullptr, work, context) == 0);
	for (pthread_t one : thread)
		MUST(pthread_join(one, nullptr) == 0);
	MUST(pthread_create(&other, nullptr, idle, nullptr) == 0);
}

void file_limit()
{
	limit(RLIMIT_FSIZE, 192 * KIB);
	start();
	many();
}

void full_disk()
{
	start();
	many();
}

/* Those that the driver opens are left to it. */
void no_descriptors()
{
	if (!hooked)
		start();
	limit(RLIMIT_NOFILE, 0);
	if (hooked)
		start();
	churn(20);
}

void *on_small_stack(void *)
{
	start();
	churn(20);
	return nullptr;
}

void small_stack()
{
	pthread_attr_t attributes;
	pthread_t thread;

	MUST(pthread_attr_init(&attributes) == 0);
	/* The least that glibc takes differs by processor. */
	MUST(pthread_attr_setstacksize(&attributes,
				       hooked ? std::max<size_t>(16 * KIB, PTHREAD_STACK_MIN)
					      : 128 * KIB) == 0);
	MUST(pthread_create(&thread, &attributes, on_small_stack, nullptr) == 0);
	MUST(pthread_join(thread, nullptr) == 0);
}

void leave(int number)
{
	if (!is_for_another(number) && asking)
		siglongjmp(place, 1);
}

void be_signalled()
{
	MUST(raise(SIGALRM) == 0);
}

/* A time-out: the call is given up where it is, and the program goes on. */
void jump()
{
	start();
	churn(5);
	if (sigsetjmp(place, 1) == 0) {
		on_alarm(leave, be_signalled);
		for (;;)
			churn(1);
	}
	no_more_alarms();
	signal(SIGALRM, SIG_IGN);
	churn(20);
}

void pair_in_handler(int number)
{
	if (is_for_another(number))
		return;
	if (handled < 100)
		release(allocate(2 * KIB));
	handled = handled + 1;
}

void handler()
{
	start();
	on_alarm(pair_in_handler, be_signalled);
	for (int i = 0; i < 20; i++) {
		if (hooked)
			*hooked = be_signalled;
		churn(1);
	}
	while (handled < 20)
		churn(1);
	no_more_alarms();
}

void end_thread()
{
	pthread_exit(nullptr);
}

void *ends_inside(void *context)
{
	CALL(cuCtxSetCurrent((CUcontext)context));
	if (hooked)
		*hooked = end_thread;
	release(allocate(KIB));
	return nullptr;
}

/* A thread that ends in the middle of a call. */
void thread_end()
{
	CUcontext context;
	pthread_t thread;

	start();
	CALL(cuCtxGetCurrent(&context));
	MUST(pthread_create(&thread, nullptr, ends_inside, context) == 0);
	MUST(pthread_join(thread, nullptr) == 0);
	churn(20);
}

/* Somebody empties the folder's files: the guard of the recording tells. */
void shortened()
{
	start();
	churn(20);
	MUST(system("for f in rec/*.vramtrack; do [ ! -e \"$f\" ] || : >\"$f\"; done") == 0);
	churn(20);
	many();
}

/* ---- deaths --------------------------------------------------------------------------- */

const struct {
	const char *name;
	int number;
} signals[] = {{"abort", SIGABRT}, {"segv", SIGSEGV}, {"kill", SIGKILL}};

/* Returns for a death that main returns for. */
void die(const char *how)
{
	for (const auto &row : signals)
		if (strcmp(how, row.name) == 0)
			kill(getpid(), row.number);
	if (strcmp(how, "_exit") == 0)
		_exit(0);
	if (strcmp(how, "quick_exit") == 0)
		quick_exit(0);
	if (strcmp(how, "exec") == 0) {
		limit(RLIMIT_NOFILE, 256); /* the loader needs some */
		execl("/proc/self/exe", words[0], "return", "plain", words[3], nullptr);
	}
	if (strcmp(how, "terminate") == 0)
		std::terminate();
	MUST(strcmp(how, "return") == 0);
}

/* The child dies the same death before its parent does. */
void forked()
{
	int status = 0;
	pid_t child = fork();

	MUST(child >= 0);
	plain();
	if (child == 0)
		return;
	MUST(waitpid(child, &status, 0) == child);
	printf("child %d\n", WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
	fflush(stdout);
}

const struct {
	const char *name;
	void (*meet)();
} circumstances[] = {
	{"plain", plain},
	{"threads", threads},
	{"fork", forked},
	{"full_disk", full_disk},
	{"file_limit", file_limit},
	{"no_descriptors", no_descriptors},
	{"small_stack", small_stack},
	{"jump", jump},
	{"handler", handler},
	{"thread_end", thread_end},
	{"shortened", shortened},
};

} // namespace

int main(int argc, char **argv)
{
	MUST(argc >= 3);
	words = argv;
	*(void **)&hooked = dlsym(RTLD_DEFAULT, "hooked_callback");
	open_counts(argc > 3 ? argv[3] : nullptr);
	for (const auto &row : circumstances) {
		if (strcmp(row.name, argv[2]) != 0)
			continue;
		row.meet();
		printf("%s\n", argv[2]);
		fflush(stdout);
		die(argv[1]);
		return 0;
	}
	fprintf(stderr, "hazard: no circumstance %s\n", argv[2]);
	return 98;
}
