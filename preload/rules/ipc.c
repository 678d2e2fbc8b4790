/* What the calls mean that open another process's memory (IPC): an account of
 * its own. Opening it again gives the same address, and only the last close
 * unmaps it. */
#include "config.h"

#include <errno.h>
#include <stddef.h>

#include "base/lock.h"
#include "base/table.h"
#include "preload/rules/call.h"
#include "preload/recorder/place.h"
#include "preload/recorder/process.h"
#include "preload/rules/sharing.h"

struct opened {
	uint64_t address;
	uint64_t times;
	uint64_t context; /* whose end closes it; 0: not known */
	UT_hash_handle hh;
};

struct opened_table {
	struct vt__lock lock;
	struct vt__arena arena;
	struct opened *by_address;
};
_Static_assert(offsetof(struct opened_table, lock) == 0, "vt__process_call_left() finds it");

_Static_assert(sizeof(struct opened_table) <= VT__PART_BYTES, "the table fits its part");

static unsigned hash_of(uint64_t address)
{
	return (unsigned)vt__hash_word(address);
}

static struct opened *find(struct opened_table *table, uint64_t address)
{
	struct opened *found;

	HASH_FIND_BYHASHVALUE(hh, table->by_address, &address, sizeof(address), hash_of(address),
			      found);
	return found;
}

static struct opened *make(struct opened_table *table, uint64_t address, uint64_t context)
{
	struct vt__arena *table_arena = &table->arena;
	struct opened *opened = find(table, address);

	if (opened)
		return opened;
	opened = vt__arena_take(&table->arena, sizeof(*opened));
	if (!opened)
		return NULL;
	opened->address = address;
	opened->times = 0;
	opened->context = context;
	HASH_ADD_BYHASHVALUE(hh, table->by_address, address, sizeof(address), hash_of(address),
			     opened);
	if (opened->hh.tbl)
		return opened;
	vt__arena_give(&table->arena, opened, sizeof(*opened));
	return NULL;
}

static void drop(struct opened_table *table, struct opened *opened)
{
	struct vt__arena *table_arena = &table->arena;

	HASH_DELETE(hh, table->by_address, opened);
	vt__arena_give(&table->arena, opened, sizeof(*opened));
}

static struct opened_table *open_table(void)
{
	struct opened_table *table = vt__process_part(VT__PART_IPC);

	return table && vt__process_lock(&table->lock) ? table : NULL;
}

/* Adds `change` to the times that the address is open; how many they were. `context`: where it is
 * opened now. */
static uint64_t change_times(uint64_t address, int change, uint64_t context)
{
	int saved = errno;
	struct opened_table *table = open_table();
	struct opened *opened = NULL;
	uint64_t times = 0;

	if (table)
		opened = change > 0 ? make(table, address, context) : find(table, address);
	if (opened) {
		times = opened->times;
		opened->times = times + (uint64_t)(int64_t)change;
		if (opened->times == 0)
			drop(table, opened);
	}
	if (table)
		vt__lock_give(&table->lock);
	errno = saved;
	return times;
}

void vt__ipc_drop_context(uint64_t context)
{
	struct opened_table *table = context ? open_table() : NULL;
	struct opened *opened, *next;

	if (!table)
		return;
	HASH_ITER(hh, table->by_address, opened, next)
		if (opened->context == context)
			drop(table, opened);
	vt__lock_give(&table->lock);
}

static uint64_t own_context(void)
{
	return vt__place_find(VT__DEVICE_CURRENT, VT_KIND_IPC, 0).context;
}

static void after_open(struct vt__call *call, const void *arguments)
{
	const cuIpcOpenMemHandle_v2_params *p = (const cuIpcOpenMemHandle_v2_params *)arguments;
	struct vt__seen_allocation seen = {.kind = VT_KIND_IPC};

	if (call->result != CUDA_SUCCESS)
		return;
	if (change_times(*p->pdptr, 1, own_context()) == 0) {
		seen.address = *p->pdptr;
		seen.bytes = vt__call_size_at(call, *p->pdptr);
		seen.device = vt__call_device_at(call, *p->pdptr);
		vt__call_allocated(call, &seen);
	}
	vt__shared(call, VT_SHARING_IMPORTED, VT_SHARING_IPC, &p->handle, *p->pdptr);
}

/* kept.route: how many times it is open, 0 if it is not. */
static bool before_close(struct vt__call *call, const void *arguments)
{
	const cuIpcCloseMemHandle_params *p = (const cuIpcCloseMemHandle_params *)arguments;

	call->kept.route = (int)change_times(p->dptr, -1, 0);
	return call->kept.route > 1 ? true : vt__call_freeing(call, p->dptr);
}

static void after_close(struct vt__call *call, const void *arguments)
{
	const cuIpcCloseMemHandle_params *p = (const cuIpcCloseMemHandle_params *)arguments;

	if (call->kept.route > 0 && call->result != CUDA_SUCCESS)
		change_times(p->dptr, 1, own_context());
	if (call->kept.route <= 1)
		vt__call_freed(call, arguments);
}

VT__RULES(cuIpcOpenMemHandle, DEVICE, VT_KIND_IPC, NULL, after_open);
VT__RULES(cuIpcOpenMemHandle_v2, DEVICE, VT_KIND_IPC, NULL, after_open);
VT__RULES(cuIpcCloseMemHandle, DEVICE, -1, before_close, after_close);
