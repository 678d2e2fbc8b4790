/*
 * The file under a recording: its name, room on disk, mappings.
 *
 * No file descriptor is kept: growing is rare and opens the file again by its
 * path, checked to be the same file. So the program's own descriptor numbers
 * are undisturbed, and a forked child inherits nothing.
 *
 * Errors are negative errno values. May set errno.
 */
#ifndef VT_LEDGER_RECORDING_FILE_H
#define VT_LEDGER_RECORDING_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "recording/format.h"

struct vt__recording_file {
	char path[PATH_MAX]; /* absolute; empty while there is no file */
	dev_t device;
	ino_t inode;
	uint64_t bytes;   /* reserved so far; the offset of what comes next */
	bool in_memory;   /* shared mappings of the file are impossible */
	int memory_error; /* why, an errno value */
};

/* Creates FOLDER/<program>.<pid>.vramtrack, or with .2, .3 ... before the
 * suffix where that name is taken, and maps its first `bytes` bytes.
 * `folder` is absolute and made if it is missing. */
int vt__recording_file_create(struct vt__recording_file *file, const char *folder,
			      const char *program, uint32_t pid, uint64_t bytes, void **map_out);

/* Reserves and maps `bytes` more at the end. Multiples of the page size. */
int vt__recording_file_extend(struct vt__recording_file *file, uint64_t bytes, void **map_out);

/* Whether the file is there and as long as it was made: 0, -ENODATA if it is shorter,
 * -ESTALE if another one has its name, or why it cannot be opened. */
int vt__recording_file_check(const struct vt__recording_file *file);

/* Counts a loss in a file whose mapping is gone, if it is still a recording. */
void vt__recording_file_lose(const struct vt__recording_file *file, enum vt_loss loss);

/* Copies memory to the file at `offset`: for a file that is not mapped. */
int vt__recording_file_write(const struct vt__recording_file *file, uint64_t offset,
			     const void *bytes, uint64_t length);

#endif
