/*
 * Programs that start others: arguments[0] is the program, the rest are its
 * arguments. What the other program does must be seen, and its exit status
 * is this one's.
 */
#include <cuda_runtime_api.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hazard.h"

static FRAME void before_exec(void)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, MIB));
}

static int wait_for(pid_t child)
{
	int status;

	MUST(waitpid(child, &status, 0) == child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int replace(char **arguments)
{
	execv(arguments[0], arguments);
	return 99;
}

/* What is live when the program is replaced is lost for good. */
static int allocate_and_replace(char **arguments)
{
	before_exec();
	return replace(arguments);
}

static int failing_exec(char **arguments)
{
	char *const nowhere[] = {arguments[0], NULL};

	before_exec();
	execv("/nonexistent/program", nowhere);
	before_exec(); /* the process goes on, recorded as before */
	return 0;
}

static int fork_exec(char **arguments)
{
	pid_t child = fork();

	MUST(child >= 0);
	if (child == 0)
		_exit(replace(arguments));
	return wait_for(child);
}

static int vfork_exec(char **arguments)
{
	pid_t child;

	before_exec();
	child = vfork();
	if (child == 0) {
		execv(arguments[0], arguments);
		_exit(99);
	}
	MUST(child > 0);
	return wait_for(child);
}

static int vfork_and_exit(char **arguments)
{
	pid_t child;

	(void)arguments;
	before_exec();
	child = vfork();
	if (child == 0)
		_exit(5);
	MUST(wait_for(child) == 5);
	before_exec();
	return 0;
}

static int spawn(char **arguments)
{
	pid_t child;

	before_exec();
	MUST(posix_spawn(&child, arguments[0], NULL, NULL, arguments, environ) == 0);
	return wait_for(child);
}

static int shell(char **arguments)
{
	before_exec();
	return WEXITSTATUS(system(arguments[0]));
}

/* An environment without LD_PRELOAD: the other program runs untracked. */
static int empty_environment(char **arguments)
{
	char library_path[4096];
	char *environment[] = {library_path, NULL};
	const char *path = getenv("LD_LIBRARY_PATH");

	snprintf(library_path, sizeof(library_path), "LD_LIBRARY_PATH=%s", path ? path : "");
	execve(arguments[0], arguments, environment);
	return 99;
}

static const struct hazard_case cases[] = {
	{"replace", replace},
	{"allocate_and_replace", allocate_and_replace},
	{"failing_exec", failing_exec},
	{"fork_exec", fork_exec},
	{"vfork_exec", vfork_exec},
	{"vfork_and_exit", vfork_and_exit},
	{"spawn", spawn},
	{"shell", shell},
	{"empty_environment", empty_environment},
};

HAZARD_MAIN(cases)
