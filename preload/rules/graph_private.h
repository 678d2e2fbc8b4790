/*
 * The inside of the table of graphs.
 */
#ifndef VT_PRELOAD_GRAPH_PRIVATE_H
#define VT_PRELOAD_GRAPH_PRIVATE_H

#include <stddef.h>

#include "base/lock.h"
#include "base/table.h"
#include "preload/rules/graph_table.h"
#include "preload/recorder/process.h"

/* A block followed by the frames and words; shared by the definition and
 * the executables that were made of it. */
struct origin {
	struct vt__graph_origin told;
	uint64_t references;
	size_t bytes;
};

struct definition {
	uint64_t address;
	struct origin *origin;
	UT_hash_handle hh;
};

struct table {
	struct vt__lock lock;
	struct vt__arena arena;
	struct definition *definitions;
	struct vt__graph_exec *execs;
};
_Static_assert(offsetof(struct table, lock) == 0, "vt__process_call_left() finds it");

_Static_assert(sizeof(struct table) <= VT__PART_BYTES, "the table fits its part");

/* The table with its lock, which vt__graph_close() gives; NULL: there is no
 * memory for one. Both leave errno alone; the functions below need the lock. */
struct table *vt__graph_open(void);
void vt__graph_close(struct table *table);

static inline unsigned vt__graph_hash(uint64_t value)
{
	return (unsigned)vt__hash_word(value);
}

/* One more reference to what defined `address`; NULL: nobody was seen to. */
struct origin *vt__graph_origin_of(struct table *table, uint64_t address);

/* `origin` may be NULL. */
void vt__graph_give_origin(struct table *table, struct origin *origin);

#endif
