/*
 * What a walk needs of the loaded object that holds an address, from its program
 * headers. Where the C library has no _dl_find_object, finding is slow: what was
 * found last is kept.
 */
#include "config.h"

#include <elf.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>

#include "unwind/loaded.h"
#include "unwind/unwind_object.h"

/* Whether `pc` is in a segment. */
static bool describe(const struct vt__loaded *loaded, uintptr_t pc, struct vt__object *out)
{
	struct vt__object object = {0};
	bool holds_pc = false;

	for (unsigned i = 0; i < loaded->header_count; i++) {
		const ElfW(Phdr) *header = &loaded->headers[i];
		uintptr_t start = loaded->bias + header->p_vaddr;

		if (header->p_type == PT_GNU_EH_FRAME)
			object.frame_header = start;
		if (header->p_type != PT_LOAD)
			continue;
		holds_pc |= pc - start < header->p_memsz;
		if ((header->p_flags & PF_R) && object.segment_count < VT__OBJECT_SEGMENTS) {
			object.segments[object.segment_count++] = (struct vt__range){
				.low = start,
				.high = start + header->p_memsz,
			};
		}
	}
	if (holds_pc)
		*out = object;
	return holds_pc;
}

static bool ask(uintptr_t pc, struct vt__object *out, uintptr_t *start, uintptr_t *end)
{
	struct vt__loaded loaded;

	if (!vt__loaded_at(pc, NULL, &loaded) || !describe(&loaded, pc, out))
		return false;
	*start = loaded.start;
	*end = loaded.end;
	return true;
}

/* ---- What was found last ---------------------------------------------------- */

#define KEPT 64u

static struct {
	atomic_flag busy;
	uint32_t generation;
	unsigned next;
	struct kept {
		uintptr_t start;
		uintptr_t end;
		struct vt__object object;
	} all[KEPT];
} kept = {.busy = ATOMIC_FLAG_INIT};

static bool recall(uintptr_t pc, uint32_t generation, struct vt__object *out)
{
	if (kept.generation != generation) {
		memset(kept.all, 0, sizeof(kept.all));
		kept.generation = generation;
	}
	for (unsigned i = 0; i < KEPT; i++) {
		if (pc - kept.all[i].start < kept.all[i].end - kept.all[i].start) {
			*out = kept.all[i].object;
			return true;
		}
	}
	return false;
}

bool vt__object_find(uintptr_t pc, uint32_t generation, struct vt__object *out)
{
	uintptr_t start, end;
	bool found;

	/* Another thread is at it, or this one was interrupted in it. */
	if (vt__loaded_is_fast() || atomic_flag_test_and_set(&kept.busy))
		return ask(pc, out, &start, &end);
	found = recall(pc, generation, out);
	if (!found) {
		found = ask(pc, out, &start, &end);
		if (found)
			kept.all[kept.next++ % KEPT] = (struct kept){start, end, *out};
	}
	atomic_flag_clear(&kept.busy);
	return found;
}

uintptr_t vt__object_end(const struct vt__object *object, uintptr_t address)
{
	for (unsigned i = 0; i < object->segment_count; i++) {
		if (vt__range_holds(&object->segments[i], address))
			return object->segments[i].high;
	}
	return 0;
}
