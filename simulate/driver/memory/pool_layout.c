/* Where the allocations of a pool lie, and which steps of its range are backed. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/driver/memory/pool_layout.h"

static size_t first_step(uintptr_t offset)
{
	return offset / VT_POOL_STEP;
}

static size_t after_last_step(uintptr_t offset, size_t size)
{
	return (offset + size - 1) / VT_POOL_STEP + 1;
}

/* One holder more, or less, in each step of a piece. */
static void hold(struct vt__pool_layout *layout, uintptr_t offset, size_t size, int change)
{
	for (size_t i = first_step(offset); i < after_last_step(offset, size); i++)
		layout->steps[i].holders += (size_t)change;
}

static int make_steps(struct vt__pool_layout *layout, size_t count)
{
	struct vt__pool_step *more;

	if (count <= layout->count)
		return 0;
	count += layout->count;
	more = realloc(layout->steps, count * sizeof(*more));
	if (!more)
		return -ENOMEM;
	memset(more + layout->count, 0, (count - layout->count) * sizeof(*more));
	layout->steps = more;
	layout->count = count;
	return 0;
}

static void forget(struct vt__pool_layout *layout, struct vt__freed *freed)
{
	hold(layout, freed->node.key, freed->size, -1);
	vt__map_remove(&layout->freed, &freed->node);
	free(freed);
}

static bool remember(struct vt__pool_layout *layout, uintptr_t offset, size_t size,
		     const struct vt__freed *how)
{
	struct vt__freed *made = malloc(sizeof(*made));

	if (!made)
		return false;
	*made = *how;
	made->size = size;
	vt__map_insert(&layout->freed, &made->node, offset);
	hold(layout, offset, size, 1);
	return true;
}

/* What is taken again is freed no more: only what is left of a piece at both ends stays so. */
static void cut(struct vt__pool_layout *layout, struct vt__freed *freed, uintptr_t offset,
		size_t size)
{
	const struct vt__freed how = *freed;
	uintptr_t start = freed->node.key, end = start + freed->size, after = offset + size;

	forget(layout, freed);
	if (start < offset)
		(void)remember(layout, start, offset - start, &how);
	if (after < end)
		(void)remember(layout, after, end - after, &how);
}

static struct vt__freed *overlapping(const struct vt__pool_layout *layout, uintptr_t offset,
				     size_t size)
{
	struct vt__freed *freed = (struct vt__freed *)vt__map_floor(&layout->freed,
								    offset + size - 1);

	return freed && freed->node.key + freed->size > offset ? freed : NULL;
}

int vt__layout_take(struct vt__pool_layout *layout, size_t size, uintptr_t *offset, size_t *more)
{
	uintptr_t place = layout->end;
	struct vt__freed *freed;
	size_t missing = 0;

	if (!vt__extents_take(&layout->free, size, &place)) {
		if (make_steps(layout, after_last_step(place, size)))
			return -ENOMEM;
		layout->end += size;
	}
	/* Held from now on: making room for it must not unback its steps. */
	hold(layout, place, size, 1);
	while ((freed = overlapping(layout, place, size)) != NULL)
		cut(layout, freed, place, size);
	for (size_t i = first_step(place); i < after_last_step(place, size); i++)
		missing += !layout->steps[i].backed;
	*offset = place;
	*more = missing;
	return 0;
}

void vt__layout_back(struct vt__pool_layout *layout, uintptr_t offset, size_t size)
{
	for (size_t i = first_step(offset); i < after_last_step(offset, size); i++) {
		layout->backed += !layout->steps[i].backed;
		layout->steps[i].backed = true;
	}
}

static void make_free(struct vt__pool_layout *layout, uintptr_t offset, size_t size)
{
	struct vt__extent joined = vt__extents_give(&layout->free, offset, size, 0);

	if (joined.start + joined.size != layout->end)
		return;
	vt__extents_remove(&layout->free, joined.start);
	layout->end = joined.start;
}

void vt__layout_give_up(struct vt__pool_layout *layout, uintptr_t offset, size_t size)
{
	hold(layout, offset, size, -1);
	make_free(layout, offset, size);
}

static struct vt__freed *first_freed(const struct vt__pool_layout *layout, uintptr_t from)
{
	return (struct vt__freed *)vt__map_ceiling(&layout->freed, from);
}

struct vt__freed *vt__layout_waiting(struct vt__pool_layout *layout, unsigned long long stream,
				     size_t size)
{
	struct vt__freed *freed = layout->waiting ? first_freed(layout, 0) : NULL;

	while (freed && !(freed->waiting && freed->stream == stream && freed->size == size))
		freed = first_freed(layout, freed->node.key + 1);
	return freed;
}

void *vt__layout_retake(struct vt__pool_layout *layout, struct vt__freed *freed)
{
	void *waiting = freed->waiting;

	/* The holder is the allocation again. */
	layout->waiting--;
	hold(layout, freed->node.key, freed->size, 1);
	forget(layout, freed);
	return waiting;
}

bool vt__layout_free(struct vt__pool_layout *layout, uintptr_t offset, size_t size,
		     const struct vt__freed *how)
{
	bool remembered = remember(layout, offset, size, how);

	hold(layout, offset, size, -1);
	if (remembered && how->waiting)
		layout->waiting++;
	else
		make_free(layout, offset, size);
	return remembered;
}

void *vt__layout_reached(struct vt__pool_layout *layout, unsigned long long stream)
{
	struct vt__freed *freed = layout->waiting ? first_freed(layout, 0) : NULL;
	void *waiting;

	while (freed && !(freed->waiting && freed->stream == stream))
		freed = first_freed(layout, freed->node.key + 1);
	if (!freed)
		return NULL;
	waiting = freed->waiting;
	freed->waiting = NULL;
	layout->waiting--;
	make_free(layout, freed->node.key, freed->size);
	return waiting;
}

void vt__layout_settle(struct vt__pool_layout *layout, unsigned long long stream,
		       unsigned long long number)
{
	struct vt__freed *freed = first_freed(layout, 0);

	while (freed) {
		uintptr_t after = freed->node.key + 1;

		if (!freed->waiting && freed->number <= number &&
		    (stream == VT_EVERY_STREAM || freed->stream == stream))
			forget(layout, freed);
		freed = first_freed(layout, after);
	}
}

void vt__layout_trim(struct vt__pool_layout *layout, size_t keep)
{
	for (size_t i = layout->count;
	     i-- > 0 && layout->backed && (layout->backed - 1) * VT_POOL_STEP >= keep;) {
		if (!layout->steps[i].backed || layout->steps[i].holders)
			continue;
		layout->steps[i].backed = false;
		layout->backed--;
	}
}

void vt__layout_drop(struct vt__pool_layout *layout)
{
	while (layout->freed.root)
		forget(layout, (struct vt__freed *)layout->freed.root);
	while (layout->free.by_start.root)
		vt__extents_remove(&layout->free, layout->free.by_start.root->key);
	free(layout->steps);
}
