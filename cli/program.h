/* The program of `vramtrack run`: where it is, and whether the shim can be loaded into it. */
#ifndef VT_CLI_PROGRAM_H
#define VT_CLI_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Why the shim cannot be in a program. */
enum vt__obstacle {
	VT__OBSTACLE_NONE = 0,
	VT__OBSTACLE_STATIC,     /* no dynamic loader; children that have one are still seen */
	VT__OBSTACLE_PRIVILEGED, /* the loader drops LD_PRELOAD where privileges are gained */
	/* with these the loader would complain of the shim in the program's own output */
	VT__OBSTACLE_FOREIGN,      /* another ELF class or machine than the shim's */
	VT__OBSTACLE_OTHER_LOADER, /* another C library's: musl */
};

/*
 * Finds a program as a shell does: a name with a slash is a path, any other
 * is looked for in PATH. Returns 0 and a path to free(); or -ENOENT (not
 * found) or another -errno (found, and cannot be executed: *path_out is then
 * what was found).
 */
int vt__program_find(const char *name, char **path_out);

/* Compares the program with the shim. A script or an unreadable program has no obstacle. */
enum vt__obstacle vt__program_obstacle(const char *path, const char *shim_path);

/* Whether a program that ran without the shim cannot have used the driver: it neither
 * opens a library nor starts another program. `path` is absolute, else nothing is
 * known; flags: VT_RUN_... of the run page's slot. */
bool vt__program_is_harmless(const char *path, uint32_t flags);

/* The same of a process that runs: of its program and of what is preloaded into it beside the
 * shim. False if it is not there any more. */
bool vt__process_is_harmless(pid_t pid, const char *shim_path);

/* What an obstacle is, in words that follow the program's name: "is statically linked". */
const char *vt__obstacle_words(enum vt__obstacle obstacle);

/* True if a file that the kernel cannot execute is text, which a shell takes for a script. */
bool vt__program_is_text(const char *path);

#endif
