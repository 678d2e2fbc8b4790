/* The exec family: enters into the run page which program a process is about to become. */
#include "config.h"

#include <alloca.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/doors/exec_door.h"
#include "preload/doors/program_path.h"
#include "preload/base/real_dlsym.h"
#include "preload/base/run_page.h"
#include "preload/doors/wrapper.h"

struct vt__exec_functions vt__exec_real;

/* Here, since a child of vfork() must not look up anything. */
__attribute__((constructor)) VT__SELDOM static void prepare(void)
{
	int saved = errno;

#define FUNCTION(result, name, parameters)                                                         \
	vt__exec_real.name = (result(*) parameters)vt__next_if_any(#name);
	VT__EXEC_FUNCTIONS(FUNCTION)
#undef FUNCTION
	vt__run_page_hello();
	errno = saved;
}

/* Before our constructor, in that of another library, nothing is told. */
static int to_kernel(const char *path, char *const argv[], char *const environment[])
{
	return (int)syscall(SYS_execve, path, argv, environment);
}

/* As execvp() searches, but for a script that names no interpreter: an empty folder is the current
 * one, and a file that may not be run is told if nothing else is found. */
static int search_to_kernel(const char *file, char *const argv[], char *const environment[])
{
	const char *folder = vt__program_folder();
	char path[PATH_MAX];
	int error = ENOENT;

	if (!file[0] || strchr(file, '/'))
		return to_kernel(file, argv, environment);
	for (; folder; folder = vt__program_folder_next(folder)) {
		const int length = (int)strcspn(folder, ":");

		if (snprintf(path, sizeof(path), "%.*s%s%s", length, folder, length ? "/" : "",
			     file) < (int)sizeof(path)) {
			to_kernel(path, argv, environment);
			if (errno == EACCES)
				error = EACCES;
			else if (errno != ENOENT && errno != ENOTDIR)
				return -1;
		}
	}
	errno = error;
	return -1;
}

/* A kernel or a sandbox may have no execveat(). */
static int open_to_kernel(int descriptor, char *const argv[], char *const environment[])
{
	char link[64];

	syscall(SYS_execveat, descriptor, "", argv, environment, AT_EMPTY_PATH);
	if (errno != ENOSYS)
		return -1;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", descriptor);
	return to_kernel(link, argv, environment);
}

/* `call` does not return where it succeeds; `program` may use `path_told`. */
#define TOLD(program, environment, call)                                                           \
	({                                                                                         \
		struct vt__program_path path_told;                                                 \
		struct vt__run_note note;                                                          \
		int result;                                                                        \
                                                                                                   \
		vt__run_page_begin(VT_RUN_EXEC, program, environment, &note);                      \
		result = call;                                                                     \
		vt__run_page_cancel(&note);                                                        \
		result;                                                                            \
	})

VT__EXPORT int execve(const char *path, char *const argv[], char *const environment[])
{
	if (!vt__exec_real.execve)
		return to_kernel(path, argv, environment);
	return TOLD(vt__program_path(path, false, &path_told), environment,
		    vt__exec_real.execve(path, argv, environment));
}

VT__EXPORT int execv(const char *path, char *const argv[])
{
	if (!vt__exec_real.execv)
		return to_kernel(path, argv, environ);
	return TOLD(vt__program_path(path, false, &path_told), environ,
		    vt__exec_real.execv(path, argv));
}

VT__EXPORT int execvp(const char *file, char *const argv[])
{
	if (!vt__exec_real.execvp)
		return search_to_kernel(file, argv, environ);
	return TOLD(vt__program_path(file, true, &path_told), environ,
		    vt__exec_real.execvp(file, argv));
}

VT__EXPORT int execvpe(const char *file, char *const argv[], char *const environment[])
{
	if (!vt__exec_real.execvpe)
		return search_to_kernel(file, argv, environment);
	return TOLD(vt__program_path(file, true, &path_told), environment,
		    vt__exec_real.execvpe(file, argv, environment));
}

VT__EXPORT int fexecve(int descriptor, char *const argv[], char *const environment[])
{
	if (!vt__exec_real.fexecve)
		return open_to_kernel(descriptor, argv, environment);
	return TOLD(vt__program_path_at(descriptor, "", &path_told), environment,
		    vt__exec_real.fexecve(descriptor, argv, environment));
}

/* In glibc since 2.34; an older one's headers have it not. */
int execveat(int folder, const char *path, char *const argv[], char *const environment[],
	     int flags);

VT__EXPORT int execveat(int folder, const char *path, char *const argv[], char *const environment[],
			int flags)
{
	return TOLD(vt__program_path_at(folder, path, &path_told), environment,
		    vt__exec_real.execveat
			    ? vt__exec_real.execveat(folder, path, argv, environment, flags)
			    : (int)syscall(SYS_execveat, folder, path, argv, environment, flags));
}

/* ---- With the arguments in a row, up to a NULL ------------------------------------------ */

/* How many there are before the NULL. */
static size_t count_arguments(const char *first, va_list *listed)
{
	size_t count = 0;

	for (const char *next = first; next; next = va_arg(*listed, const char *))
		count++;
	return count;
}

/* The list is after the last of them and their NULL afterwards. */
static void gather(char **argv, const char *first, size_t count, va_list *listed)
{
	memcpy(&argv[0], &first, sizeof(first));
	for (size_t i = 1; i <= count; i++)
		argv[i] = va_arg(*listed, char *);
	argv[count] = NULL;
}

/* Makes argv of them, on the stack of the function that has them; leaves the list open. */
#define GATHER(argv, first, listed)                                                                \
	do {                                                                                       \
		size_t argument_count;                                                             \
                                                                                                   \
		va_start(listed, first);                                                           \
		argument_count = count_arguments(first, &(listed));                                \
		va_end(listed);                                                                    \
		(argv) = alloca((argument_count + 1) * sizeof(*(argv)));                           \
		va_start(listed, first);                                                           \
		gather(argv, first, argument_count, &(listed));                                    \
	} while (0)

VT__EXPORT int execl(const char *path, const char *first, ...)
{
	va_list listed;
	char **argv;

	GATHER(argv, first, listed);
	va_end(listed);
	return execv(path, argv);
}

VT__EXPORT int execlp(const char *file, const char *first, ...)
{
	va_list listed;
	char **argv;

	GATHER(argv, first, listed);
	va_end(listed);
	return execvp(file, argv);
}

VT__EXPORT int execle(const char *path, const char *first, ...)
{
	char *const *environment;
	va_list listed;
	char **argv;

	GATHER(argv, first, listed);
	environment = va_arg(listed, char *const *);
	va_end(listed);
	return execve(path, argv, environment);
}
