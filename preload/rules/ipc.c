/* What the calls mean that open another process's memory (IPC): an account of
 * its own. Opening it again gives the same address, and only the last close
 * unmaps it. */
#include "config.h"

#include <errno.h>
#include <stddef.h>

#include "ledger/know.h"
#include "base/lock.h"
#include "base/table.h"
#include "preload/rules/call.h"
#include "preload/recorder/process.h"
#include "preload/rules/sharing.h"

struct opened {
	uint64_t address;
	uint64_t times;
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

static struct opened *make(struct opened_table *table, uint64_t address)
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

/* Adds `change` to the times that the address is open; how many they were.
 * `fresh`: none of those before count any more. */
static uint64_t change_times(uint64_t address, int change, bool fresh)
{
	struct opened_table *table = vt__process_part(VT__PART_IPC);
	struct opened *opened;
	uint64_t times = 0;
	int saved = errno;

	if (!table || !vt__process_lock(&table->lock)) {
		errno = saved;
		return 0;
	}
	opened = change > 0 ? make(table, address) : find(table, address);
	if (opened) {
		times = fresh ? 0 : opened->times;
		opened->times = times + (uint64_t)(int64_t)change;
		if (opened->times == 0)
			drop(table, opened);
	}
	vt__lock_give(&table->lock);
	errno = saved;
	return times;
}

/* Whether the memory there is open by the ledger's word: the end of a context
 * closes what was opened in it. */
static bool is_open(uint64_t address)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	return ledger && vt__ledger_is_live(ledger, VT__SPACE_DEVICE, address);
}

static void after_open(struct vt__call *call, const void *arguments)
{
	const cuIpcOpenMemHandle_v2_params *p = (const cuIpcOpenMemHandle_v2_params *)arguments;
	struct vt__seen_allocation seen = {.kind = VT_KIND_IPC};

	if (call->result != CUDA_SUCCESS)
		return;
	if (change_times(*p->pdptr, 1, !is_open(*p->pdptr)) == 0) {
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

	call->kept.route = is_open(p->dptr) ? (int)change_times(p->dptr, -1, false) : 0;
	return call->kept.route > 1 ? true : vt__call_freeing(call, p->dptr);
}

static void after_close(struct vt__call *call, const void *arguments)
{
	const cuIpcCloseMemHandle_params *p = (const cuIpcCloseMemHandle_params *)arguments;

	if (call->kept.route > 0 && call->result != CUDA_SUCCESS)
		change_times(p->dptr, 1, false);
	if (call->kept.route <= 1)
		vt__call_freed(call, arguments);
}

VT__RULES(cuIpcOpenMemHandle, DEVICE, VT_KIND_IPC, NULL, after_open);
VT__RULES(cuIpcOpenMemHandle_v2, DEVICE, VT_KIND_IPC, NULL, after_open);
VT__RULES(cuIpcCloseMemHandle, DEVICE, -1, before_close, after_close);
