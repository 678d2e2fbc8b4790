/*
 * Processes whose memory goes off the card and back: by their own calls, or by those of a parent
 * that has none itself.
 */
#include <cuda.h>
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hazard.h"

static int from_child[2], to_child[2];

static void say(int end)
{
	MUST(write(end, "x", 1) == 1);
}
static void hear(int end)
{
	char byte;

	MUST(read(end, &byte, 1) == 1);
}

static void use_device(void)
{
	CUcontext context;
	CUdeviceptr buffer;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuMemAlloc(&buffer, 3 * MIB));
	CALL(cuMemAlloc(&buffer, MIB));
	CALL(cuMemFree(buffer));
}

static FRAME void move_away(int pid)
{
	CALL(cuCheckpointProcessLock(pid, NULL));
	CALL(cuCheckpointProcessCheckpoint(pid, NULL));
}

static FRAME void move_back(int pid)
{
	CALL(cuCheckpointProcessRestore(pid, NULL));
	CALL(cuCheckpointProcessUnlock(pid, NULL));
}

/* By itself; it works on afterwards. */
static int itself(char **arguments)
{
	CUprocessState state;
	CUdeviceptr buffer;

	use_device();
	for (int i = 0; i < (arguments[0] ? atoi(arguments[0]) : 1); i++) {
		move_away(getpid());
		CALL(cuCheckpointProcessGetState(getpid(), &state));
		MUST(state == CU_PROCESS_STATE_CHECKPOINTED);
		move_back(getpid());
	}
	CALL(cuMemAlloc(&buffer, MIB));
	CALL(cuMemFree(buffer));
	puts("restored");
	return 0;
}

/* A mark and a wish for an account while the driver answers nothing. */
static int marks(char **arguments)
{
	void (*mark)(const char *) = NULL;
	int (*account)(const char *) = NULL;

	(void)arguments;
	use_device();
	*(void **)&mark = dlsym(RTLD_DEFAULT, "vramtrack_preload_mark");
	*(void **)&account = dlsym(RTLD_DEFAULT, "vramtrack_preload_account");
	move_away(getpid());
	for (int i = 0; i < 3 && mark && account; i++) {
		mark("away");
		MUST(account("wish") == 0);
	}
	move_back(getpid());
	puts("marked");
	return 0;
}

/* It ends as it is: locked, or without its memory. */
static int ends_locked(char **arguments)
{
	(void)arguments;
	use_device();
	CALL(cuCheckpointProcessLock(getpid(), NULL));
	puts("locked");
	return 0;
}

static int ends_away(char **arguments)
{
	(void)arguments;
	use_device();
	move_away(getpid());
	puts("away");
	return 0;
}

static void refused(const char *what, CUresult result)
{
	printf("%s %d\n", what, (int)result);
}

/* What does not succeed is nothing. */
static int refusals(char **arguments)
{
	(void)arguments;
	refused("before cuInit", cuCheckpointProcessLock(getpid(), NULL));
	use_device();
	refused("not locked", cuCheckpointProcessCheckpoint(getpid(), NULL));
	refused("not away", cuCheckpointProcessRestore(getpid(), NULL));
	refused("no driver", cuCheckpointProcessLock(1, NULL));
	refused("no process", cuCheckpointProcessLock(0x7ffffff, NULL));
	return 0;
}

/* A child with memory, which waits for its parent at each step; its end: `last`. */
static int start_child(int (*last)(void))
{
	int pid;

	MUST(pipe(from_child) == 0 && pipe(to_child) == 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		MUST(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
		use_device();
		say(from_child[1]);
		hear(to_child[0]);
		exit(last());
	}
	hear(from_child[0]);
	return pid;
}

static int use_more(void)
{
	CUdeviceptr buffer;

	CALL(cuMemAlloc(&buffer, MIB));
	CALL(cuMemFree(buffer));
	return 0;
}

static int nothing(void)
{
	return 0;
}

static void end_child(int pid)
{
	int status;

	say(to_child[1]);
	MUST(waitpid(pid, &status, 0) == pid && status == 0);
}

/* The parent has the driver, and no memory. */
static int by_parent(char **arguments)
{
	int pid = start_child(use_more);

	(void)arguments;
	CALL(cuInit(0));
	move_away(pid);
	move_back(pid);
	end_child(pid);
	puts("restored");
	return 0;
}

static int child_ends_away(char **arguments)
{
	int pid = start_child(nothing);

	(void)arguments;
	CALL(cuInit(0));
	move_away(pid);
	end_child(pid);
	puts("ended");
	return 0;
}

/* Until its input ends: a child that is away, to be looked at. */
static int live(char **arguments)
{
	int pid = start_child(use_more);

	(void)arguments;
	CALL(cuInit(0));
	move_away(pid);
	printf("%d\n", pid);
	fflush(stdout);
	while (getchar() != EOF)
		;
	move_back(pid);
	end_child(pid);
	return 0;
}

static const struct hazard_case cases[] = {
	{"itself", itself},
	{"marks", marks},
	{"ends_locked", ends_locked},
	{"ends_away", ends_away},
	{"refusals", refusals},
	{"by_parent", by_parent},
	{"child_ends_away", child_ends_away},
	{"live", live},
};

HAZARD_MAIN(cases)
