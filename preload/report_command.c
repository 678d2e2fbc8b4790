/* Runs `vramtrack report`, in an environment without the shim. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/arena.h"
#include "preload/options.h"
#include "preload/process.h"
#include "preload/report_command.h"

enum {
	PATH_BYTES = 4096
};

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

static bool find_command(char out[PATH_BYTES])
{
	if (snprintf(out, PATH_BYTES, "%.4000s/../../bin/vramtrack", vt__process_shim_folder()) <
		    PATH_BYTES &&
	    is_program(out))
		return true;
	if (snprintf(out, PATH_BYTES, "%s/vramtrack", BINDIR) < PATH_BYTES && is_program(out))
		return true;
	return find_in_path(out);
}

static bool is_ours(const char *variable)
{
	static const char *const ours[] = {"LD_PRELOAD=", VT_OPTIONS_VARIABLE "=",
					   VT_RUN_VARIABLE "="};

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
	bytes = ((count + 1) * sizeof(*copy) + 4095) & ~(size_t)4095;
	copy = vt__arena_map(bytes);
	for (size_t i = 0; copy && i < count; i++)
		if (!is_ours(environ[i]))
			copy[kept++] = environ[i];
	return copy;
}

/* Between vfork and exec only system calls are made, and no variable of the
 * parent's is changed. */
static pid_t start(const char *const arguments[], char *const environment[])
{
	sigset_t all, before;
	pid_t child;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	child = vfork();
	if (child == 0) {
		signal(SIGPIPE, SIG_DFL);
		signal(SIGCHLD, SIG_DFL);
		sigprocmask(SIG_SETMASK, &before, NULL);
		if (dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
			syscall(SYS_execve, arguments[0], arguments, environment);
		_exit(127);
	}
	/* a SIGCHLD of ours is not the program's business: it stays blocked */
	sigaddset(&before, SIGCHLD);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return child;
}

int vt__report_command(const char *recording)
{
	char command[PATH_BYTES];
	char **environment;
	const char *arguments[] = {command, "report", "--", recording, NULL};
	int status = 0;
	pid_t child, done;

	if (!find_command(command))
		return -ENOENT;
	environment = environment_without_us();
	if (!environment)
		return -EIO;
	child = start(arguments, environment);
	if (child < 0)
		return -EIO;
	do
		done = waitpid(child, &status, 0);
	while (done < 0 && errno == EINTR);
	if (done < 0) /* the program ignores SIGCHLD: it has ended, its status is gone */
		return 0;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}
