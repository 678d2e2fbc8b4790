/* Asks the loader which libraries a program is loaded with. */
#include "config.h"

#include "base/arch/arch.h"
#include "cli/loads.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Not the one that the program names: that could be anything. */
#define LOADER VT__ARCH_LOADER_FOLDER "/" VT__ARCH_LOADER

#define LOADS_MAX 4096

static _Noreturn void ask(const char *program, const char *library_path, int answers)
{
	const char *own = getenv("LD_LIBRARY_PATH");
	int nowhere = open("/dev/null", O_WRONLY);
	char *joined = NULL;

	if (library_path &&
	    asprintf(&joined, "%s%s%s", library_path, own ? ":" : "", own ? own : "") >= 0)
		setenv("LD_LIBRARY_PATH", joined, 1);
	dup2(answers, STDOUT_FILENO);
	dup2(nowhere, STDERR_FILENO);
	/* as ldd does; with --list the first that is missing ends it */
	setenv("LD_TRACE_LOADED_OBJECTS", "1", 1);
	unsetenv("LD_AUDIT"); /* its code would be run */
	execl(LOADER, LOADER, program, (char *)NULL);
	_exit(127);
}

/* "\tNAME => PATH (0x...)", "\tNAME => not found", "\tPATH (0x...)". 0 or -ENOMEM. */
static int add(struct vt__loads *loads, char *line)
{
	char *name = line + strspn(line, " \t"), *arrow = strstr(name, " => ");
	char *path = arrow ? arrow + 4 : name, *end = strrchr(path, '(');
	struct vt__load *items;

	if (arrow)
		*arrow = '\0';
	if (end && end > path)
		end[-1] = '\0';
	else if (strncmp(path, "not found", 9) == 0)
		path = NULL;
	else
		return 0;
	items = realloc(loads->items, (loads->count + 1) * sizeof(*items));
	if (!items)
		return -ENOMEM;
	loads->items = items;
	items[loads->count] = (struct vt__load){strdup(name), path ? strdup(path) : NULL};
	if (!items[loads->count].name || (path && !items[loads->count].path))
		return -ENOMEM;
	loads->count++;
	return 0;
}

static int read_all(int answers, struct vt__loads *loads)
{
	FILE *in = fdopen(answers, "r");
	size_t room = 0;
	char *line = NULL;
	int error = in ? 0 : -errno;

	while (!error && loads->count < LOADS_MAX && getline(&line, &room, in) > 0)
		error = add(loads, line);
	free(line);
	if (in)
		fclose(in);
	else
		close(answers);
	return error;
}

int vt__loads_find(const char *program, const char *library_path, struct vt__loads *out)
{
	struct vt__loads loads = {NULL, 0};
	int answers[2], status = 0, error;
	pid_t child;

	if (pipe2(answers, O_CLOEXEC) < 0)
		return -errno;
	child = fork();
	if (child == 0)
		ask(program, library_path, answers[1]);
	error = child < 0 ? -errno : 0;
	close(answers[1]);
	if (error)
		close(answers[0]);
	else
		error = read_all(answers[0], &loads);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!error && (!WIFEXITED(status) || WEXITSTATUS(status) != 0) && !loads.count)
		error = -ENOEXEC;
	if (error)
		vt__loads_free(&loads);
	else
		*out = loads;
	return error;
}

void vt__loads_free(struct vt__loads *loads)
{
	for (size_t i = 0; i < loads->count; i++) {
		free(loads->items[i].name);
		free(loads->items[i].path);
	}
	free(loads->items);
	*loads = (struct vt__loads){NULL, 0};
}

const struct vt__load *vt__loads_named(const struct vt__loads *loads, const char *beginning)
{
	for (size_t i = 0; i < loads->count; i++) {
		const char *slash = strrchr(loads->items[i].name, '/');
		const char *name = slash ? slash + 1 : loads->items[i].name;

		if (strncmp(name, beginning, strlen(beginning)) == 0)
			return &loads->items[i];
	}
	return NULL;
}
