/* What holds physical memory besides its handles: mappings and multicast
 * bindings, in one sorted array. */
#include "config.h"

#include <string.h>

#include "preload/rules/vmm_private.h"

struct vt__vmm_range vt__vmm_addresses(uint64_t address, uint64_t bytes)
{
	return (struct vt__vmm_range){0, 0, address, bytes};
}

struct vt__vmm_range vt__vmm_bindings(uint64_t multicast_handle, int device, uint64_t offset,
				      uint64_t bytes)
{
	struct vt__vmm_range range = {0, (uint64_t)device, offset, 0};
	struct table *table = vt__vmm_open();
	const struct handle *handle;

	if (!table)
		return range;
	handle = vt__vmm_find_handle(table, multicast_handle);
	if (handle && handle->references) {
		range.owner = handle->last_number;
		range.bytes = bytes;
	}
	vt__vmm_close(table);
	return range;
}

static bool is_before(const struct hold *hold, uint64_t owner, uint64_t part, uint64_t start)
{
	if (hold->owner != owner)
		return hold->owner < owner;
	if (hold->part != part)
		return hold->part < part;
	return hold->end <= start;
}

/* The first that ends after `start` in its owner's part, or belongs to a later one. */
static size_t first_hold(const struct table *table, uint64_t owner, uint64_t part, uint64_t start)
{
	size_t low = 0, high = table->hold_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (is_before(&table->holds[middle], owner, part, start))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The index of a range's first hold; is_in() is true of it and of those after it. */
static size_t first_in(const struct table *table, const struct vt__vmm_range *range)
{
	return first_hold(table, range->owner, range->part, range->start);
}

static bool is_in(const struct table *table, size_t index, const struct vt__vmm_range *range)
{
	const struct hold *hold;

	if (index >= table->hold_count || !range->bytes)
		return false;
	hold = &table->holds[index];
	return hold->owner == range->owner && hold->part == range->part &&
	       hold->start < range->start + range->bytes;
}

struct object *vt__vmm_mapped_at(const struct table *table, uint64_t address)
{
	const struct vt__vmm_range range = vt__vmm_addresses(address, 1);
	size_t at = first_in(table, &range);

	return is_in(table, at, &range) ? table->holds[at].object : NULL;
}

void vt__vmm_retain(uint64_t value, uint64_t address, const struct vt__stack *stack)
{
	struct table *table = vt__vmm_open();
	struct handle *handle = NULL;
	struct object *object;

	if (!table)
		return;
	object = vt__vmm_mapped_at(table, address);
	if (object)
		handle = vt__vmm_make_handle(table, value);
	if (handle)
		vt__vmm_refer_to(handle, object, stack);
	vt__vmm_close(table);
}

static bool make_room(struct table *table)
{
	size_t capacity = table->hold_capacity ? 2 * table->hold_capacity : 128;
	struct hold *bigger;

	if (table->hold_count < table->hold_capacity)
		return true;
	bigger = vt__arena_take(&table->arena, capacity * sizeof(*bigger));
	if (!bigger)
		return false;
	if (table->holds) {
		memcpy(bigger, table->holds, table->hold_count * sizeof(*bigger));
		vt__arena_give(&table->arena, table->holds, table->hold_capacity * sizeof(*bigger));
	}
	table->holds = bigger;
	table->hold_capacity = capacity;
	return true;
}

static bool hold(struct table *table, struct object *object, const struct vt__vmm_range *range,
		 const struct vt__stack *stack)
{
	size_t at = first_in(table, range);

	object->holds++;
	if (!make_room(table))
		return false;
	memmove(&table->holds[at + 1], &table->holds[at],
		(table->hold_count - at) * sizeof(table->holds[at]));
	table->holds[at] = (struct hold){.owner = range->owner,
					 .part = range->part,
					 .start = range->start,
					 .end = range->start + range->bytes,
					 .object = object,
					 .told = vt__vmm_tell_hold(object->number, range, stack)};
	table->hold_count++;
	return true;
}

bool vt__vmm_hold(uint64_t value, const struct vt__vmm_range *range, const struct vt__stack *stack)
{
	struct table *table = range->bytes ? vt__vmm_open() : NULL;
	const struct handle *handle;
	bool kept = true;

	if (!table)
		return !range->bytes;
	handle = vt__vmm_find_handle(table, value);
	if (handle && handle->references)
		kept = hold(table, handle->object, range, stack);
	vt__vmm_close(table);
	return kept;
}

bool vt__vmm_hold_at(uint64_t address, const struct vt__vmm_range *range,
		     const struct vt__stack *stack)
{
	struct table *table = range->bytes ? vt__vmm_open() : NULL;
	struct object *object;
	bool kept = true;

	if (!table)
		return !range->bytes;
	object = vt__vmm_mapped_at(table, address);
	if (object)
		kept = hold(table, object, range, stack);
	vt__vmm_close(table);
	return kept;
}

static void set_mark(const struct vt__vmm_range *range, uint32_t marked)
{
	struct table *table = vt__vmm_open();

	if (!table)
		return;
	for (size_t i = first_in(table, range); is_in(table, i, range); i++)
		table->holds[i].marked = marked;
	vt__vmm_close(table);
}

void vt__vmm_mark(const struct vt__vmm_range *range)
{
	set_mark(range, 1);
}

void vt__vmm_unmark(const struct vt__vmm_range *range)
{
	set_mark(range, 0);
}

/* Takes a hold out. The number of its object if that was the last thing that
 * referred to it, else 0. */
static uint64_t drop(struct table *table, size_t index)
{
	struct object *object = table->holds[index].object;
	uint64_t number = object->number;

	vt__vmm_untell(table->holds[index].told);
	memmove(&table->holds[index], &table->holds[index + 1],
		(table->hold_count - index - 1) * sizeof(table->holds[index]));
	table->hold_count--;
	object->holds--;
	if (!vt__vmm_has_ended(object))
		return 0;
	vt__vmm_give_object(table, object);
	return number;
}

uint64_t vt__vmm_take_ended(const struct vt__vmm_range *range)
{
	struct table *table = vt__vmm_open();
	uint64_t number = 0;
	size_t i;

	if (!table)
		return 0;
	i = first_in(table, range);
	while (!number && is_in(table, i, range)) {
		if (table->holds[i].marked)
			number = drop(table, i);
		else
			i++;
	}
	vt__vmm_close(table);
	return number;
}

uint64_t vt__vmm_take_owned(uint64_t owner)
{
	struct table *table = vt__vmm_open();
	uint64_t number = 0;
	size_t first;

	if (!table)
		return 0;
	first = first_hold(table, owner, 0, 0);
	while (!number && first < table->hold_count && table->holds[first].owner == owner)
		number = drop(table, first);
	vt__vmm_close(table);
	return number;
}
