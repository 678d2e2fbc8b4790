/*
 * Byte strings of which equal ones are kept once: texts of a recording, the labels and
 * stacks of an account.
 *
 * What nothing uses any more is kept for the next that asks for it, up to a
 * bound, so that a pair of allocation and free makes no node.
 *
 * Not thread-safe: its owner's lock covers it.
 */
#ifndef VT_BASE_INTERN_H
#define VT_BASE_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/table.h"

struct vt__interned {
	UT_hash_handle hh; /* key: `key` */
	uint64_t users;    /* references to the node */
	union {            /* the owner's */
		struct {
			uint64_t live_bytes; /* of an account's records with it */
			uint64_t live_count;
		};
		uint32_t number; /* of the text in the recording */
	};
	uint64_t length;
	unsigned char key[]; /* `length` bytes and a NUL, 8-byte aligned */
};

struct vt__intern {
	struct vt__interned *all;
	struct vt__interned *last; /* taken last: often the next, too; may be NULL */
	size_t idle;               /* nodes without users */
};

/* One user more of a node. */
static inline struct vt__interned *vt__intern_use(struct vt__intern *intern,
						  struct vt__interned *node)
{
	intern->idle -= node->users++ == 0;
	return node;
}

static inline bool vt__interned_is(const struct vt__interned *node, const void *key, size_t length)
{
	return node && node->length == length && (!length || memcmp(node->key, key, length) == 0);
}

/* The node that was taken last, with one user more, if it is that of `key`; else NULL. Needs
 * no hash. */
static inline struct vt__interned *vt__intern_again(struct vt__intern *intern, const void *key,
						    size_t length)
{
	struct vt__interned *node = intern->last;

	return vt__interned_is(node, key, length) ? vt__intern_use(intern, node) : NULL;
}

/* The node of `key`, NULL if there is none; not counted as a use. */
struct vt__interned *vt__intern_find(const struct vt__intern *intern, const void *key,
				     size_t length, uint64_t hash);

/* The node of `key`, made if there is none, with one user more. `hash` goes with
 * the key. NULL when out of memory. */
struct vt__interned *vt__intern_take(struct vt__intern *intern, struct vt__arena *arena,
				     const void *key, size_t length, uint64_t hash);

/* One user more of a node that has one. */
static inline struct vt__interned *vt__intern_share(struct vt__interned *node)
{
	node->users++;
	return node;
}

/* Nodes without users that are kept in any case. */
#define VT__INTERN_IDLE_LEAST 1024

/* Gives back what nobody uses. */
void vt__intern_forget_idle(struct vt__intern *intern, struct vt__arena *arena);

/* One user less; the node may be gone afterwards. */
static inline void vt__intern_drop(struct vt__intern *intern, struct vt__arena *arena,
				   struct vt__interned *node)
{
	if (--node->users)
		return;
	/* Half of all at least: so a walk over all costs each drop a constant. */
	if (++intern->idle > VT__INTERN_IDLE_LEAST && intern->idle > HASH_COUNT(intern->all) / 2)
		vt__intern_forget_idle(intern, arena);
}

/* Gives all nodes back, used or not. */
void vt__intern_clear(struct vt__intern *intern, struct vt__arena *arena);

#endif
