/*
 * A small recording with every type of record, as bytes to be damaged.
 */
#ifndef VT_TESTS_READER_SAMPLE_H
#define VT_TESTS_READER_SAMPLE_H

#include "reports/recording/reader.h"
#include "tests/make_recording.h"

/* The file that tests write, its folder, and what the reader said last. */
extern char reader_folder[32], reader_path[64], reader_message[VT__MESSAGE_BYTES];

struct made *reader_sample(uint32_t split);

/* The caller frees them. */
unsigned char *reader_sample_bytes(size_t *bytes);

void reader_write(const void *bytes, size_t count);

/* Writes and opens; a refusal must name the file, in one line. 0 or -EINVAL. */
int reader_open(const void *bytes, size_t count);

/* Set-up and tear-down of a group of tests. */
int reader_make_folder(void **state);
int reader_remove_folder(void **state);

#endif
