/*
 * A library whose constructor runs before the shim's, and starts programs by each function of
 * the exec family, as wrappers of batch systems do.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "refuse_calls.h"

#define WAYS 14u

static char shell[] = "sh", command[] = "-c", work[] = "exit ${STATUS:-7}",
	    status_is_7[] = "STATUS=7";
static char *const arguments[] = {shell, command, work, NULL};
static char *const environment[] = {status_is_7, NULL};

/* As a kernel before 3.19, a sandbox or an emulator that knows no execveat(). */
static int open_without_the_call(void)
{
	refuse_call(SYS_execveat, ENOSYS);
	if (syscall(SYS_execveat, -1, "", arguments, environment, 0) != -1 || errno != ENOSYS)
		return -1;
	return fexecve(open("/bin/sh", O_RDONLY), arguments, environment);
}

static void by_number(unsigned number)
{
	switch (number) {
	case 0:
		execv("/bin/sh", arguments);
		break;
	case 1:
		execve("/bin/sh", arguments, environment);
		break;
	case 2:
		execvp("/bin/sh", arguments);
		break;
	case 3:
		execvpe("/bin/sh", arguments, environment);
		break;
	case 4:
		fexecve(open("/bin/sh", O_RDONLY), arguments, environment);
		break;
	case 5:
		execl("/bin/sh", "sh", "-c", "exit 7", (char *)NULL);
		break;
	case 6:
		execlp("/bin/sh", "sh", "-c", "exit 7", (char *)NULL);
		break;
	case 7:
		execle("/bin/sh", "sh", "-c", "exit $STATUS", (char *)NULL, environment);
		break;
	case 8:
		execvp("sh", arguments);
		break;
	case 9:
		execlp("sh", "sh", "-c", "exit 7", (char *)NULL);
		break;
	case 10:
		open_without_the_call();
		break;
	case 11:
		execvp("not_in_PATH", arguments);
		break;
	case 12:
		setenv("PATH", "nowhere::/bin:/usr/bin", 1);
		execvp("sh", arguments);
		break;
	case 13: /* the folder of the case, by an empty one; it may not be run */
		setenv("PATH", ":/bin:/usr/bin", 1);
		execvp("may_not_be_run", arguments);
		_exit(errno == EACCES ? 7 : 99);
	}
	_exit(99);
}

__attribute__((constructor)) static void start_programs(void)
{
	int status;

	if (!getenv("EARLY_EXEC"))
		return;
	unsetenv("EARLY_EXEC");
	for (unsigned number = 0; number < WAYS; number++) {
		pid_t child = fork();

		if (child == 0) {
			unsetenv("LD_PRELOAD");
			by_number(number);
		}
		if (waitpid(child, &status, 0) != child)
			_exit(98);
		printf("early exec %u: %d\n", number, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
		fflush(stdout); /* else a child may, too: ThreadSanitizer's _exit() does */
	}
}
