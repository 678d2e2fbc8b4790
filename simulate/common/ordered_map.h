/*
 * An ordered map of intrusive nodes: find by key, by the greatest key at or below a value,
 * and walk upwards. Used for address ranges and for handles.
 *
 * The caller owns the nodes and does the locking. Keys are unique.
 */
#ifndef VT_SIMULATE_ORDERED_MAP_H
#define VT_SIMULATE_ORDERED_MAP_H

#include <stddef.h>
#include <stdint.h>

struct vt__node {
	uintptr_t key;
	uint32_t priority; /* heap order; keeps the tree balanced in expectation */
	struct vt__node *left;
	struct vt__node *right;
};

struct vt__map {
	struct vt__node *root;
	size_t count;
};

/* The key must not be in the map. */
void vt__map_insert(struct vt__map *map, struct vt__node *node, uintptr_t key);

/* Does nothing if the node is not in the map. */
void vt__map_remove(struct vt__map *map, struct vt__node *node);

/* The node with that key, or NULL. */
struct vt__node *vt__map_find(const struct vt__map *map, uintptr_t key);

/* The node with the greatest key <= key, or NULL. */
struct vt__node *vt__map_floor(const struct vt__map *map, uintptr_t key);

/* The node with the least key >= key, or NULL. */
struct vt__node *vt__map_ceiling(const struct vt__map *map, uintptr_t key);

#endif
