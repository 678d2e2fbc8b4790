/*
 * Asks a CUDA device how it behaves and prints the answers, one a row: id TAB what TAB value.
 *
 *   probe [ID...]   asks all questions, or these, each in a process of its own
 *   probe --list    the ids
 *
 * A question that dies is a row "died" with the signal, one that hangs with "time".
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

#define SECONDS_EACH 60

extern char **environ;

#define FAMILY(name) extern const struct question name##_questions[];
#include "families.h"
#undef FAMILY

static const struct question *const families[] = {
#define FAMILY(name) name##_questions,
#include "families.h"
#undef FAMILY
};

#define FAMILIES (sizeof(families) / sizeof(families[0]))

static const char *current;

const char *probe_id(void)
{
	return current;
}

int probe_start(pid_t *process, const posix_spawn_file_actions_t *actions,
		const char *const arguments[])
{
	return posix_spawn(process, "/proc/self/exe", actions, NULL,
			   (char *const *)(uintptr_t)arguments, environ);
}

static bool is_role(const char *id)
{
	return id[0] >= 'a' && id[0] <= 'z';
}

static const struct question *find(const char *id)
{
	for (size_t i = 0; i < FAMILIES; i++) {
		for (const struct question *at = families[i]; at->id; at++) {
			if (!strcmp(at->id, id))
				return at;
		}
	}
	return NULL;
}

/* In the process of the question: a role answers under the id of its question. */
static int ask(const char *id, const char *as)
{
	const struct question *question = find(id);

	if (!question) {
		fprintf(stderr, "probe: no question %s\n", id);
		return 2;
	}
	current = as;
	question->ask();
	return 0;
}

/* The status of the process, or -1 when its time is up. */
static int wait_for(pid_t process)
{
	struct timespec end, now, pause = {0, 2 * 1000 * 1000};
	int status;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += SECONDS_EACH;
	while (waitpid(process, &status, WNOHANG) != process) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec > end.tv_sec) {
			kill(process, SIGKILL);
			waitpid(process, &status, 0);
			return -1;
		}
		nanosleep(&pause, NULL);
	}
	return status;
}

/* Asks in a process that has made no CUDA call. */
static void ask_apart(const char *id)
{
	const char *const arguments[] = {"probe", "--ask", id, NULL};
	pid_t process;
	int status;

	current = id;
	fflush(stdout);
	if (probe_start(&process, NULL, arguments)) {
		answer("died", "not started");
		return;
	}
	status = wait_for(process);
	if (status < 0)
		answer("died", "time");
	else if (WIFSIGNALED(status))
		answer("died", "signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		answer("died", "exit %d", WEXITSTATUS(status));
}

static void for_all(void (*each)(const char *id))
{
	for (size_t i = 0; i < FAMILIES; i++) {
		for (const struct question *at = families[i]; at->id; at++) {
			if (!is_role(at->id))
				each(at->id);
		}
	}
}

static void print(const char *id)
{
	puts(id);
}

int main(int count, char **arguments)
{
	if (count == 3 && !strcmp(arguments[1], "--ask"))
		return ask(arguments[2], arguments[2]);
	if (count == 4 && !strcmp(arguments[1], "--role"))
		return ask(arguments[2], arguments[3]);
	if (count == 2 && !strcmp(arguments[1], "--list"))
		for_all(print);
	else if (count == 1)
		for_all(ask_apart);
	for (int i = 1; i < count && arguments[1][0] != '-'; i++) {
		if (!find(arguments[i]) || is_role(arguments[i])) {
			fprintf(stderr, "probe: no question %s\n", arguments[i]);
			return 2;
		}
		ask_apart(arguments[i]);
	}
	return 0;
}
