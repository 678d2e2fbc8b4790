/*
 * Keeps equal byte strings once.
 */
#include "config.h"

#include "intern.h"

#include <stdbool.h>

/* Nodes without users that are kept in any case. */
#define IDLE_LEAST 1024

_Static_assert(offsetof(struct vt__interned, key) % sizeof(uint64_t) == 0, "keys are aligned");

static size_t node_bytes(size_t length)
{
	return sizeof(struct vt__interned) + length + 1;
}

struct vt__interned *vt__intern_find(const struct vt__intern *intern, const void *key,
				     size_t length, uint64_t hash)
{
	struct vt__interned *node;

	HASH_FIND_BYHASHVALUE(hh, intern->all, key, length, (unsigned)hash, node);
	return node;
}

static bool is_that(const struct vt__interned *node, const void *key, size_t length, uint64_t hash)
{
	return node && node->hh.hashv == (unsigned)hash && node->length == length &&
	       memcmp(node->key, key, length) == 0;
}

struct vt__interned *vt__intern_take(struct vt__intern *intern, struct vt__arena *arena,
				     const void *key, size_t length, uint64_t hash)
{
	struct vt__interned *node = intern->last;
	struct vt__arena *table_arena = arena;

	if (!is_that(node, key, length, hash))
		node = vt__intern_find(intern, key, length, hash);
	if (node) {
		intern->last = node;
		intern->idle -= node->users == 0;
		return vt__intern_share(node);
	}
	node = vt__arena_take(arena, node_bytes(length));
	if (!node)
		return NULL;
	memset(node, 0, sizeof(*node));
	node->users = 1;
	node->length = length;
	memcpy(node->key, key, length);
	node->key[length] = '\0';
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, intern->all, node->key, length, (unsigned)hash, node);
	if (node->hh.tbl)
		return node;
	vt__arena_give(arena, node, node_bytes(length));
	return NULL;
}

static void forget_idle(struct vt__intern *intern, struct vt__arena *table_arena)
{
	struct vt__interned *node, *next;

	for (node = intern->all; node; node = next) {
		next = node->hh.next;
		if (node->users)
			continue;
		HASH_DELETE(hh, intern->all, node);
		vt__arena_give(table_arena, node, node_bytes(node->length));
	}
	intern->last = NULL;
	intern->idle = 0;
}

void vt__intern_drop(struct vt__intern *intern, struct vt__arena *arena, struct vt__interned *node)
{
	if (--node->users)
		return;
	/* Half of all at least: so a walk over all costs each drop a constant. */
	if (++intern->idle > IDLE_LEAST && intern->idle > HASH_COUNT(intern->all) / 2)
		forget_idle(intern, arena);
}

void vt__intern_clear(struct vt__intern *intern, struct vt__arena *arena)
{
	struct vt__interned *node = intern->all, *next;
	struct vt__arena *table_arena = arena;

	HASH_CLEAR(hh, intern->all);
	for (; node; node = next) {
		next = node->hh.next;
		vt__arena_give(arena, node, node_bytes(node->length));
	}
	intern->last = NULL;
	intern->idle = 0;
}
