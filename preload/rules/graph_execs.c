/* What launches of executable graphs allocate and free, in uthash by handle. */
#include "config.h"

#include <string.h>

#include "preload/rules/graph_private.h"

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
	uint64_t context;    /* that it ends with; 0: not known */
	uint64_t references; /* the table's, and of those who got it */
	uint64_t bytes;
	struct node *nodes;
	UT_hash_handle hh;
};

/* Of the process image, as the definitions' flag. */
atomic_bool vt__graph_exec_entered;

static void drop_node(struct table *table, struct vt__graph_exec *exec, struct node *node)
{
	struct vt__arena *table_arena = &table->arena;

	HASH_DELETE(hh, exec->nodes, node);
	vt__graph_give_origin(table, node->origin);
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

struct vt__graph_exec *vt__graph_exec_new(uint64_t context)
{
	struct table *table = vt__graph_open();
	struct vt__graph_exec *exec;

	if (!table)
		return NULL;
	exec = vt__arena_take(&table->arena, sizeof(*exec));
	if (exec) {
		memset(exec, 0, sizeof(*exec));
		exec->context = context;
		exec->references = 1;
	}
	vt__graph_close(table);
	return exec;
}

static struct node *make_node(struct table *table, struct vt__graph_exec *exec, uint64_t address)
{
	struct vt__arena *table_arena = &table->arena;
	struct node *node;

	HASH_FIND_BYHASHVALUE(hh, exec->nodes, &address, sizeof(address), vt__graph_hash(address),
			      node);
	if (node)
		return node;
	node = vt__arena_take(&table->arena, sizeof(*node));
	if (!node)
		return NULL;
	memset(node, 0, sizeof(*node));
	node->address = address;
	node->memory.address = address;
	HASH_ADD_BYHASHVALUE(hh, exec->nodes, address, sizeof(address), vt__graph_hash(address),
			     node);
	if (node->hh.tbl)
		return node;
	vt__arena_give(&table->arena, node, sizeof(*node));
	return NULL;
}

bool vt__graph_exec_allocates(struct vt__graph_exec *exec, uint64_t address, uint64_t bytes,
			      int32_t device)
{
	struct table *table = vt__graph_open();
	struct node *node;

	if (!table)
		return false;
	node = make_node(table, exec, address);
	if (node && !node->allocated) {
		node->allocated = true;
		node->memory.bytes = bytes;
		node->memory.device = device;
		exec->bytes += bytes;
		node->origin = vt__graph_origin_of(table, address);
		if (node->origin)
			node->memory.origin = &node->origin->told;
	}
	vt__graph_close(table);
	return node != NULL;
}

bool vt__graph_exec_frees(struct vt__graph_exec *exec, uint64_t address)
{
	struct table *table = vt__graph_open();
	struct node *node;

	if (!table)
		return false;
	node = make_node(table, exec, address);
	if (node)
		node->freed = true;
	vt__graph_close(table);
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

	HASH_FIND_BYHASHVALUE(hh, table->execs, &handle, sizeof(handle), vt__graph_hash(handle),
			      found);
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
	HASH_ADD_BYHASHVALUE(hh, table->execs, handle, sizeof(handle), vt__graph_hash(handle),
			     exec);
	if (exec->hh.tbl) /* no order: a look at whether the table is to be asked, under its lock */
		atomic_store_explicit(&vt__graph_exec_entered, true, memory_order_relaxed);
	else
		unrefer(table, exec);
}

void vt__graph_exec_enter(uint64_t handle, struct vt__graph_exec *exec)
{
	struct table *table = vt__graph_open();
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
	vt__graph_close(table);
}

struct vt__graph_exec *vt__graph_exec_get(uint64_t handle)
{
	struct table *table = vt__graph_open();
	struct vt__graph_exec *exec;

	if (!table)
		return NULL;
	exec = find_exec(table, handle);
	if (exec)
		exec->references++;
	vt__graph_close(table);
	return exec;
}

struct vt__graph_exec *vt__graph_exec_take(uint64_t handle)
{
	struct table *table = vt__graph_open();
	struct vt__graph_exec *exec;

	if (!table)
		return NULL;
	exec = withdraw(table, handle);
	vt__graph_close(table);
	return exec;
}

void vt__graph_exec_give(struct vt__graph_exec *exec)
{
	struct table *table = exec ? vt__graph_open() : NULL;

	if (!table)
		return;
	unrefer(table, exec);
	vt__graph_close(table);
}

void vt__graph_execs_drop_context(uint64_t context)
{
	struct table *table = context && vt__graph_exec_any() ? vt__graph_open() : NULL;
	struct vt__graph_exec *exec, *next;
	struct vt__arena *table_arena;

	if (!table)
		return;
	table_arena = &table->arena;
	HASH_ITER(hh, table->execs, exec, next) {
		if (exec->context != context)
			continue;
		HASH_DELETE(hh, table->execs, exec);
		unrefer(table, exec);
	}
	vt__graph_close(table);
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

uint64_t vt__graph_exec_context(const struct vt__graph_exec *exec)
{
	return exec->context;
}
