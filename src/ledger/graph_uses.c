/*
 * Enters what executable graphs use, and tells what was freed of it.
 */
#include "config.h"

#include "ledger/graph_uses.h"

#include <string.h>

#include "base/clock.h"
#include "base/table.h"
#include "ledger/private.h"
#include "ledger/visit.h"

uint32_t vt__graph_used;
uint32_t vt__graph_stale;

/* One node's use of one allocation: in the list of its executable, and in that of its place. */
struct use {
	struct vt__used_place *place; /* NULL: it was freed */
	struct vt__used_exec *exec;
	uint64_t node;
	struct use *next_of_exec;
	struct use *previous, *next; /* at its place */
};

struct vt__used_place {
	UT_hash_handle hh;
	uint64_t address;
	struct use *first;
};

struct vt__used_exec {
	UT_hash_handle hh;
	uint64_t handle;
	uint32_t stack; /* of its instantiation */
	uint32_t stale_count;
	uint32_t stale[VT__GRAPH_STALE_MOST]; /* numbers of findings */
	struct use *first;
};

/* ---- The two tables --------------------------------------------------------- */

static struct vt__used_place *place_of(const struct vt__graph_uses *uses, uint64_t address)
{
	struct vt__used_place *place;

	HASH_FIND_BYHASHVALUE(hh, uses->places, &address, sizeof(address),
			      (unsigned)vt__hash_word(address), place);
	return place;
}

static struct vt__used_exec *exec_of(const struct vt__graph_uses *uses, uint64_t handle)
{
	struct vt__used_exec *exec;

	HASH_FIND_BYHASHVALUE(hh, uses->execs, &handle, sizeof(handle),
			      (unsigned)vt__hash_word(handle), exec);
	return exec;
}

static struct vt__used_place *make_place(struct vt__ledger *ledger, uint64_t address)
{
	struct vt__arena *table_arena = &ledger->store.arena;
	struct vt__used_place *place = place_of(&ledger->graph_uses, address);

	if (place)
		return place;
	place = vt__arena_take(table_arena, sizeof(*place));
	if (!place)
		return NULL;
	memset(place, 0, sizeof(*place));
	place->address = address;
	HASH_ADD_BYHASHVALUE(hh, ledger->graph_uses.places, address, sizeof(address),
			     (unsigned)vt__hash_word(address), place);
	if (place->hh.tbl) {
		ledger->at_free |= VT__AT_FREE_GRAPHS;
		return place;
	}
	vt__arena_give(table_arena, place, sizeof(*place));
	return NULL;
}

static struct vt__used_exec *make_exec(struct vt__ledger *ledger, uint64_t handle)
{
	struct vt__arena *table_arena = &ledger->store.arena;
	struct vt__used_exec *exec = vt__arena_take(table_arena, sizeof(*exec));

	if (!exec)
		return NULL;
	memset(exec, 0, sizeof(*exec));
	exec->handle = handle;
	exec->stack = VT_FORMAT_NONE;
	HASH_ADD_BYHASHVALUE(hh, ledger->graph_uses.execs, handle, sizeof(handle),
			     (unsigned)vt__hash_word(handle), exec);
	if (exec->hh.tbl) {
		__atomic_fetch_add(&vt__graph_used, 1, __ATOMIC_RELAXED);
		return exec;
	}
	vt__arena_give(table_arena, exec, sizeof(*exec));
	return NULL;
}

static void drop_place(struct vt__ledger *ledger, struct vt__used_place *place)
{
	struct vt__arena *table_arena = &ledger->store.arena;

	HASH_DELETE(hh, ledger->graph_uses.places, place);
	vt__arena_give(table_arena, place, sizeof(*place));
}

/* Takes it out of its place. */
static void leave_place(struct vt__ledger *ledger, struct use *use)
{
	struct vt__used_place *place = use->place;

	if (!place)
		return;
	if (use->next)
		use->next->previous = use->previous;
	if (use->previous)
		use->previous->next = use->next;
	else
		place->first = use->next;
	use->place = NULL;
	if (!place->first)
		drop_place(ledger, place);
}

/* ---- What was freed under an executable, and not told as launched ------------ */

/* A finding has one time less to tell of; of none nothing is told. */
static void undo_finding(struct vt__ledger *ledger, uint32_t number)
{
	struct vt_format_finding *record = vt__store_at(&ledger->store, VT_FORMAT_FINDING, number);

	if (record->reason == VT_STALE_LAUNCHED)
		return;
	if (record->count > 1)
		record->count--;
	else
		record->reason = VT_STALE_UNDONE;
}

static void forget_stale(struct vt__ledger *ledger, struct vt__used_exec *exec, bool launched)
{
	for (uint32_t i = 0; i < exec->stale_count; i++) {
		struct vt_format_finding *record = vt__store_at(&ledger->store, VT_FORMAT_FINDING,
								exec->stale[i]);

		if (!launched) {
			undo_finding(ledger, exec->stale[i]);
		} else if (record->reason != VT_STALE_LAUNCHED) {
			record->reason = VT_STALE_LAUNCHED;
			__atomic_fetch_add(&ledger->finding_count, 1, __ATOMIC_RELAXED);
		}
	}
	if (exec->stale_count)
		__atomic_fetch_sub(&vt__graph_stale, 1, __ATOMIC_RELAXED);
	exec->stale_count = 0;
}

/* `node` 0: all of them, and the executable itself. */
static void forget(struct vt__ledger *ledger, struct vt__used_exec *exec, uint64_t node)
{
	struct vt__arena *table_arena = &ledger->store.arena;
	struct use **link = &exec->first, *use;

	while ((use = *link)) {
		if (node && use->node != node) {
			link = &use->next_of_exec;
			continue;
		}
		*link = use->next_of_exec;
		leave_place(ledger, use);
		vt__arena_give(table_arena, use, sizeof(*use));
		ledger->graph_uses.count--;
	}
	if (node)
		return;
	forget_stale(ledger, exec, false);
	HASH_DELETE(hh, ledger->graph_uses.execs, exec);
	__atomic_fetch_sub(&vt__graph_used, 1, __ATOMIC_RELAXED);
	vt__arena_give(table_arena, exec, sizeof(*exec));
}

/* ---- Instantiation ------------------------------------------------------------ */

struct looking {
	struct vt__ledger *ledger;
	struct vt__used_exec *exec;
	const struct vt__graph_word *words;
	uint32_t count;
	bool complete;
};

static bool add_use(struct looking *it, uint64_t address, uint64_t node)
{
	struct vt__ledger *ledger = it->ledger;
	struct use *use, *last = it->exec->first;
	struct vt__used_place *place;

	/* the words of a node in one allocation come one after the other */
	if (last && last->node == node && last->place && last->place->address == address)
		return true;
	if (ledger->graph_uses.count >= VT__GRAPH_USES_MOST)
		return false;
	place = make_place(ledger, address);
	use = place ? vt__arena_take(&ledger->store.arena, sizeof(*use)) : NULL;
	if (!use) {
		if (place && !place->first)
			drop_place(ledger, place);
		return false;
	}
	*use = (struct use){.place = place,
			    .exec = it->exec,
			    .node = node,
			    .next_of_exec = it->exec->first,
			    .next = place->first};
	if (place->first)
		place->first->previous = use;
	place->first = it->exec->first = use;
	ledger->graph_uses.count++;
	return true;
}

/* The first word that is not below the address. */
static uint32_t first_at(const struct looking *it, uint64_t address)
{
	uint32_t low = 0, high = it->count;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (it->words[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Memory of graphs comes and goes with their launches: the driver itself sees to it. */
static void look_at(enum vt__space space, const struct vt_format_allocation *allocation,
		    void *closure)
{
	struct looking *it = closure;

	if (space != VT__SPACE_DEVICE && space != VT__SPACE_HOST)
		return;
	if (vt__ledger_site(it->ledger, allocation->site)->kind == VT_KIND_GRAPH)
		return;
	for (uint32_t i = first_at(it, allocation->address);
	     i < it->count && it->words[i].address - allocation->address < allocation->bytes; i++)
		it->complete = add_use(it, allocation->address, it->words[i].node) && it->complete;
}

static uint32_t stack_of_exec(struct vt__ledger *ledger, uint64_t handle)
{
	const struct vt_format_allocation *exec = vt__live_find(&ledger->live, &ledger->store,
								VT__SPACE_OBJECT, handle);

	return exec ? vt__ledger_site(ledger, exec->site)->stack : VT_FORMAT_NONE;
}

void vt__ledger_graph_uses(struct vt__ledger *ledger, uint64_t handle,
			   const struct vt__graph_word *words, uint32_t count)
{
	struct looking it = {ledger, NULL, words, count, true};
	struct vt__used_exec *before;
	struct vt__visit visit;

	if (!vt__visit_look(ledger, &visit))
		return;
	vt__recording_begin(&ledger->store.recording);
	before = exec_of(&ledger->graph_uses, handle);
	if (before)
		forget(ledger, before, 0);
	it.exec = count ? make_exec(ledger, handle) : NULL;
	if (it.exec) {
		it.exec->stack = stack_of_exec(ledger, handle);
		vt__live_each(&ledger->live, &ledger->store, look_at, &it);
		if (!it.exec->first)
			forget(ledger, it.exec, 0);
	}
	if (count && (!it.exec || !it.complete))
		vt__recording_lose(&ledger->store.recording, VT_LOSS_GRAPH_USES);
	vt__visit_finish(ledger, &visit);
}

void vt__ledger_graph_changed(struct vt__ledger *ledger, uint64_t handle, uint64_t node)
{
	struct vt__used_exec *exec;
	struct vt__visit visit;

	if (!vt__visit_look(ledger, &visit))
		return;
	exec = exec_of(&ledger->graph_uses, handle);
	if (exec) {
		vt__recording_begin(&ledger->store.recording);
		forget(ledger, exec, node);
		vt__visit_finish(ledger, &visit);
	} else {
		vt__visit_leave(ledger, &visit);
	}
}

void vt__ledger_graph_destroyed(struct vt__ledger *ledger, uint64_t handle)
{
	struct vt__used_exec *exec;
	struct vt__visit visit;

	if (!vt__visit_look(ledger, &visit))
		return;
	exec = exec_of(&ledger->graph_uses, handle);
	if (exec && !vt__live_find(&ledger->live, &ledger->store, VT__SPACE_OBJECT, handle)) {
		vt__recording_begin(&ledger->store.recording);
		forget(ledger, exec, 0);
		vt__visit_finish(ledger, &visit);
	} else {
		vt__visit_leave(ledger, &visit);
	}
}

void vt__graph_use_ended(struct vt__ledger *ledger, uint64_t handle)
{
	struct vt__used_exec *exec = exec_of(&ledger->graph_uses, handle);

	if (exec)
		forget(ledger, exec, 0);
}

void vt__ledger_graph_launched(struct vt__ledger *ledger, uint64_t handle)
{
	struct vt__used_exec *exec;
	struct vt__visit visit;

	if (!vt__visit_look(ledger, &visit))
		return;
	exec = exec_of(&ledger->graph_uses, handle);
	if (exec && exec->stale_count) {
		vt__recording_begin(&ledger->store.recording);
		forget_stale(ledger, exec, true);
		vt__visit_finish(ledger, &visit);
	} else {
		vt__visit_leave(ledger, &visit);
	}
}

/* ---- Frees ---------------------------------------------------------------------- */

/* Returns the number of the finding, VT_FORMAT_NONE if it could not be kept. */
static uint32_t tell(struct vt__ledger *ledger, const struct vt__used_exec *exec,
		     const struct vt_format_allocation *freed, uint32_t stack)
{
	const struct vt_format_site *site = vt__ledger_site(ledger, freed->site);
	const struct vt_format_finding finding = {
		.finding_class = VT_FINDING_STALE_GRAPH,
		.reason = VT_STALE_IDLE,
		.api = site->api,
		.kind = site->kind,
		.device = site->device,
		.stack = stack,
		.allocation_stack = site->stack,
		.free_stack = exec->stack,
		.thread = vt__visit_thread(),
		.address = freed->address,
		.allocation_address = freed->address,
		.bytes = freed->bytes,
		.time_ns = vt__now_ns(),
		.label = VT_FORMAT_NONE,
		.purpose = VT_FORMAT_NONE,
		.account = VT_FORMAT_NONE,
	};
	uint32_t number = vt__findings_known(&ledger->findings, &finding);
	struct vt_format_finding *record;

	if (number == VT_FORMAT_NONE)
		return vt__findings_enter(&ledger->findings, &ledger->store, &finding);
	record = vt__store_at(&ledger->store, VT_FORMAT_FINDING, number);
	if (record->reason == VT_STALE_UNDONE)
		record->reason = VT_STALE_IDLE;
	else
		record->count++;
	return number;
}

/* Each executable is told of once. */
static void wait_for_launch(struct vt__ledger *ledger, struct vt__used_exec *exec, uint32_t number)
{
	if (number == VT_FORMAT_NONE) /* which was counted */
		return;
	if (exec->stale_count == VT__GRAPH_STALE_MOST) {
		vt__recording_lose(&ledger->store.recording, VT_LOSS_GRAPH_USES);
		return;
	}
	if (!exec->stale_count)
		__atomic_fetch_add(&vt__graph_stale, 1, __ATOMIC_RELAXED);
	exec->stale[exec->stale_count++] = number;
}

void vt__graph_use_freed(struct vt__ledger *ledger, const struct vt_format_allocation *freed,
			 uint32_t stack)
{
	struct vt__used_place *place = place_of(&ledger->graph_uses, freed->address);
	const struct vt__used_exec *told = NULL;
	struct use *use, *next;

	/* Here, since the last free that was told may be taken back. */
	if (!ledger->graph_uses.places)
		ledger->at_free &= ~(uint32_t)VT__AT_FREE_GRAPHS;
	ledger->graph_uses.restorable = 0;
	for (use = place ? place->first : NULL; use; use = next) {
		next = use->next;
		if (use->exec != told && stack != VT_FORMAT_NONE)
			wait_for_launch(ledger, use->exec, tell(ledger, use->exec, freed, stack));
		told = use->exec;
		leave_place(ledger, use); /* of the last one the place goes, too */
	}
	if (told)
		ledger->graph_uses.restorable = freed->address;
}

void vt__graph_use_restored(struct vt__ledger *ledger, const struct vt_format_allocation *restored)
{
	struct vt__graph_uses *uses = &ledger->graph_uses;

	if (uses->restorable != restored->address)
		return;
	uses->restorable = 0;
	/* what used it was forgotten, so that a later free of it is not told */
	vt__recording_lose(&ledger->store.recording, VT_LOSS_GRAPH_USES);
	for (struct vt__used_exec *exec = uses->execs; exec; exec = exec->hh.next) {
		const uint32_t last = exec->stale_count - 1;
		const struct vt_format_finding *record;

		if (!exec->stale_count)
			continue;
		record = vt__store_at(&ledger->store, VT_FORMAT_FINDING, exec->stale[last]);
		if (record->address != restored->address)
			continue;
		undo_finding(ledger, exec->stale[last]);
		exec->stale_count--;
		if (!exec->stale_count)
			__atomic_fetch_sub(&vt__graph_stale, 1, __ATOMIC_RELAXED);
	}
}
