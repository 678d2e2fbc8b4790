/*
 * Files as the reader needs them: opened with care, read whole, errors in words.
 */
#ifndef VT_REPORTS_READER_FILE_H
#define VT_REPORTS_READER_FILE_H

#include <sys/stat.h>

#include "reports/recording/reader.h"

/* Opens a regular file for reading. 0 or -errno with a message as
 * vt__recording_open(); the caller closes `fd`. */
int vt__file_open(const char *path, int *fd, struct stat *status, char message[VT__MESSAGE_BYTES]);

/* Reads exactly `bytes`; -ENODATA if the file ends before, else 0 or -errno. */
int vt__file_read(int fd, void *buffer, uint64_t bytes, uint64_t offset);

/* How many of these bytes the file has, in the widest sense: not in a hole. */
uint64_t vt__file_data(int fd, uint64_t offset, uint64_t bytes);

/* Says what an error of vt__file_read() means; returns what the reader returns for it. */
int vt__file_explain(int error, const char *path, uint64_t file_bytes,
		     char message[VT__MESSAGE_BYTES]);

/* Replaces control bytes: a path may hold anything, and a message goes to a terminal. */
void vt__print_safely(char *message);

#endif
