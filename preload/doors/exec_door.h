/* The functions of libc that start a program, as the wrappers of them call them. */
#ifndef VT_PRELOAD_EXEC_DOOR_H
#define VT_PRELOAD_EXEC_DOOR_H

#include <spawn.h>
#include <stdio.h>

/* FUNCTION(result, name, parameters) */
#define VT__EXEC_FUNCTIONS(FUNCTION)                                                               \
	FUNCTION(int, execve, (const char *, char *const[], char *const[]))                        \
	FUNCTION(int, execv, (const char *, char *const[]))                                        \
	FUNCTION(int, execvp, (const char *, char *const[]))                                       \
	FUNCTION(int, execvpe, (const char *, char *const[], char *const[]))                       \
	FUNCTION(int, fexecve, (int, char *const[], char *const[]))                                \
	FUNCTION(int, execveat, (int, const char *, char *const[], char *const[], int))            \
	FUNCTION(int, posix_spawn,                                                                 \
		 (pid_t *, const char *, const posix_spawn_file_actions_t *,                       \
		  const posix_spawnattr_t *, char *const[], char *const[]))                        \
	FUNCTION(int, posix_spawnp,                                                                \
		 (pid_t *, const char *, const posix_spawn_file_actions_t *,                       \
		  const posix_spawnattr_t *, char *const[], char *const[]))                        \
	FUNCTION(int, system, (const char *))                                                      \
	FUNCTION(FILE *, popen, (const char *, const char *))

struct vt__exec_functions {
#define FUNCTION(result, name, parameters) result(*name) parameters;
	VT__EXEC_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

/* The functions that come after ours; NULL until our constructor has run. */
extern struct vt__exec_functions vt__exec_real;

#endif
