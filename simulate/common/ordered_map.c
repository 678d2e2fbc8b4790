/* The ordered map: a treap, so that it needs no rebalancing code and stays shallow. */
#include "config.h"

#include "simulate/common/ordered_map.h"

/* A hash of the key serves as its random priority: equal runs give equal trees. */
static uint32_t priority_of(uintptr_t key)
{
	uint64_t x = (uint64_t)key;

	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return (uint32_t)(x >> 32);
}

static void split(struct vt__node *tree, uintptr_t key, struct vt__node **below,
		  struct vt__node **above)
{
	if (!tree) {
		*below = NULL;
		*above = NULL;
	} else if (tree->key < key) {
		*below = tree;
		split(tree->right, key, &tree->right, above);
	} else {
		*above = tree;
		split(tree->left, key, below, &tree->left);
	}
}

static struct vt__node *join(struct vt__node *below, struct vt__node *above)
{
	if (!below)
		return above;
	if (!above)
		return below;
	if (below->priority > above->priority) {
		below->right = join(below->right, above);
		return below;
	}
	above->left = join(below, above->left);
	return above;
}

void vt__map_insert(struct vt__map *map, struct vt__node *node, uintptr_t key)
{
	struct vt__node **link = &map->root;

	node->key = key;
	node->priority = priority_of(key);
	while (*link && (*link)->priority >= node->priority)
		link = key < (*link)->key ? &(*link)->left : &(*link)->right;
	split(*link, key, &node->left, &node->right);
	*link = node;
	map->count++;
}

void vt__map_remove(struct vt__map *map, struct vt__node *node)
{
	struct vt__node **link = &map->root;

	while (*link && *link != node)
		link = node->key < (*link)->key ? &(*link)->left : &(*link)->right;
	if (!*link)
		return;
	*link = join(node->left, node->right);
	node->left = NULL;
	node->right = NULL;
	map->count--;
}

struct vt__node *vt__map_find(const struct vt__map *map, uintptr_t key)
{
	struct vt__node *node = vt__map_floor(map, key);

	return node && node->key == key ? node : NULL;
}

struct vt__node *vt__map_floor(const struct vt__map *map, uintptr_t key)
{
	struct vt__node *node = map->root;
	struct vt__node *best = NULL;

	while (node) {
		if (node->key <= key) {
			best = node;
			node = node->right;
		} else {
			node = node->left;
		}
	}
	return best;
}

struct vt__node *vt__map_ceiling(const struct vt__map *map, uintptr_t key)
{
	struct vt__node *node = map->root;
	struct vt__node *best = NULL;

	while (node) {
		if (node->key >= key) {
			best = node;
			node = node->left;
		} else {
			node = node->right;
		}
	}
	return best;
}
