/*
 * Processes that become two. A process that allocates leaves a recording of
 * its own; one that does not leaves none, and never touches its parent's.
 */
#include <cuda_runtime_api.h>
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hazard.h"
#include "refuse_calls.h"

static FRAME void parent_allocates(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
}

static FRAME void child_allocates(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
}

static int wait_for(pid_t child)
{
	int status;

	MUST(waitpid(child, &status, 0) == child);
	MUST(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Neither has used CUDA before the fork. */
static int both(char **arguments)
{
	pid_t child = fork();

	(void)arguments;
	MUST(child >= 0);
	if (child == 0) {
		child_allocates(2 * MIB);
		exit(3);
	}
	parent_allocates(MIB);
	return wait_for(child) == 3 ? 0 : 99;
}

/* The child allocates before its parent does: the order of recordings is not that of births. */
static int child_first(char **arguments)
{
	pid_t child = fork();

	(void)arguments;
	MUST(child >= 0);
	if (child == 0) {
		child_allocates(2 * MIB);
		exit(3);
	}
	MUST(wait_for(child) == 3);
	parent_allocates(MIB);
	return 0;
}

/* Whoever started the grandchild is gone before it allocates. */
static int orphan(char **arguments)
{
	int tube[2];
	pid_t child;
	char byte;

	(void)arguments;
	MUST(pipe(tube) == 0);
	child = fork();
	MUST(child >= 0);
	if (child > 0) {
		close(tube[1]);
		MUST(wait_for(child) == 3);
		MUST(read(tube[0], &byte, 1) == 0); /* the grandchild has ended */
		return 0;
	}
	child = getpid();
	if (fork() > 0) {
		parent_allocates(MIB);
		exit(3);
	}
	while (getppid() == child)
		usleep(1000);
	child_allocates(2 * MIB);
	exit(0);
}

/* A process is older than its first allocation. */
static int late(char **arguments)
{
	(void)arguments;
	usleep(300000);
	parent_allocates(MIB);
	return 0;
}

static int child_only(char **arguments)
{
	pid_t child = fork();

	(void)arguments;
	MUST(child >= 0);
	if (child == 0) {
		child_allocates(2 * MIB);
		exit(3);
	}
	return wait_for(child) == 3 ? 0 : 99;
}

/* The child has a copy of everything and ends by exit(), handlers and all. */
static int live_parent(char **arguments)
{
	pid_t child;

	(void)arguments;
	parent_allocates(MIB);
	child = fork();
	MUST(child >= 0);
	if (child == 0)
		exit(3);
	MUST(wait_for(child) == 3);
	parent_allocates(4 * MIB); /* still recorded after the child's end */
	return 0;
}

/* The same, and the parent is killed: nothing of its end may be recorded. */
static int live_parent_killed(char **arguments)
{
	live_parent(arguments);
	raise(SIGKILL);
	return 99;
}

static int double_fork(char **arguments)
{
	pid_t child = fork();
	int tube[2];
	char byte;

	(void)arguments;
	MUST(child >= 0);
	if (child > 0)
		return wait_for(child);
	MUST(pipe(tube) == 0);
	if (fork() > 0) {
		/* the daemon's pipe end closes when it ends */
		close(tube[1]);
		MUST(read(tube[0], &byte, 1) == 0);
		_exit(0);
	}
	close(tube[0]);
	child_allocates(2 * MIB);
	exit(0);
}

/* Eight children at once, each with its own amount. */
static int many(char **arguments)
{
	pid_t child[8];

	(void)arguments;
	for (size_t i = 0; i < 8; i++) {
		child[i] = fork();
		MUST(child[i] >= 0);
		if (child[i] == 0) {
			child_allocates((i + 1) * MIB);
			exit(0);
		}
	}
	for (size_t i = 0; i < 8; i++)
		MUST(wait_for(child[i]) == 0);
	return 0;
}

/* A kernel before 4.14 wipes no page for a child: it is told of the fork and does it itself. */
static int old_kernel(char **arguments)
{
	MUST(refuse_advice(MADV_WIPEONFORK, EINVAL));
	return live_parent(arguments);
}

static const struct hazard_case cases[] = {
	{"both", both},
	{"child_first", child_first},
	{"orphan", orphan},
	{"late", late},
	{"child_only", child_only},
	{"live_parent", live_parent},
	{"live_parent_killed", live_parent_killed},
	{"double_fork", double_fork},
	{"many", many},
	{"old_kernel", old_kernel},
};

HAZARD_MAIN(cases)
