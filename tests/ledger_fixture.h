/*
 * For tests of the ledger: a ledger in a folder of its own, made-up stacks,
 * and its recording read back with nothing but recording/format.h.
 */
#ifndef VT_TESTS_LEDGER_FIXTURE_H
#define VT_TESTS_LEDGER_FIXTURE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/ledger.h"

struct fixture {
	char folder[64];
	struct vt__ledger_identity identity;
	struct vt__ledger *ledger;
};

/* A new empty folder and a ledger that writes there. */
void fixture_open(struct fixture *fixture);

/* Removes the folder with its files. */
void fixture_close(struct fixture *fixture);

/* How many files the folder has. */
unsigned fixture_files(const struct fixture *fixture);

/* The path of a file of the folder. */
void fixture_file(const struct fixture *fixture, char *path, size_t room);

/* A stack of made-up addresses, the same for the same number.
 * Valid until the next call by the same thread. */
const struct vt__stack *fixture_stack(unsigned number);

/* Enters a LINEAR allocation of device 0 in context 1. */
void fixture_enter(struct fixture *fixture, uint64_t address, uint64_t bytes, unsigned stack);

/* Takes it out and tells that it was freed; fails the test if it is not live. */
void fixture_free(struct fixture *fixture, uint64_t address, unsigned stack);

/* A copy of a recording file. */
struct view {
	uint8_t *bytes;
	size_t size;
	const struct vt_format_header *header;
};

/* Reads the file and checks what holds for every recording. */
void view_open(struct view *view, const char *path);
void view_close(struct view *view);

/* Records used of a type. */
uint64_t view_count(const struct view *view, enum vt_format_type type);

/* NULL if there is no such record. */
const void *view_at(const struct view *view, enum vt_format_type type, uint64_t number);
const char *view_string(const struct view *view, uint32_t number);

/* Allocation records that are live. */
uint64_t view_live(const struct view *view);

/* The live allocation at an address, NULL if there is none. */
const struct vt_format_allocation *view_allocation(const struct view *view, uint64_t address);

/* The device record of an ordinal. */
const struct vt_format_device *view_device(const struct view *view, int32_t ordinal);

#endif
