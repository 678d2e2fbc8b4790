/*
 * A tree of processes on one card: a parent and three children, which hold memory at the same
 * time. The first child is killed, the second is refused memory, the third ends by itself, and
 * then the parent is killed.
 */
#include <cuda.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hazard.h"

struct child {
	pid_t pid;
	int go, done; /* pipes: to it, from it */
};

static void tell(int file)
{
	MUST(write(file, "", 1) == 1);
}

static void wait_for(int file)
{
	char byte;

	MUST(read(file, &byte, 1) == 1);
}

static void hold(size_t bytes)
{
	CUdeviceptr memory;
	CUcontext context;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuMemAlloc(&memory, bytes));
}

FRAME static void refused(void)
{
	CUdeviceptr memory;

	MUST(cuMemAlloc(&memory, 1024 * 1024 * MIB) == CUDA_ERROR_OUT_OF_MEMORY);
}

static void work(size_t bytes, int is_refused, int go, int done)
{
	wait_for(go);
	hold(bytes);
	if (is_refused)
		refused();
	tell(done);
	wait_for(go);
	exit(0);
}

static struct child start(size_t bytes, int is_refused)
{
	struct child child;
	int to[2], from[2];

	MUST(pipe(to) == 0 && pipe(from) == 0);
	child.pid = fork();
	MUST(child.pid >= 0);
	if (!child.pid)
		work(bytes, is_refused, to[0], from[1]);
	child.go = to[1];
	child.done = from[0];
	return child;
}

static int tree(char **arguments)
{
	struct child children[3] = {start(128 * MIB, 0), start(32 * MIB, 1), start(16 * MIB, 0)};

	(void)arguments;
	hold(64 * MIB);
	for (int i = 0; i < 3; i++) {
		usleep(20000); /* the recorder's clock has steps of milliseconds */
		tell(children[i].go);
		wait_for(children[i].done);
	}
	printf("%d %d %d %d\n", (int)getpid(), (int)children[0].pid, (int)children[1].pid,
	       (int)children[2].pid);
	fflush(stdout);
	kill(children[0].pid, SIGKILL);
	for (int i = 1; i < 3; i++)
		tell(children[i].go);
	for (int i = 0; i < 3; i++)
		MUST(waitpid(children[i].pid, NULL, 0) == children[i].pid);
	kill(getpid(), SIGKILL);
	return 1;
}

static const struct hazard_case cases[] = {
	{"tree", tree},
};

HAZARD_MAIN(cases)
