/* Who defined the allocations of graphs, in uthash by address. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "preload/rules/graph_private.h"

/* Of the process image: a forked child that has no table yet looks once more. */
static atomic_bool defined;

struct table *vt__graph_open(void)
{
	int saved = errno;
	struct table *table = vt__process_part(VT__PART_GRAPHS);

	if (table && !vt__process_lock(&table->lock))
		table = NULL;
	errno = saved;
	return table;
}

void vt__graph_close(struct table *table)
{
	int saved = errno;

	vt__lock_give(&table->lock);
	errno = saved;
}

static size_t bytes_of(const char *words)
{
	return words ? strlen(words) + 1 : 0;
}

static char *copy_words(const char *words, char **room)
{
	char *copy = *room;

	if (!words)
		return NULL;
	memcpy(copy, words, bytes_of(words));
	*room += bytes_of(words);
	return copy;
}

static struct origin *copy_origin(struct table *table, const struct vt__graph_origin *told)
{
	size_t frames = told->stack.depth * sizeof(*told->stack.ips);
	size_t bytes = sizeof(struct origin) + frames + bytes_of(told->purpose) +
		       bytes_of(told->label);
	struct origin *origin = vt__arena_take(&table->arena, bytes);
	uintptr_t *ips;
	char *room;

	if (!origin)
		return NULL;
	ips = (uintptr_t *)(origin + 1);
	if (frames)
		memcpy(ips, told->stack.ips, frames);
	room = (char *)ips + frames;
	origin->told = *told;
	origin->told.stack.ips = ips;
	/* by its key: the frames themselves were those of the call */
	origin->told.stack.sps = NULL;
	origin->told.stack.python = NULL;
	origin->told.stack.note = NULL;
	origin->told.purpose = copy_words(told->purpose, &room);
	origin->told.label = copy_words(told->label, &room);
	origin->references = 1;
	origin->bytes = bytes;
	return origin;
}

void vt__graph_give_origin(struct table *table, struct origin *origin)
{
	if (origin && --origin->references == 0)
		vt__arena_give(&table->arena, origin, origin->bytes);
}

static struct definition *find_definition(struct table *table, uint64_t address)
{
	struct definition *found;

	HASH_FIND_BYHASHVALUE(hh, table->definitions, &address, sizeof(address),
			      vt__graph_hash(address), found);
	return found;
}

struct origin *vt__graph_origin_of(struct table *table, uint64_t address)
{
	const struct definition *definition = find_definition(table, address);

	if (!definition)
		return NULL;
	definition->origin->references++;
	return definition->origin;
}

static bool add_definition(struct table *table, uint64_t address, struct origin *origin)
{
	struct vt__arena *table_arena = &table->arena;
	struct definition *definition = find_definition(table, address);

	if (definition) {
		vt__graph_give_origin(table, definition->origin);
		definition->origin = origin;
		return true;
	}
	definition = vt__arena_take(&table->arena, sizeof(*definition));
	if (!definition)
		return false;
	definition->address = address;
	definition->origin = origin;
	HASH_ADD_BYHASHVALUE(hh, table->definitions, address, sizeof(address),
			     vt__graph_hash(address), definition);
	if (definition->hh.tbl)
		return true;
	vt__arena_give(&table->arena, definition, sizeof(*definition));
	return false;
}

bool vt__graph_define(uint64_t address, const struct vt__graph_origin *told)
{
	struct table *table = vt__graph_open();
	struct origin *origin;
	bool added = false;

	atomic_store_explicit(&defined, true, memory_order_relaxed);
	if (!table)
		return false;
	origin = copy_origin(table, told);
	if (origin) {
		added = add_definition(table, address, origin);
		if (!added)
			vt__graph_give_origin(table, origin);
	}
	vt__graph_close(table);
	return added;
}

void vt__graph_forget(uint64_t address)
{
	struct table *table = vt__graph_open();
	struct vt__arena *table_arena;
	struct definition *definition;

	if (!table)
		return;
	table_arena = &table->arena;
	definition = find_definition(table, address);
	if (definition) {
		HASH_DELETE(hh, table->definitions, definition);
		vt__graph_give_origin(table, definition->origin);
		vt__arena_give(&table->arena, definition, sizeof(*definition));
	}
	vt__graph_close(table);
}

/* No order: who has a graph of another thread's has it by the program's own, and reads the table
 * under its lock. */
bool vt__graph_any_defined(void)
{
	return atomic_load_explicit(&defined, memory_order_relaxed);
}
