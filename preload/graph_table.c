/* Definitions and executable graphs, in uthash by address and by handle. */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "ledger/lock.h"
#include "ledger/table.h"
#include "preload/graph_table.h"
#include "preload/process.h"

/* A block with the frames and words behind it; shared by the definition and
 * the executables that were made of it. */
struct origin {
	struct vt__graph_origin told;
	uint64_t references;
	size_t bytes;
};

struct definition {
	uint64_t address;
	struct origin *origin;
	UT_hash_handle hh;
};

struct node {
	struct vt__graph_memory memory; /* first: a caller's pointer is the node's */
	uint64_t address;
	struct origin *origin;
	bool allocated;
	bool freed;
	UT_hash_handle hh;
};

struct vt__graph_exec {
	uint64_t handle;
	uint64_t references; /* the table's, and of those who got it */
	uint64_t bytes;
	struct node *nodes;
	UT_hash_handle hh;
};

struct table {
	struct vt__lock lock;
	struct vt__arena arena;
	struct definition *definitions;
	struct vt__graph_exec *execs;
};

_Static_assert(sizeof(struct table) <= VT__PART_BYTES, "the table fits its part");

/* Of the process image: a forked child that has no table yet looks once more. */
atomic_bool vt__graph_exec_entered;
static atomic_bool defined;

static struct table *open_table(void)
{
	int saved = errno;
	struct table *table = vt__process_part(VT__PART_GRAPHS);

	if (table)
		vt__lock_take(&table->lock);
	errno = saved;
	return table;
}

static void close_table(struct table *table)
{
	int saved = errno;

	vt__lock_give(&table->lock);
	errno = saved;
}

static unsigned hash_of(uint64_t value)
{
	return (unsigned)vt__hash_word(value);
}

/* ---- Origins ------------------------------------------------------------- */

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
	origin->told.purpose = copy_words(told->purpose, &room);
	origin->told.label = copy_words(told->label, &room);
	origin->references = 1;
	origin->bytes = bytes;
	return origin;
}

static void give_origin(struct table *table, struct origin *origin)
{
	if (origin && --origin->references == 0)
		vt__arena_give(&table->arena, origin, origin->bytes);
}

/* ---- Definitions --------------------------------------------------------- */

static struct definition *find_definition(struct table *table, uint64_t address)
{
	struct definition *found;

	HASH_FIND_BYHASHVALUE(hh, table->definitions, &address, sizeof(address), hash_of(address),
			      found);
	return found;
}

static bool add_definition(struct table *table, uint64_t address, struct origin *origin)
{
	struct vt__arena *table_arena = &table->arena;
	struct definition *definition = find_definition(table, address);

	if (definition) {
		give_origin(table, definition->origin);
		definition->origin = origin;
		return true;
	}
	definition = vt__arena_take(&table->arena, sizeof(*definition));
	if (!definition)
		return false;
	definition->address = address;
	definition->origin = origin;
	HASH_ADD_BYHASHVALUE(hh, table->definitions, address, sizeof(address), hash_of(address),
			     definition);
	if (definition->hh.tbl)
		return true;
	vt__arena_give(&table->arena, definition, sizeof(*definition));
	return false;
}

bool vt__graph_define(uint64_t address, const struct vt__graph_origin *told)
{
	struct table *table = open_table();
	struct origin *origin;
	bool added = false;

	atomic_store_explicit(&defined, true, memory_order_relaxed);
	if (!table)
		return false;
	origin = copy_origin(table, told);
	if (origin) {
		added = add_definition(table, address, origin);
		if (!added)
			give_origin(table, origin);
	}
	close_table(table);
	return added;
}

void vt__graph_forget(uint64_t address)
{
	struct table *table = open_table();
	struct vt__arena *table_arena;
	struct definition *definition;

	if (!table)
		return;
	table_arena = &table->arena;
	definition = find_definition(table, address);
	if (definition) {
		HASH_DELETE(hh, table->definitions, definition);
		give_origin(table, definition->origin);
		vt__arena_give(&table->arena, definition, sizeof(*definition));
	}
	close_table(table);
}

bool vt__graph_any_defined(void)
{
	return atomic_load_explicit(&defined, memory_order_relaxed);
}

/* ---- Executable graphs --------------------------------------------------- */

static void drop_node(struct table *table, struct vt__graph_exec *exec, struct node *node)
{
	struct vt__arena *table_arena = &table->arena;

	HASH_DELETE(hh, exec->nodes, node);
	give_origin(table, node->origin);
	vt__arena_give(&table->arena, node, sizeof(*node));
}

static void unrefer(struct table *table, struct vt__graph_exec *exec)
{
	if (--exec->references)
		return;
	while (exec->nodes)
		drop_node(table, exec, exec->nodes);
	vt__arena_give(&table->arena, exec, sizeof(*exec));
}

struct vt__graph_exec *vt__graph_exec_new(void)
{
	struct table *table = open_table();
	struct vt__graph_exec *exec;

	if (!table)
		return NULL;
	exec = vt__arena_take(&table->arena, sizeof(*exec));
	if (exec) {
		memset(exec, 0, sizeof(*exec));
		exec->references = 1;
	}
	close_table(table);
	return exec;
}

static struct node *make_node(struct table *table, struct vt__graph_exec *exec, uint64_t address)
{
	struct vt__arena *table_arena = &table->arena;
	struct node *node;

	HASH_FIND_BYHASHVALUE(hh, exec->nodes, &address, sizeof(address), hash_of(address), node);
	if (node)
		return node;
	node = vt__arena_take(&table->arena, sizeof(*node));
	if (!node)
		return NULL;
	memset(node, 0, sizeof(*node));
	node->address = address;
	node->memory.address = address;
	HASH_ADD_BYHASHVALUE(hh, exec->nodes, address, sizeof(address), hash_of(address), node);
	if (node->hh.tbl)
		return node;
	vt__arena_give(&table->arena, node, sizeof(*node));
	return NULL;
}

bool vt__graph_exec_allocates(struct vt__graph_exec *exec, uint64_t address, uint64_t bytes,
			      int32_t device)
{
	struct table *table = open_table();
	const struct definition *definition;
	struct node *node;

	if (!table)
		return false;
	node = make_node(table, exec, address);
	definition = find_definition(table, address);
	if (node && !node->allocated) {
		node->allocated = true;
		node->memory.bytes = bytes;
		node->memory.device = device;
		exec->bytes += bytes;
		if (definition) {
			node->origin = definition->origin;
			node->origin->references++;
			node->memory.origin = &node->origin->told;
		}
	}
	close_table(table);
	return node != NULL;
}

bool vt__graph_exec_frees(struct vt__graph_exec *exec, uint64_t address)
{
	struct table *table = open_table();
	struct node *node;

	if (!table)
		return false;
	node = make_node(table, exec, address);
	if (node)
		node->freed = true;
	close_table(table);
	return node != NULL;
}

/* Only what outlives a launch, and what it frees of others, stays. */
static void settle(struct table *table, struct vt__graph_exec *exec)
{
	struct node *node = exec->nodes;

	while (node) {
		struct node *next = node->hh.next;

		node->memory.frees = node->freed;
		if (node->allocated && node->freed)
			drop_node(table, exec, node);
		node = next;
	}
}

static struct vt__graph_exec *find_exec(struct table *table, uint64_t handle)
{
	struct vt__graph_exec *found;

	HASH_FIND_BYHASHVALUE(hh, table->execs, &handle, sizeof(handle), hash_of(handle), found);
	return found;
}

static struct vt__graph_exec *withdraw(struct table *table, uint64_t handle)
{
	struct vt__arena *table_arena = &table->arena;
	struct vt__graph_exec *exec = find_exec(table, handle);

	if (exec)
		HASH_DELETE(hh, table->execs, exec);
	return exec;
}

static void add_exec(struct table *table, uint64_t handle, struct vt__graph_exec *exec)
{
	struct vt__arena *table_arena = &table->arena;

	exec->handle = handle;
	HASH_ADD_BYHASHVALUE(hh, table->execs, handle, sizeof(handle), hash_of(handle), exec);
	if (exec->hh.tbl)
		atomic_store_explicit(&vt__graph_exec_entered, true, memory_order_relaxed);
	else
		unrefer(table, exec);
}

void vt__graph_exec_enter(uint64_t handle, struct vt__graph_exec *exec)
{
	struct table *table = open_table();
	struct vt__graph_exec *old;

	if (!table)
		return;
	old = withdraw(table, handle);
	if (old)
		unrefer(table, old);
	settle(table, exec);
	if (exec->nodes || exec->bytes)
		add_exec(table, handle, exec);
	else
		unrefer(table, exec);
	close_table(table);
}

struct vt__graph_exec *vt__graph_exec_get(uint64_t handle)
{
	struct table *table = open_table();
	struct vt__graph_exec *exec;

	if (!table)
		return NULL;
	exec = find_exec(table, handle);
	if (exec)
		exec->references++;
	close_table(table);
	return exec;
}

struct vt__graph_exec *vt__graph_exec_take(uint64_t handle)
{
	struct table *table = open_table();
	struct vt__graph_exec *exec;

	if (!table)
		return NULL;
	exec = withdraw(table, handle);
	close_table(table);
	return exec;
}

void vt__graph_exec_give(struct vt__graph_exec *exec)
{
	struct table *table = exec ? open_table() : NULL;

	if (!table)
		return;
	unrefer(table, exec);
	close_table(table);
}

const struct vt__graph_memory *vt__graph_exec_next(const struct vt__graph_exec *exec,
						   const struct vt__graph_memory *previous)
{
	const struct node *node = (const struct node *)previous;

	node = node ? node->hh.next : exec->nodes;
	return node ? &node->memory : NULL;
}

uint64_t vt__graph_exec_bytes(const struct vt__graph_exec *exec)
{
	return exec->bytes;
}
