/*
 * The recording is taken away while the program runs: shortened, grown again, written
 * over, removed, replaced; and what the program itself does with SIGBUS meanwhile.
 *
 *   taken_away file HOW [SETUP]   takes it away as HOW between two rounds of calls
 *   taken_away own|kill SETUP     a fault in a file of its own; SIGBUS by kill()
 *   taken_away pairs              pairs and leaks for ever: to be killed
 */
#include <cuda.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hazard.h"

#define LEAKS 40

static sigjmp_buf back;
static volatile sig_atomic_t seen_code, seen_count;
static void *volatile seen_address;

static void start(void)
{
	CUcontext context;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
}

static FRAME CUdeviceptr keep(size_t bytes)
{
	CUdeviceptr address;

	CALL(cuMemAlloc(&address, bytes));
	return address;
}

/* Sites of their own, so that records of each kind are made and changed. */
static FRAME void pair(int depth)
{
	if (depth)
		pair(depth - 1);
	else
		CALL(cuMemFree(keep(4096)));
	__asm__ volatile("");
}

/* ---- The file ------------------------------------------------------------------- */

/* Of this process; false outside of the tool. */
static int find_recording(char *path, size_t room)
{
	char middle[32];
	DIR *folder = opendir("rec");
	struct dirent *entry;
	int found = 0;

	snprintf(middle, sizeof(middle), ".%d.vramtrack", (int)getpid());
	while (folder && !found && (entry = readdir(folder))) {
		found = strstr(entry->d_name, middle) != NULL;
		snprintf(path, room, "rec/%s", entry->d_name);
	}
	if (folder)
		closedir(folder);
	return found;
}

static void write_over(const char *path, off_t bytes, int flags)
{
	static unsigned char junk[4096];
	int file = open(path, O_WRONLY | flags);

	MUST(file >= 0);
	memset(junk, 0xa5, sizeof(junk));
	for (off_t at = 0; at < bytes; at += (off_t)sizeof(junk))
		MUST(write(file, junk, sizeof(junk)) == (ssize_t)sizeof(junk));
	close(file);
}

static void take_away(const char *how)
{
	struct stat status;
	char path[512];

	if (!find_recording(path, sizeof(path)))
		return;
	MUST(stat(path, &status) == 0);
	if (strcmp(how, "empty") == 0 || strcmp(how, "again") == 0)
		MUST(truncate(path, 0) == 0);
	if (strcmp(how, "half") == 0 || strcmp(how, "tail") == 0)
		MUST(truncate(path, status.st_size / 8192 * 4096) == 0);
	if (strcmp(how, "again") == 0 || strcmp(how, "tail") == 0)
		MUST(truncate(path, status.st_size) == 0);
	if (strcmp(how, "header") == 0) /* its directory is there, what it leads to is not */
		MUST(truncate(path, 16384) == 0);
	if (strcmp(how, "removed") == 0)
		MUST(unlink(path) == 0);
	if (strcmp(how, "moved") == 0)
		MUST(rename(path, "elsewhere") == 0);
	if (strcmp(how, "short_junk") == 0)
		write_over(path, 4096, O_TRUNC);
	if (strcmp(how, "junk") == 0)
		write_over(path, status.st_size, 0);
	if (strcmp(how, "new_junk") == 0)
		write_over(path, status.st_size, O_TRUNC);
}

/* ---- What the program does with SIGBUS ---------------------------------------------- */

static void on_bus(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	seen_code = info->si_code;
	seen_address = info->si_addr;
	seen_count++;
	if (info->si_code > 0)
		siglongjmp(back, 1);
}

static void on_bus_simply(int number)
{
	(void)number;
	seen_count++;
}

/* Functions that do as signal() does, some of which no header has. */
static void set_up_by_name(const char *name)
{
	void (*(*set)(int, void (*)(int)))(int);

	*(void **)&set = dlsym(RTLD_DEFAULT, name);
	MUST(set != NULL && set(SIGBUS, on_bus_simply) == SIG_DFL);
}

/* What a child that shares the memory sets is not its parent's. */
static void set_in_vfork_child(void)
{
	struct sigaction ignored = {.sa_handler = SIG_IGN}, old;
	int status;
	pid_t child = vfork();

	if (child == 0) {
		if (sigaction(SIGBUS, &ignored, &old) != 0 || old.sa_sigaction != on_bus)
			_exit(1);
		if (sigaction(SIGBUS, NULL, &old) != 0 || old.sa_handler != SIG_IGN)
			_exit(2);
		_exit(3);
	}
	MUST(waitpid(child, &status, 0) == child);
	MUST(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

static void set_up(const char *how)
{
	struct sigaction action = {.sa_sigaction = on_bus, .sa_flags = SA_SIGINFO}, old;
	sigset_t set;

	if (strcmp(how, "handler") == 0 || strcmp(how, "vfork") == 0) {
		MUST(sigaction(SIGBUS, &action, NULL) == 0);
		MUST(sigaction(SIGBUS, NULL, &old) == 0);
		MUST(old.sa_sigaction == on_bus && old.sa_flags & SA_SIGINFO);
	}
	if (strcmp(how, "vfork") == 0)
		set_in_vfork_child();
	if (strstr(how, "signal") != NULL && strcmp(how, "signal") != 0)
		set_up_by_name(how);
	if (strcmp(how, "once") == 0) {
		action.sa_flags |= (int)SA_RESETHAND;
		MUST(sigaction(SIGBUS, &action, NULL) == 0);
	}
	if (strcmp(how, "signal") == 0)
		MUST(signal(SIGBUS, on_bus_simply) == SIG_DFL);
	if (strcmp(how, "ignored") == 0)
		MUST(signal(SIGBUS, SIG_IGN) == SIG_DFL);
	if (strcmp(how, "blocked") == 0) {
		sigfillset(&set);
		MUST(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
		MUST(sigprocmask(SIG_BLOCK, NULL, &set) == 0);
		MUST(sigismember(&set, SIGBUS) == 1);
	}
}

/* What it set is what it is told. */
static void check_set_up(const char *how)
{
	struct sigaction old;

	MUST(sigaction(SIGBUS, NULL, &old) == 0);
	if (strcmp(how, "handler") == 0)
		MUST(old.sa_sigaction == on_bus);
	else if (strcmp(how, "ignored") == 0)
		MUST(old.sa_handler == SIG_IGN);
	else if (strcmp(how, "none") == 0 || strcmp(how, "blocked") == 0)
		MUST(old.sa_handler == SIG_DFL);
	MUST(seen_count == 0);
}

/* ---- Cases ------------------------------------------------------------------------------ */

static CUdeviceptr kept[200];

static void *calls(void *closure)
{
	CUcontext context;

	(void)closure;
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	for (int i = 0; i < LEAKS; i++) {
		pair(i);
		pair(i);
	}
	return NULL;
}

/* The set-up comes before the first call, or, with "late", behind it. */
static int file(char **arguments)
{
	const char *how = arguments[0], *what = arguments[1] ? arguments[1] : "none";
	int is_late = arguments[1] && arguments[2];
	pthread_t thread;

	if (!is_late)
		set_up(what);
	start();
	for (size_t i = 0; i < 200; i++)
		kept[i] = keep(1024 * (i + 1));
	calls(NULL);
	if (is_late)
		set_up(what);
	take_away(how);
	for (size_t i = 0; i < 100; i++)
		CALL(cuMemFree(kept[i]));
	calls(NULL);
	for (int i = 0; i < 2000; i++) /* grows */
		keep(512);
	MUST(pthread_create(&thread, NULL, calls, NULL) == 0);
	MUST(pthread_join(thread, NULL) == 0);
	CALL(cuCtxSynchronize());
	check_set_up(what);
	puts("end");
	return 0;
}

static int own(char **arguments)
{
	volatile char *memory;
	char name[] = "own.XXXXXX";
	int file = mkstemp(name);

	start();
	keep(4096);
	set_up(arguments[0]);
	MUST(file >= 0 && unlink(name) == 0 && ftruncate(file, 8192) == 0);
	memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	MUST(memory != MAP_FAILED && ftruncate(file, 0) == 0);
	if (sigsetjmp(back, 1) == 0)
		memory[4100] = 1;
	MUST(seen_count == 1 && seen_code == BUS_ADRERR && seen_address == memory + 4100);
	pair(3);
	puts("handled");
	if (sigsetjmp(back, 1) == 0)
		memory[1] = 1;
	MUST(seen_count == 2 && seen_address == memory + 1);
	puts("again");
	return 0;
}

static int by_kill(char **arguments)
{
	struct sigaction now;
	sigset_t bus, pending;
	int number = 0;

	start();
	keep(4096);
	set_up(arguments[0]);
	sigemptyset(&bus);
	sigaddset(&bus, SIGBUS);
	MUST(kill(getpid(), SIGBUS) == 0);
	if (strcmp(arguments[0], "blocked") == 0) {
		MUST(sigpending(&pending) == 0 && sigismember(&pending, SIGBUS) == 1);
		MUST(sigwait(&bus, &number) == 0 && number == SIGBUS);
	} else if (strcmp(arguments[0], "handler") == 0) {
		MUST(seen_count == 1 && seen_code == SI_USER);
	} else if (strstr(arguments[0], "signal") != NULL) {
		MUST(seen_count == 1);
		MUST(sigaction(SIGBUS, NULL, &now) == 0);
		MUST((now.sa_handler == SIG_DFL) == (strstr(arguments[0], "sysv") != NULL));
	}
	pair(3);
	puts("end");
	return 0;
}

static int pairs(char **arguments)
{
	int most = arguments[0] ? atoi(arguments[0]) : 0;

	start();
	for (int i = 0; !most || i < most; i++) {
		char line[32];
		size_t length;

		pair(i % LEAKS);
		keep(64);
		length = (size_t)snprintf(line, sizeof(line), "%d\n", i + 1);
		MUST(pwrite(1, line, length, 0) == (ssize_t)length);
	}
	kill(getpid(), SIGKILL);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct hazard_case cases[] = {
		{"file", file},
		{"own", own},
		{"kill", by_kill},
		{"pairs", pairs},
	};

	return hazard_main(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
