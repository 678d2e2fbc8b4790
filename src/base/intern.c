/*
 * Keeps equal byte strings once.
 */
#include "config.h"

#include "base/intern.h"

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

struct vt__interned *vt__intern_take(struct vt__intern *intern, struct vt__arena *arena,
				     const void *key, size_t length, uint64_t hash)
{
	struct vt__interned *node = vt__intern_find(intern, key, length, hash);
	struct vt__arena *table_arena = arena;

	if (node) {
		intern->last = node;
		return vt__intern_use(intern, node);
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

void vt__intern_forget_idle(struct vt__intern *intern, struct vt__arena *arena)
{
	struct vt__arena *table_arena = arena;
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
