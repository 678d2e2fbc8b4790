/*
 * The inside of the table of physical memory.
 */
#ifndef VT_PRELOAD_VMM_PRIVATE_H
#define VT_PRELOAD_VMM_PRIVATE_H

#include <stddef.h>

#include "base/lock.h"
#include "base/table.h"
#include "preload/recorder/process.h"
#include "preload/rules/vmm_references.h"
#include "preload/rules/vmm_table.h"

/* Freed ones are only reused as objects; their number is 0 meanwhile. */
struct object {
	uint64_t number;
	uint64_t references; /* through all its handles */
	uint64_t holds;      /* mappings and bindings */
	uint32_t told;       /* the recording's number of its handles */
	struct object *next; /* of the unused */
};

/* Stays when its last reference is gone, so that one release too many can be
 * told which object it meant. */
struct handle {
	uint64_t value;
	uint64_t references;
	uint64_t last_number;
	struct object *object; /* valid while its number is last_number */
	UT_hash_handle hh;
};

struct hold {
	uint64_t owner;
	uint64_t part;
	uint64_t start;
	uint64_t end;
	struct object *object;
	uint32_t marked; /* an end of it is with the driver */
	uint32_t told;   /* the recording's number of it */
};

struct table {
	struct vt__lock lock;
	struct vt__arena arena;
	struct handle *by_value;
	struct object *unused;
	struct hold *holds; /* by owner, part, start */
	size_t hold_count;
	size_t hold_capacity;
	uint64_t last_number;
};
_Static_assert(offsetof(struct table, lock) == 0, "vt__process_call_left() finds it");

_Static_assert(sizeof(struct table) <= VT__PART_BYTES, "the table fits its part");

/* The table with its lock, which vt__vmm_close() gives; NULL: there is no
 * memory for one. Both leave errno alone; so do the functions below, which
 * need the lock. */
struct table *vt__vmm_open(void);
void vt__vmm_close(struct table *table);

struct handle *vt__vmm_find_handle(struct table *table, uint64_t value);

/* The same, made if there is none; NULL when out of memory. */
struct handle *vt__vmm_make_handle(struct table *table, uint64_t value);

/* One more reference. */
void vt__vmm_refer_to(struct handle *handle, struct object *object, const struct vt__stack *stack);

/* What is mapped at `address`; NULL: nothing. */
struct object *vt__vmm_mapped_at(const struct table *table, uint64_t address);

bool vt__vmm_has_ended(const struct object *object);
void vt__vmm_give_object(struct table *table, struct object *object);

#endif
