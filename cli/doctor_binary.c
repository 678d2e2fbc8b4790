/* Which file is executed where a program is named: launchers and scripts. */
#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/program.h"

#define SCRIPTS_MAX 4 /* interpreters that are scripts themselves, as the kernel allows */

/* Programs that start others where a variable does not come with them. */
static const struct {
	const char *name;
	enum vt__state state;
	const char *found, *advice;
} launchers[] = {
	{"docker", VT__STATE_OBSTACLE, "starts the program in a container",
	 "run vramtrack inside of the container"},
	{"podman", VT__STATE_OBSTACLE, "starts the program in a container",
	 "run vramtrack inside of the container"},
	{"apptainer", VT__STATE_OBSTACLE, "starts the program in a container",
	 "run vramtrack inside of the container"},
	{"singularity", VT__STATE_OBSTACLE, "starts the program in a container",
	 "run vramtrack inside of the container"},
	{"ssh", VT__STATE_OBSTACLE, "starts the program on another machine",
	 "run vramtrack on that machine"},
	{"systemd-run", VT__STATE_OBSTACLE, "has the program started by systemd",
	 "put vramtrack run before the program, not before systemd-run"},
	{"mpirun", VT__STATE_ATTENTION, "starts processes that may be on other machines",
	 "mpirun vramtrack run -- PROGRAM, with a folder that all of them see"},
	{"mpiexec", VT__STATE_ATTENTION, "starts processes that may be on other machines",
	 "mpiexec vramtrack run -- PROGRAM, with a folder that all of them see"},
	{"srun", VT__STATE_ATTENTION, "starts processes that may be on other machines",
	 "srun vramtrack run -- PROGRAM, with a folder that all of them see"},
	{"nsys", VT__STATE_ATTENTION, "rewrites LD_PRELOAD and takes the driver's injection",
	 "put vramtrack run behind it: nsys profile vramtrack run -- PROGRAM"},
	{"ncu", VT__STATE_ATTENTION,
	 "answers the driver's look-ups itself, and takes the driver's injection",
	 "vramtrack run takes --route=audit by itself, before ncu or behind it"},
	{"compute-sanitizer", VT__STATE_ATTENTION,
	 "rewrites LD_PRELOAD and takes the driver's injection",
	 "put vramtrack run behind it, or run the two one after the other"},
};

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void check_launcher(struct vt__doctor *doctor, const char *path)
{
	const char *name = file_name(path);

	for (size_t i = 0; i < sizeof(launchers) / sizeof(launchers[0]); i++)
		if (strcmp(name, launchers[i].name) == 0)
			vt__doctor_add(doctor, "launcher", launchers[i].state, launchers[i].advice,
				       "%s %s, where LD_PRELOAD may not come to", name,
				       launchers[i].found);
}

/* The first line of a script without "#!": its interpreter and one word more; false: no script. */
static bool read_interpreter(const char *path, char line[PATH_MAX])
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t length = file < 0 ? -1 : read(file, line, PATH_MAX - 1);

	if (file >= 0)
		close(file);
	line[length < 0 ? 0 : length] = '\0';
	if (strncmp(line, "#!", 2) != 0)
		return false;
	line[strcspn(line, "\n")] = '\0';
	memmove(line, line + 2 + strspn(line + 2, " \t"),
		strlen(line) - 1 - strspn(line + 2, " \t"));
	return true;
}

/* "/usr/bin/env python3": what env looks for. NULL: it is not env. To free(). */
static char *behind_env(const char *interpreter, char *rest)
{
	char *path = NULL, *place = NULL;

	if (strcmp(file_name(interpreter), "env") != 0)
		return NULL;
	for (char *word = strtok_r(rest, " \t", &place); word; word = strtok_r(NULL, " \t", &place))
		if (word[0] != '-' && !strchr(word, '=')) {
			if (vt__program_find(word, &path) < 0) {
				free(path);
				path = NULL;
			}
			return path ? path : strdup(word);
		}
	return NULL;
}

/* Text that sets or drops what a run needs. */
static void check_script(struct vt__doctor *doctor, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0, number = 0;

	while (file && ++number < 10000 && getline(&line, &room, file) > 0) {
		if (line[strspn(line, " \t")] == '#' ||
		    (!strstr(line, "LD_PRELOAD") && !strstr(line, "env -i")))
			continue;
		vt__doctor_add(doctor, "launcher", VT__STATE_ATTENTION,
			       "put vramtrack run before the program in it, or have it keep what "
			       "LD_PRELOAD holds",
			       "%s, line %zu, sets LD_PRELOAD or empties the environment", path,
			       number);
		break;
	}
	free(line);
	if (file)
		fclose(file);
}

static bool is_shell(const char *path)
{
	const char *name = file_name(path);
	size_t length = strlen(name);

	return length >= 2 && strcmp(name + length - 2, "sh") == 0;
}

/* Follows scripts to the file that is executed. */
void vt__doctor_find_binary(struct vt__doctor *doctor)
{
	check_launcher(doctor, doctor->program);
	doctor->binary = strdup(doctor->program);
	for (unsigned i = 0; i < SCRIPTS_MAX && doctor->binary; i++) {
		char line[PATH_MAX], *rest, *next;

		if (read_interpreter(doctor->binary, line)) {
			rest = line + strcspn(line, " \t");
			if (*rest)
				*rest++ = '\0';
			next = behind_env(line, rest);
			if (!next)
				next = strdup(line);
		} else if (vt__program_is_text(doctor->binary)) {
			next = strdup("/bin/sh");
		} else {
			break;
		}
		check_script(doctor, doctor->binary);
		vt__doctor_add(doctor, "program", VT__STATE_OK,
			       next && is_shell(next) ? "name the program that it starts, to have "
							"that looked at"
						      : NULL,
			       "%s is a script: what is looked at is %s", doctor->binary,
			       next ? next : "");
		free(doctor->binary);
		doctor->binary = next;
	}
	doctor->failed |= !doctor->binary;
}
