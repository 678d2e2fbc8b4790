/*
 * Starts another program by each function of libc: `starts FORM KIND PROGRAM
 * ARGUMENT`. KIND is what the other's environment is: `whole`, or `bare`, which is
 * without LD_PRELOAD. Its exit status is this one's.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hazard.h"

struct other {
	char *path;
	char **arguments;
	char **environment;
	char *command; /* for a shell */
};

static int wait_for(pid_t child)
{
	int status;

	MUST(child > 0 && waitpid(child, &status, 0) == child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* By name: glibc has it since 2.34, the shim in any case. */
static void become_at(const char *path, char **arguments, char **environment)
{
	int (*function)(int, const char *, char *const[], char *const[], int);

	*(void **)&function = dlsym(RTLD_DEFAULT, "execveat");
	if (function)
		function(AT_FDCWD, path, arguments, environment, 0);
	else
		syscall(SYS_execveat, AT_FDCWD, path, arguments, environment, 0);
}

/* Forms that take the environment as an argument. */
static void become(const char *form, const struct other *other)
{
	char **arguments = other->arguments;

	if (!strcmp(form, "execve"))
		execve(other->path, arguments, other->environment);
	if (!strcmp(form, "execvpe"))
		execvpe(other->path, arguments, other->environment);
	if (!strcmp(form, "execle"))
		execle(other->path, arguments[0], arguments[1], (char *)NULL, other->environment);
	if (!strcmp(form, "fexecve"))
		fexecve(open(other->path, O_RDONLY | O_CLOEXEC), arguments, other->environment);
	if (!strcmp(form, "execveat"))
		become_at(other->path, arguments, other->environment);
	environ = other->environment;
	if (!strcmp(form, "execv"))
		execv(other->path, arguments);
	if (!strcmp(form, "execvp"))
		execvp(other->path, arguments);
	if (!strcmp(form, "execl"))
		execl(other->path, arguments[0], arguments[1], (char *)NULL);
	if (!strcmp(form, "execlp"))
		execlp(other->path, arguments[0], arguments[1], (char *)NULL);
}

static int start(const char *form, const struct other *other)
{
	char **arguments = other->arguments;
	pid_t child = -1;

	if (!strcmp(form, "posix_spawn"))
		posix_spawn(&child, other->path, NULL, NULL, arguments, other->environment);
	else if (!strcmp(form, "posix_spawnp"))
		posix_spawnp(&child, other->path, NULL, NULL, arguments, other->environment);
	else if (!strcmp(form, "system") || !strcmp(form, "popen"))
		environ = other->environment;
	if (!strcmp(form, "system"))
		return WEXITSTATUS(system(other->command));
	if (!strcmp(form, "popen"))
		return WEXITSTATUS(pclose(popen(other->command, "w")));
	if (child < 0) {
		child = fork();
		if (child == 0) {
			become(form, other);
			_exit(98);
		}
	}
	return wait_for(child);
}

int main(int count, char **arguments)
{
	char *bare[1024], command[4096], *others[3] = {NULL};
	size_t kept = 0;
	struct other other;

	MUST(count == 5);
	for (char **entry = environ; *entry && kept < 1023; entry++)
		if (strncmp(*entry, "LD_PRELOAD=", 11))
			bare[kept++] = *entry;
	bare[kept] = NULL;
	others[0] = arguments[3];
	others[1] = arguments[4];
	snprintf(command, sizeof(command), "%s %s", arguments[3], arguments[4]);
	other = (struct other){.path = arguments[3],
			       .arguments = others,
			       .environment = strcmp(arguments[2], "bare") ? environ : bare,
			       .command = command};
	return start(arguments[1], &other);
}
