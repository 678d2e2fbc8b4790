/*
 * Keeps the counts of the doors and the passages found.
 */
#include "config.h"

#include "ledger/coverage.h"

#include "ledger/private.h"
#include "base/text.h"
#include "ledger/visit.h"

void vt__ledger_doors(struct vt__ledger *ledger, const uint64_t doors[VT_DOOR_COUNT], bool audited)
{
	struct vt_format_header *header = __atomic_load_n(&ledger->store.recording.header,
							  __ATOMIC_ACQUIRE);

	for (unsigned door = 0; door < VT_DOOR_COUNT; door++) {
		__atomic_store_n(&ledger->doors[door], doors[door], __ATOMIC_RELAXED);
		if (header)
			__atomic_store_n(&header->doors[door], doors[door], __ATOMIC_RELAXED);
	}
	__atomic_store_n(&ledger->audited, audited, __ATOMIC_RELAXED);
	if (header)
		__atomic_store_n(&header->audited, audited, __ATOMIC_RELAXED);
}

/* Programs that make code as they run load it from ever new files. */
#define CODE_MOST 64u

/* Whether as many files of code are named as shall be. */
static bool has_enough(struct vt__store *store, enum vt_passage sort)
{
	uint32_t count = 0;

	if (!VT_PASSAGE_IS_CODE(sort))
		return false;
	for (uint32_t i = 0; i < store->recording.columns[VT_FORMAT_PASSAGE].used; i++) {
		const struct vt_format_passage *passage = vt__store_at(store, VT_FORMAT_PASSAGE, i);

		count += passage->passage == (uint32_t)sort;
	}
	return count >= CODE_MOST;
}

static bool is_known(struct vt__store *store, const struct vt_format_passage *wanted)
{
	for (uint32_t i = 0; i < store->recording.columns[VT_FORMAT_PASSAGE].used; i++) {
		const struct vt_format_passage *passage = vt__store_at(store, VT_FORMAT_PASSAGE, i);

		if (passage->passage == wanted->passage && passage->path == wanted->path &&
		    passage->symbol == wanted->symbol && passage->version == wanted->version)
			return true;
	}
	return false;
}

static void enter(struct vt__ledger *ledger, const struct vt_format_passage *passage)
{
	struct vt__recording *recording = &ledger->store.recording;
	uint32_t number;

	if (is_known(&ledger->store, passage))
		return;
	number = vt__recording_reserve(recording, VT_FORMAT_PASSAGE, 1);
	if (number == VT_FORMAT_NONE) {
		vt__recording_lose(recording, VT_LOSS_PASSAGES);
		return;
	}
	*(struct vt_format_passage *)vt__store_at(&ledger->store, VT_FORMAT_PASSAGE,
						  number) = *passage;
	vt__recording_commit(recording, VT_FORMAT_PASSAGE, 1);
}

void vt__ledger_passage(struct vt__ledger *ledger, const struct vt__passage *passage)
{
	struct vt_format_passage record = {.passage = passage->sort, .version = passage->version};
	struct vt__visit visit;

	if (!vt__visit_change(ledger, &visit, VT_LOSS_PASSAGES))
		return;
	if (!has_enough(&ledger->store, passage->sort)) {
		record.path = vt__strings_of_text(&ledger->strings, &ledger->store, passage->path);
		record.symbol = vt__strings_of_text(&ledger->strings, &ledger->store,
						    passage->symbol);
		enter(ledger, &record);
	}
	vt__visit_finish(ledger, &visit);
}

static uint32_t count_unreached(struct vt__store *store, char *path, size_t room)
{
	static const bool covered[VT_PASSAGE_COUNT] = {
#define VT_PASSAGE(id, json, is_covered, words, remedy) [VT_PASSAGE_##id] = is_covered,
		VT_PASSAGES(VT_PASSAGE)
#undef VT_PASSAGE
	};
	bool has_object = false;
	uint32_t count = 0;

	for (uint32_t i = 0; i < store->recording.columns[VT_FORMAT_PASSAGE].used; i++) {
		const struct vt_format_passage *passage = vt__store_at(store, VT_FORMAT_PASSAGE, i);

		if (covered[passage->passage])
			continue;
		if ((count++ && has_object) || passage->path == VT_FORMAT_NONE)
			continue;
		has_object = passage->passage != VT_PASSAGE_DRIVER_UNREACHED;
		vt__text_add(&(struct vt__text){.bytes = path, .room = room},
			     vt__store_at(store, VT_FORMAT_STRING, passage->path));
	}
	return count;
}

uint32_t vt__ledger_unreached(struct vt__ledger *ledger, char *path, size_t room)
{
	struct vt__visit visit;
	uint32_t count = 0;

	path[0] = '\0';
	if (!vt__visit_look(ledger, &visit))
		return 0;
	count = count_unreached(&ledger->store, path, room);
	vt__visit_leave(ledger, &visit);
	return count;
}
