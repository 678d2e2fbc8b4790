/* posix_spawn, system and popen: enters into the run page which program a child is to be. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload/doors/exec_door.h"
#include "preload/doors/program_path.h"
#include "preload/base/real_dlsym.h"
#include "preload/base/run_page.h"
#include "preload/doors/wrapper.h"

/* Called in a constructor before ours, one is looked up. */
#define REAL(name)                                                                                 \
	(vt__exec_real.name ? vt__exec_real.name                                                   \
			    : (__typeof__(vt__exec_real.name))vt__real_dlsym(RTLD_NEXT, #name))

/* Actions may change the folder in the child: a path that leans on it stays as it is. */
static const char *path_of(const char *program, const posix_spawn_file_actions_t *actions,
			   bool is_searched, struct vt__program_path *out)
{
	if (program && strchr(program, '/') && actions)
		return program;
	return vt__program_path(program, is_searched, out);
}

#define SPAWN(name, is_searched)                                                                   \
	VT__EXPORT int name(pid_t *restrict pid, const char *restrict program,                     \
			    const posix_spawn_file_actions_t *actions,                             \
			    const posix_spawnattr_t *restrict attributes, char *const argv[],      \
			    char *const environment[])                                             \
	{                                                                                          \
		struct vt__program_path path;                                                      \
		struct vt__run_note note;                                                          \
		pid_t child = 0;                                                                   \
		int error;                                                                         \
                                                                                                   \
		vt__run_page_begin(VT_RUN_SPAWN, path_of(program, actions, is_searched, &path),    \
				   environment, &note);                                            \
		error = REAL(name)(&child, program, actions, attributes, argv, environment);       \
		if (error)                                                                         \
			vt__run_page_cancel(&note);                                                \
		else                                                                               \
			vt__run_page_spawned(&note, child);                                        \
		if (pid && !error)                                                                 \
			*pid = child;                                                              \
		return error;                                                                      \
	}

SPAWN(posix_spawn, false)
SPAWN(posix_spawnp, true)

/* libc starts the shell itself, with the environment as it is: the shell says hello
 * if that has the shim, and nobody can tell if it has not. */
static void tell_of_shell(const char *command)
{
	struct vt__run_note note;

	if (command && vt__run_page_flags(environ))
		vt__run_page_begin(VT_RUN_UNSEEN, command, environ, &note);
}

VT__EXPORT int system(const char *command)
{
	tell_of_shell(command);
	return REAL(system)(command);
}

VT__EXPORT FILE *popen(const char *command, const char *mode)
{
	tell_of_shell(command);
	return REAL(popen)(command, mode);
}
