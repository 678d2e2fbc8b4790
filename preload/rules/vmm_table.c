/* Reference counts of physical memory through its handles, in uthash by handle. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "preload/rules/vmm_private.h"

struct table *vt__vmm_open(void)
{
	int saved = errno;
	struct table *table = vt__process_part(VT__PART_VMM);

	if (table && !vt__process_lock(&table->lock))
		table = NULL;
	errno = saved;
	return table;
}

void vt__vmm_close(struct table *table)
{
	int saved = errno;

	vt__lock_give(&table->lock);
	errno = saved;
}

static unsigned hash_of(uint64_t value)
{
	return (unsigned)vt__hash_word(value);
}

struct handle *vt__vmm_find_handle(struct table *table, uint64_t value)
{
	struct handle *found;

	HASH_FIND_BYHASHVALUE(hh, table->by_value, &value, sizeof(value), hash_of(value), found);
	return found;
}

struct handle *vt__vmm_make_handle(struct table *table, uint64_t value)
{
	struct vt__arena *table_arena = &table->arena;
	struct handle *handle = vt__vmm_find_handle(table, value);

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

void vt__vmm_refer_to(struct handle *handle, struct object *object, const struct vt__stack *stack)
{
	handle->object = object;
	handle->last_number = object->number;
	handle->references++;
	object->references++;
	vt__vmm_tell_count(object->told, object->references, stack);
}

static struct object *take_object(struct table *table)
{
	struct object *object = table->unused;

	if (object)
		table->unused = object->next;
	else
		object = vt__arena_take(&table->arena, sizeof(*object));
	if (!object)
		return NULL;
	memset(object, 0, sizeof(*object));
	object->number = ++table->last_number;
	return object;
}

void vt__vmm_give_object(struct table *table, struct object *object)
{
	vt__vmm_untell(object->told);
	object->told = 0;
	object->number = 0;
	object->next = table->unused;
	table->unused = object;
}

bool vt__vmm_has_ended(const struct object *object)
{
	return object->references == 0 && object->holds == 0;
}

uint64_t vt__vmm_add(uint64_t value)
{
	struct table *table = vt__vmm_open();
	struct handle *handle;
	struct object *object = NULL;
	uint64_t number = 0;

	if (!table)
		return 0;
	handle = vt__vmm_make_handle(table, value);
	if (handle)
		object = take_object(table);
	if (object) {
		number = object->number;
		handle->references = 0; /* whatever it named before is gone from the driver */
		object->told = vt__vmm_tell_handles(number, 1);
		vt__vmm_refer_to(handle, object, NULL);
	}
	vt__vmm_close(table);
	return number;
}

uint64_t vt__vmm_number(uint64_t value)
{
	struct table *table = vt__vmm_open();
	const struct handle *handle;
	uint64_t number;

	if (!table)
		return 0;
	handle = vt__vmm_find_handle(table, value);
	number = handle && handle->references ? handle->last_number : 0;
	vt__vmm_close(table);
	return number;
}

bool vt__vmm_refer(uint64_t value, const struct vt__stack *stack)
{
	struct table *table = vt__vmm_open();
	struct handle *handle;
	bool known;

	if (!table)
		return false;
	handle = vt__vmm_find_handle(table, value);
	known = handle && handle->references;
	if (known)
		vt__vmm_refer_to(handle, handle->object, stack);
	vt__vmm_close(table);
	return known;
}

struct vt__vmm_release vt__vmm_release(uint64_t value)
{
	struct table *table = vt__vmm_open();
	struct vt__vmm_release release = {0, NULL, false, false};
	struct handle *handle;

	if (!table)
		return release;
	handle = vt__vmm_find_handle(table, value);
	if (handle) {
		release.object = handle->last_number;
		release.refused = handle->references == 0;
	}
	if (handle && handle->references) {
		struct object *object = handle->object;

		handle->references--;
		object->references--;
		vt__vmm_tell_count(object->told, object->references, NULL);
		release.ended = vt__vmm_has_ended(object);
		release.memory = object;
	}
	vt__vmm_close(table);
	return release;
}

void vt__vmm_unrelease(uint64_t value, const struct vt__vmm_release *release)
{
	struct table *table;
	struct handle *handle;

	if (!release->object || release->refused)
		return;
	table = vt__vmm_open();
	if (!table)
		return;
	handle = vt__vmm_find_handle(table, value);
	if (handle && handle->last_number == release->object &&
	    handle->object->number == release->object)
		vt__vmm_refer_to(handle, handle->object, NULL);
	vt__vmm_close(table);
}

/* The driver took the release that ended the object. A handle value that came
 * again meanwhile names another object and is left alone. */
void vt__vmm_released(const struct vt__vmm_release *release)
{
	struct table *table = release->ended ? vt__vmm_open() : NULL;

	if (!table)
		return;
	vt__vmm_give_object(table, release->memory);
	vt__vmm_close(table);
}
