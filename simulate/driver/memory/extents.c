/* Free pieces of a range, found by their start and by their size. */
#include "config.h"

#include <stdlib.h>

#include "simulate/driver/memory/extents.h"

#define START_BITS 40
#define LARGEST_CLASS (((uintptr_t)1 << (64 - START_BITS)) - 1)

struct extent {
	struct vt__node by_start; /* key: the start */
	struct vt__node by_size;  /* key: the size, then the start */
	size_t size;
};

static struct extent *of_size_node(struct vt__node *node)
{
	return (struct extent *)((char *)node - offsetof(struct extent, by_size));
}

/* Sizes of the largest class are told apart by looking at each. */
static uintptr_t size_key(size_t size, uintptr_t start)
{
	uintptr_t size_class = size / VT_EXTENT_UNIT;

	if (size_class > LARGEST_CLASS)
		size_class = LARGEST_CLASS;
	return size_class << START_BITS | start / VT_EXTENT_UNIT;
}

static void insert(struct vt__extents *extents, struct extent *extent, uintptr_t start, size_t size)
{
	extent->size = size;
	vt__map_insert(&extents->by_start, &extent->by_start, start);
	vt__map_insert(&extents->by_size, &extent->by_size, size_key(size, start));
}

static void withdraw(struct vt__extents *extents, struct extent *extent)
{
	vt__map_remove(&extents->by_start, &extent->by_start);
	vt__map_remove(&extents->by_size, &extent->by_size);
}

static struct extent *smallest(const struct vt__extents *extents, size_t size)
{
	struct vt__node *node = vt__map_ceiling(&extents->by_size, size_key(size, 0));

	while (node && of_size_node(node)->size < size)
		node = vt__map_ceiling(&extents->by_size, node->key + 1);
	return node ? of_size_node(node) : NULL;
}

bool vt__extents_fit(const struct vt__extents *extents, size_t size)
{
	return smallest(extents, size) != NULL;
}

bool vt__extents_take(struct vt__extents *extents, size_t size, uintptr_t *start)
{
	struct extent *extent = smallest(extents, size);

	if (!extent)
		return false;
	*start = extent->by_start.key;
	withdraw(extents, extent);
	if (extent->size > size)
		insert(extents, extent, *start + size, extent->size - size);
	else
		free(extent);
	return true;
}

/* The free neighbour goes; its size, or 0. */
static size_t absorb(struct vt__extents *extents, struct extent *neighbour)
{
	size_t size = neighbour->size;

	withdraw(extents, neighbour);
	free(neighbour);
	return size;
}

struct vt__extent vt__extents_give(struct vt__extents *extents, uintptr_t start, size_t size,
				   uintptr_t boundary)
{
	struct extent *below = (struct extent *)vt__map_floor(&extents->by_start, start);
	struct extent *above = (struct extent *)vt__map_find(&extents->by_start, start + size);
	struct extent *made = malloc(sizeof(*made));
	struct vt__extent joined = {start, size};

	if (below && below->by_start.key + below->size == start &&
	    !(boundary && start % boundary == 0)) {
		joined.start = below->by_start.key;
		joined.size += absorb(extents, below);
	}
	if (above && !(boundary && (start + size) % boundary == 0))
		joined.size += absorb(extents, above);
	if (made)
		insert(extents, made, joined.start, joined.size);
	return joined;
}

void vt__extents_remove(struct vt__extents *extents, uintptr_t start)
{
	struct extent *extent = (struct extent *)vt__map_find(&extents->by_start, start);

	if (extent)
		(void)absorb(extents, extent);
}
