/*
 * Composes recordings by format.h for tests and benchmarks, with the same
 * bookkeeping of totals and peaks as the ledger's.
 *
 * Out of memory ends the process: there is no test without the recording.
 */
#ifndef VT_TESTS_MAKE_RECORDING_H
#define VT_TESTS_MAKE_RECORDING_H

#include <stddef.h>
#include <stdint.h>

#include "recording/format.h"

struct made;

/* An empty recording of a process that exited: pid 4242, on "node7". */
struct made *made_new(void);
void made_free(struct made *made);

/* At most so many records (bytes, for strings) in one segment; 0: no limit. */
void made_split(struct made *made, uint32_t records);

/* Loans until the next record of that type is added. */
struct vt_format_header *made_header(struct made *made);
void *made_record(struct made *made, enum vt_format_type type, uint32_t number);

uint32_t made_string(struct made *made, const char *text);
uint32_t made_device(struct made *made, int32_t ordinal, const char *name, uint64_t total_bytes);
uint32_t made_module(struct made *made, const char *path, int is_shim);
uint32_t made_stack(struct made *made, const uint64_t *frames, uint16_t depth);
uint32_t made_site(struct made *made, uint32_t stack, uint32_t device, uint32_t api_string,
		   enum vt_kind kind);
uint32_t made_finding(struct made *made, const struct vt_format_finding *finding);

/* One record of any type, as it stands: ACCOUNT, HOLDER, PASSAGE. */
uint32_t made_add(struct made *made, enum vt_format_type type, const void *record);

/* An account of which nobody told anything yet. */
struct vt_format_account made_account(uint32_t device, enum vt_moment moment);

/* An allocation at `site`, `bytes` long, by thread 7; returns its number. */
uint32_t made_allocation(struct made *made, uint32_t site, uint64_t address, uint64_t bytes);
/* What the program said it is for: strings, or VT_FORMAT_NONE. */
void made_named(struct made *made, uint32_t allocation, uint32_t purpose, uint32_t label);
void made_freed(struct made *made, uint32_t allocation);
void made_reset(struct made *made, uint32_t allocation);

/* The file's bytes; the caller frees them. */
unsigned char *made_bytes(struct made *made, size_t *bytes);

/* Writes the file. 0 or -errno. */
int made_write(struct made *made, const char *path);

#endif
