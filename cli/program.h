/* The program of `vramtrack run`: where it is, and whether the shim can be loaded into it. */
#ifndef VT_CLI_PROGRAM_H
#define VT_CLI_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arch/arch.h"

/*
 * Why the shim cannot be in a program: in words that follow the program's name, and what to do.
 *
 * STATIC: no dynamic loader; children that have one are still seen. PRIVILEGED: the loader drops
 * LD_PRELOAD where privileges are gained. With FOREIGN, another ELF class or machine than the
 * shim's, and OTHER_LOADER, another C library's, the loader would complain of the shim in the
 * program's own output.
 */
/* clang-format off */
#define VT__OBSTACLES(OBSTACLE) \
	OBSTACLE(STATIC, "is statically linked", "link it without -static") \
	OBSTACLE(PRIVILEGED, "gains privileges (set-user-ID, set-group-ID or capabilities)", \
		 "run it as the user whose rights it needs, or a copy without the privilege") \
	OBSTACLE(FOREIGN, "is built for another kind of processor than the shim", \
		 "build it for " VT__ARCH_NAME ", in 64 bits") \
	OBSTACLE(OTHER_LOADER, "is for another C library than glibc (musl, for example)", \
		 "build it for glibc")
/* clang-format on */

enum vt__obstacle {
	VT__OBSTACLE_NONE = 0,
#define OBSTACLE(id, words, advice) VT__OBSTACLE_##id,
	VT__OBSTACLES(OBSTACLE)
#undef OBSTACLE
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

/* What an obstacle is, in words that follow the program's name: "is statically linked"; and what
 * to do. */
const char *vt__obstacle_words(enum vt__obstacle obstacle);
const char *vt__obstacle_advice(enum vt__obstacle obstacle);

/* True if a file that the kernel cannot execute is text, which a shell takes for a script. */
bool vt__program_is_text(const char *path);

#endif
