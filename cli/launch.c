/* Forks, executes and waits, and keeps the terminal's signals where they belong. */
#include "config.h"

#include "cli/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/process_stat.h"
#include "cli/footing.h"
#include "cli/program.h"
#include "cli/run_page.h"

/* How long processes that the program left behind may take to end. */
enum {
	GRACE_MS = 500,
	LOOK_MS = 50 /* between looks at them, unless one ends */
};

/* Signals sent to the command that are meant for the program. */
static const int passed_on[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCONT};

/* Signals that this process must not ignore while the program runs, though its parent may have
 * left it so: an ignored one cannot be waited for, and with SIGCHLD ignored the kernel reaps
 * for us. */
static const int not_ignored[] = {SIGINT, SIGQUIT, SIGCHLD};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct signals {
	sigset_t waited_for;
	sigset_t old_mask;
	struct sigaction old[COUNT(not_ignored)];
};

static void take_signals(struct signals *signals)
{
	sigemptyset(&signals->waited_for);
	sigaddset(&signals->waited_for, SIGCHLD);
	for (size_t i = 0; i < COUNT(passed_on); i++)
		sigaddset(&signals->waited_for, passed_on[i]);
	sigprocmask(SIG_BLOCK, &signals->waited_for, &signals->old_mask);
	for (size_t i = 0; i < COUNT(not_ignored); i++) {
		struct sigaction action = {.sa_handler = SIG_DFL};

		sigaction(not_ignored[i], &action, &signals->old[i]);
	}
}

static void return_signals(const struct signals *signals)
{
	for (size_t i = 0; i < COUNT(not_ignored); i++)
		sigaction(not_ignored[i], &signals->old[i], NULL);
	sigprocmask(SIG_SETMASK, &signals->old_mask, NULL);
}

/*
 * In the parent, when the program has ended: a signal that came too late to be passed on was
 * the program's and is dropped. The next one may end the report.
 */
static void forget_signals(const struct signals *signals)
{
	const struct timespec at_once = {.tv_sec = 0};

	while (sigtimedwait(&signals->waited_for, NULL, &at_once) > 0)
		continue;
	return_signals(signals);
}

static uint64_t start_ticks(pid_t pid)
{
	char path[64], line[1024], state;
	uint64_t ticks = 0;
	ssize_t length;
	int file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = open(path, O_RDONLY | O_CLOEXEC);
	length = file < 0 ? -1 : read(file, line, sizeof(line) - 1);
	if (file >= 0)
		close(file);
	if (length <= 0)
		return 0;
	line[length] = '\0';
	(void)vt__process_stat(line, &state, &ticks);
	return ticks;
}

static bool is_pending(int number)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && sigismember(&pending, number) == 1;
}

/*
 * The program stopped. If it stopped for the terminal on its own, this process
 * stops as well, so that the shell takes the terminal back. A SIGCONT that
 * waits to be passed on means that the stop is over already.
 */
static void stop_with_program(int number)
{
	bool is_terminal = number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;

	if (is_terminal && !is_pending(SIGCONT))
		raise(number);
}

/* Orphans of the run are reaped on the way. */
static bool has_ended(pid_t pid, int *wait_status)
{
	pid_t changed;
	int status;

	do {
		changed = waitpid(-1, &status, WUNTRACED | WNOHANG);
		if (changed != pid)
			continue;
		*wait_status = status;
		if (!WIFSTOPPED(status))
			return true;
		stop_with_program(WSTOPSIG(status));
	} while (changed > 0 || (changed < 0 && errno == EINTR));
	return false;
}

static void wait_for(pid_t pid, const struct signals *signals, int *wait_status)
{
	for (;;) {
		siginfo_t info;
		int number = sigwaitinfo(&signals->waited_for, &info);

		if (number == SIGCHLD && has_ended(pid, wait_status))
			return;
		/* what the terminal sends went to the program as well: it is in this group */
		if (number > 0 && number != SIGCHLD && info.si_code != SI_KERNEL)
			kill(pid, number);
	}
}

/* What the program left behind, once it had its time to end. */
static int find_outlived(const struct vt__descendants *inherited, const struct signals *signals,
			 struct vt__descendants *out)
{
	const struct timespec look = {.tv_nsec = LOOK_MS * 1000000L};
	const uint64_t begun = vt__run_now();

	for (;;) {
		int error = vt__descendants_find(inherited, out), number;

		if (error || !out->count || vt__run_now() - begun > GRACE_MS * UINT64_C(1000000))
			return error;
		number = sigtimedwait(&signals->waited_for, NULL, &look);
		if (number > 0 && number != SIGCHLD)
			return 0; /* told to end: what is there now has outlived it */
		vt__descendants_free(out);
	}
}

/* The child, until it is the program. Its error goes to the parent through a pipe. */
static _Noreturn void become(const struct vt__start *launch, char **shell_argv, int errors)
{
	uint32_t note = VT_RUN_PAGE_NONE;
	int error;
	ssize_t written;

	if (launch->page)
		note = vt__run_page_note(launch->page, getpid(), launch->path);
	execve(launch->path, launch->argv, launch->environment);
	error = errno;
	if (error == ENOEXEC && vt__program_is_text(launch->path)) {
		execve(shell_argv[0], shell_argv, launch->environment);
		error = errno;
	}
	vt__run_slot_cancel(launch->page, note);
	written = write(errors, &error, sizeof(error));
	(void)written;
	_exit(127);
}

/* {"/bin/sh", path, arguments...}; to free(). */
static char **shell_arguments(const char *path, char *const *argv)
{
	static char shell[] = "/bin/sh";
	char **arguments;
	size_t count = 0;

	while (argv[count])
		count++;
	arguments = calloc(count + 2, sizeof(char *));
	if (!arguments)
		return NULL;
	arguments[0] = shell;
	arguments[1] = strdup(path);
	if (!arguments[1]) {
		free(arguments);
		return NULL;
	}
	for (size_t i = 1; i < count; i++)
		arguments[i + 1] = argv[i];
	return arguments;
}

/* Returns the child's pid, and the error of its execve() or 0 once it is past that. */
static pid_t start(const struct vt__start *launch, const struct signals *signals, int *exec_error)
{
	char **shell_argv = shell_arguments(launch->path, launch->argv);
	int errors[2];
	pid_t pid;

	*exec_error = 0;
	if (!shell_argv || pipe2(errors, O_CLOEXEC) < 0) {
		pid = shell_argv ? -errno : -ENOMEM;
		goto free_arguments;
	}
	pid = fork();
	if (pid == 0) {
		vt__footing_return_signals();
		return_signals(signals);
		become(launch, shell_argv, errors[1]);
	}
	if (pid < 0)
		pid = -errno;
	close(errors[1]);
	if (pid > 0) {
		ssize_t length;

		do
			length = read(errors[0], exec_error, sizeof(*exec_error));
		while (length < 0 && errno == EINTR);
		if (length != (ssize_t)sizeof(*exec_error))
			*exec_error = 0;
	}
	close(errors[0]);
free_arguments:
	if (shell_argv)
		free(shell_argv[1]);
	free(shell_argv);
	return pid;
}

int vt__launch(const struct vt__start *launch, struct vt__ended *ended_out, bool *in_exec_out)
{
	struct vt__descendants inherited = {.count = 0};
	struct vt__ended ended = {.pid = 0};
	struct signals signals;
	int exec_error, error;

	take_signals(&signals);
	/* without it nothing more is lost than what a parent's end hides */
	vt__descendants_adopt(&inherited);
	ended.pid = start(launch, &signals, &exec_error);
	*in_exec_out = ended.pid > 0 && exec_error;
	error = ended.pid > 0 ? 0 : ended.pid;
	if (!error) {
		ended.start_ticks = start_ticks(ended.pid);
		wait_for(ended.pid, &signals, &ended.wait_status);
		ended.outlived_error = find_outlived(&inherited, &signals, &ended.outlived);
	}
	forget_signals(&signals);
	vt__descendants_free(&inherited);
	if (exec_error)
		error = -exec_error;
	if (error)
		vt__descendants_free(&ended.outlived);
	else
		*ended_out = ended;
	return error;
}
