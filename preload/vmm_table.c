/* Reference counts of physical memory, in uthash by handle and a sorted array of mappings. */
#include "config.h"

#include <stddef.h>
#include <string.h>

#include "ledger/lock.h"
#include "ledger/table.h"
#include "preload/process.h"
#include "preload/vmm_table.h"

/* Freed ones are only reused as objects; their number is 0 meanwhile. */
struct object {
	uint64_t number;
	uint64_t references; /* through all its handles */
	uint64_t mappings;
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

struct mapping {
	uint64_t start;
	uint64_t end;
	struct object *object;
	uint64_t marked; /* an unmap of it is with the driver */
};

struct table {
	struct vt__lock lock;
	struct vt__arena arena;
	struct handle *by_value;
	struct object *unused;    /* linked through `mappings` */
	struct mapping *mappings; /* by start */
	size_t mapping_count;
	size_t mapping_capacity;
	uint64_t last_number;
};

_Static_assert(sizeof(struct table) <= VT__PART_BYTES, "the table fits its part");

static struct table *the_table(void)
{
	return vt__process_part(VT__PART_VMM);
}

static unsigned hash_of(uint64_t value)
{
	return (unsigned)vt__hash_word(value);
}

static struct handle *find_handle(struct table *table, uint64_t value)
{
	struct handle *found;

	HASH_FIND_BYHASHVALUE(hh, table->by_value, &value, sizeof(value), hash_of(value), found);
	return found;
}

static struct handle *make_handle(struct table *table, uint64_t value)
{
	struct vt__arena *table_arena = &table->arena;
	struct handle *handle = find_handle(table, value);

	if (handle)
		return handle;
	handle = vt__arena_take(&table->arena, sizeof(*handle));
	if (!handle)
		return NULL;
	memset(handle, 0, sizeof(*handle));
	handle->value = value;
	HASH_ADD_BYHASHVALUE(hh, table->by_value, value, sizeof(value), hash_of(value), handle);
	if (handle->hh.tbl)
		return handle;
	vt__arena_give(&table->arena, handle, sizeof(*handle));
	return NULL;
}

static void refer(struct handle *handle, struct object *object)
{
	handle->object = object;
	handle->last_number = object->number;
	handle->references++;
	object->references++;
}

static struct object *take_object(struct table *table)
{
	struct object *object = table->unused;

	if (object)
		table->unused = (struct object *)(uintptr_t)object->mappings;
	else
		object = vt__arena_take(&table->arena, sizeof(*object));
	if (!object)
		return NULL;
	memset(object, 0, sizeof(*object));
	object->number = ++table->last_number;
	return object;
}

static void give_object(struct table *table, struct object *object)
{
	object->number = 0;
	object->mappings = (uintptr_t)table->unused;
	table->unused = object;
}

static bool has_ended(const struct object *object)
{
	return object->references == 0 && object->mappings == 0;
}

uint64_t vt__vmm_add(uint64_t value)
{
	struct table *table = the_table();
	struct handle *handle;
	struct object *object = NULL;
	uint64_t number = 0;

	if (!table)
		return 0;
	vt__lock_take(&table->lock);
	handle = make_handle(table, value);
	if (handle)
		object = take_object(table);
	if (object) {
		number = object->number;
		handle->references = 0; /* whatever it named before is gone from the driver */
		refer(handle, object);
	}
	vt__lock_give(&table->lock);
	return number;
}

/* The first mapping that ends after `address`. */
static size_t first_mapping(const struct table *table, uint64_t address)
{
	size_t low = 0, high = table->mapping_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->mappings[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void vt__vmm_retain(uint64_t value, uint64_t address)
{
	struct table *table = the_table();
	struct handle *handle;
	size_t at;

	if (!table)
		return;
	vt__lock_take(&table->lock);
	at = first_mapping(table, address);
	if (at < table->mapping_count && table->mappings[at].start <= address) {
		handle = make_handle(table, value);
		if (handle)
			refer(handle, table->mappings[at].object);
	}
	vt__lock_give(&table->lock);
}

struct vt__vmm_release vt__vmm_release(uint64_t value)
{
	struct table *table = the_table();
	struct vt__vmm_release release = {0, NULL, false, false};
	struct handle *handle;

	if (!table)
		return release;
	vt__lock_take(&table->lock);
	handle = find_handle(table, value);
	if (handle) {
		release.object = handle->last_number;
		release.refused = handle->references == 0;
	}
	if (handle && handle->references) {
		struct object *object = handle->object;

		handle->references--;
		object->references--;
		release.ended = has_ended(object);
		release.memory = object;
	}
	vt__lock_give(&table->lock);
	return release;
}

void vt__vmm_unrelease(uint64_t value, const struct vt__vmm_release *release)
{
	struct table *table = the_table();
	struct handle *handle;

	if (!table || !release->object || release->refused)
		return;
	vt__lock_take(&table->lock);
	handle = find_handle(table, value);
	if (handle && handle->last_number == release->object &&
	    handle->object->number == release->object)
		refer(handle, handle->object);
	vt__lock_give(&table->lock);
}

/* The driver took the release that ended the object. A handle value that came
 * again meanwhile names another object and is left alone. */
void vt__vmm_released(const struct vt__vmm_release *release)
{
	struct table *table = the_table();

	if (!table || !release->ended)
		return;
	vt__lock_take(&table->lock);
	give_object(table, release->memory);
	vt__lock_give(&table->lock);
}

static bool make_room(struct table *table)
{
	size_t capacity = table->mapping_capacity ? 2 * table->mapping_capacity : 128;
	struct mapping *bigger;

	if (table->mapping_count < table->mapping_capacity)
		return true;
	bigger = vt__arena_take(&table->arena, capacity * sizeof(*bigger));
	if (!bigger)
		return false;
	if (table->mappings) {
		memcpy(bigger, table->mappings, table->mapping_count * sizeof(*bigger));
		vt__arena_give(&table->arena, table->mappings,
			       table->mapping_capacity * sizeof(*bigger));
	}
	table->mappings = bigger;
	table->mapping_capacity = capacity;
	return true;
}

static void insert(struct table *table, const struct mapping *mapping)
{
	size_t at = first_mapping(table, mapping->start);

	memmove(&table->mappings[at + 1], &table->mappings[at],
		(table->mapping_count - at) * sizeof(*mapping));
	table->mappings[at] = *mapping;
	table->mapping_count++;
}

bool vt__vmm_map(uint64_t value, uint64_t address, uint64_t bytes)
{
	struct table *table = the_table();
	struct handle *handle;
	bool kept = true;

	if (!table)
		return false;
	vt__lock_take(&table->lock);
	handle = find_handle(table, value);
	if (handle && handle->references) {
		struct mapping mapping = {address, address + bytes, handle->object, 0};

		handle->object->mappings++;
		kept = make_room(table);
		if (kept)
			insert(table, &mapping);
	}
	vt__lock_give(&table->lock);
	return kept;
}

static void set_mark(uint64_t address, uint64_t bytes, uint64_t marked)
{
	struct table *table = the_table();

	if (!table)
		return;
	vt__lock_take(&table->lock);
	for (size_t i = first_mapping(table, address);
	     i < table->mapping_count && table->mappings[i].start < address + bytes; i++)
		table->mappings[i].marked = marked;
	vt__lock_give(&table->lock);
}

void vt__vmm_mark(uint64_t address, uint64_t bytes)
{
	set_mark(address, bytes, 1);
}

void vt__vmm_unmark(uint64_t address, uint64_t bytes)
{
	set_mark(address, bytes, 0);
}

/* Takes marked mappings out until one of them was its object's last. */
static uint64_t take_ended(struct table *table, uint64_t address, uint64_t bytes)
{
	size_t i = first_mapping(table, address);

	while (i < table->mapping_count && table->mappings[i].start < address + bytes) {
		struct object *object = table->mappings[i].object;

		if (!table->mappings[i].marked) {
			i++;
			continue;
		}
		memmove(&table->mappings[i], &table->mappings[i + 1],
			(table->mapping_count - i - 1) * sizeof(table->mappings[i]));
		table->mapping_count--;
		object->mappings--;
		if (has_ended(object)) {
			uint64_t number = object->number;

			give_object(table, object);
			return number;
		}
	}
	return 0;
}

uint64_t vt__vmm_take_ended(uint64_t address, uint64_t bytes)
{
	struct table *table = the_table();
	uint64_t number = 0;

	if (!table)
		return 0;
	vt__lock_take(&table->lock);
	number = take_ended(table, address, bytes);
	vt__lock_give(&table->lock);
	return number;
}
