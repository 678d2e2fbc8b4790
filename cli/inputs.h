/* Recordings and folders that the user names, and the file for what is made of them. */
#ifndef VT_CLI_INPUTS_H
#define VT_CLI_INPUTS_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/collect.h"

/* Adds a recording, or all recordings of a folder, with `recursive` of those in it
 * too. Returns 0 or an exit code, and has said why. */
int vt__inputs_add(const char *path, bool recursive, struct vt__recordings *recordings);

/*
 * Opens the file of --output; NULL is standard output. `sets` of recordings must
 * not be written over: the command's name is for that message. Returns 0 or an
 * exit code, and has said why.
 */
int vt__output_open(const char *command, const char *output,
		    const struct vt__recordings *const *sets, size_t set_count, FILE **out);

/* Closes it unless it is standard output. Returns 0 or an exit code, and has said why. */
int vt__output_close(const char *output, FILE *out);

#endif
