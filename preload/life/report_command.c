/* Runs `vramtrack report`, in an environment without the shim. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/page.h"
#include "unwind/own_stack.h"
#include "preload/base/options.h"
#include "preload/base/self.h"
#include "preload/life/report_command.h"
#include "preload/base/run_page.h"

#define PATH_BYTES 4096

static bool is_program(const char *path)
{
	return access(path, X_OK) == 0;
}

static bool find_in_path(char out[PATH_BYTES])
{
	const char *folder = getenv("PATH"), *end;

	for (; folder && *folder; folder = *end ? end + 1 : end) {
		end = folder + strcspn(folder, ":");
		if (end != folder &&
		    snprintf(out, PATH_BYTES, "%.*s/vramtrack", (int)(end - folder), folder) <
			    PATH_BYTES &&
		    is_program(out))
			return true;
	}
	return false;
}

/* Writes its path to `path`, of PATH_BYTES; "" if there is none. */
static void find_command(void *path)
{
	char *out = path;

	if (snprintf(out, PATH_BYTES, "%.4000s/" BINDIR_FROM_PKGLIBDIR "/vramtrack",
		     vt__self_folder()) < PATH_BYTES &&
	    is_program(out))
		return;
	if (!find_in_path(out))
		out[0] = '\0';
}

static bool is_ours(const char *variable)
{
	static const char *const ours[] = {"LD_PRELOAD=", "LD_AUDIT=", VT_OPTIONS_VARIABLE "=",
					   VT_RUN_VARIABLE "=", VT_RUN_PAGE_VARIABLE "="};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strncmp(variable, ours[i], strlen(ours[i])) == 0)
			return true;
	return false;
}

/* The environment without what brings the shim back. NULL: no memory. */
static char **environment_without_us(void)
{
	size_t count = 0, kept = 0, bytes;
	char **copy;

	while (environ && environ[count])
		count++;
	bytes = vt__page_round((count + 1) * sizeof(*copy));
	copy = vt__arena_map(bytes);
	for (size_t i = 0; copy && i < count; i++)
		if (!is_ours(environ[i]))
			copy[kept++] = environ[i];
	return copy;
}

enum {
	STACK_BYTES = 32768,
	KERNEL_MASK_BYTES = 8
};

/* The command runs as a child of a child: to the program it is no child of its
 * own. It gets no SIGCHLD for it, and its wait() does not find it. Both share
 * the memory of the calling thread, which stands still until they are done, so
 * that only system calls are made and no variable of the program's is changed. */
struct run {
	const char *const *arguments;
	char *const *environment;
	sigset_t signals; /* that the program blocks */
	char *command_stack;
	int status; /* as waitpid(2) gives it; -1: it did not run */
};

/* The functions of libc that do this are doors of ours (signal_door.c), which keep
 * the program's words; here the kernel alone is told. */
static void set_default(int number)
{
	static const unsigned long by_default[4] = {0}; /* handler, flags, restorer, mask */

	syscall(SYS_rt_sigaction, number, by_default, NULL, KERNEL_MASK_BYTES);
}

static void set_mask(const sigset_t *mask, sigset_t *before)
{
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, before, KERNEL_MASK_BYTES);
}

static int be_command(void *closure)
{
	const struct run *run = closure;

	set_default(SIGPIPE);
	set_default(SIGCHLD);
	set_mask(&run->signals, NULL);
	if (dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
		syscall(SYS_execve, run->arguments[0], run->arguments, run->environment);
	return 127;
}

static int be_parent_of_command(void *closure)
{
	struct run *run = closure;
	pid_t child;
	int status;
	long done;

	set_default(SIGCHLD);
	child = clone(be_command, run->command_stack + STACK_BYTES,
		      CLONE_VM | CLONE_VFORK | SIGCHLD, run);
	if (child < 0)
		return 0;
	do
		done = syscall(SYS_wait4, child, &status, 0, NULL);
	while (done < 0 && errno == EINTR);
	if (done == child)
		run->status = status;
	return 0;
}

/* Runs it to its end. No signal is handled meanwhile in this thread. */
static void run_command(struct run *run, char *stacks)
{
	sigset_t all;
	pid_t child;

	sigfillset(&all);
	set_mask(&all, &run->signals);
	run->command_stack = stacks + STACK_BYTES;
	child = clone(be_parent_of_command, stacks + STACK_BYTES, CLONE_VM | CLONE_VFORK, run);
	while (child > 0 && syscall(SYS_wait4, child, NULL, __WCLONE, NULL) < 0 && errno == EINTR)
		;
	set_mask(&run->signals, NULL);
}

int vt__report_command(const char *recording)
{
	char *stacks = vt__arena_map(2 * STACK_BYTES + PATH_BYTES);
	char *command = stacks ? stacks + 2 * STACK_BYTES : NULL;
	const char *arguments[] = {command, "report", "--", recording, NULL};
	struct run run = {.arguments = arguments, .status = -1};

	if (!command)
		return -ENOMEM;
	vt__own_stack_run(find_command, command);
	if (*command)
		run.environment = environment_without_us();
	if (run.environment)
		run_command(&run, stacks);
	munmap(stacks, 2 * STACK_BYTES + PATH_BYTES);
	return run.status != -1 && WIFEXITED(run.status) && WEXITSTATUS(run.status) == 0 ? 0 : -EIO;
}
