/*
 * Sees calls of a function by the stacks that it is in, and marks them.
 */
#include "config.h"

#include "ledger/calls.h"

#include <string.h>

#include "base/clock.h"
#include "base/elf.h"
#include "base/hash.h"
#include "ledger/private.h"
#include "ledger/visit.h"
#include "unwind/loaded.h"
#include "unwind/unwind_fde.h"

/* "serve" is Server.serve too; the whole name is meant where it has dots of its own. */
static bool is_named(const char *function, const struct vt__label *wanted)
{
	const char *last = strrchr(function, '.');

	return !strcmp(function, wanted->text) || (last && !strcmp(last + 1, wanted->text));
}

/* Whether a source frame of the recording is one of the function. */
static bool is_source(struct vt__ledger *ledger, uint64_t frame)
{
	const struct vt_format_source *source;

	if (VT_FORMAT_FRAME_MODULE(frame) != VT_FORMAT_SOURCE_MODULE)
		return false;
	source = vt__store_at(&ledger->store, VT_FORMAT_SOURCE,
			      (uint32_t)VT_FORMAT_FRAME_ADDRESS(frame));
	return source->function != VT_FORMAT_NONE &&
	       is_named(vt__store_at(&ledger->store, VT_FORMAT_STRING, source->function),
			&ledger->growth.name);
}

/* Whether the function that a C frame is of is exported by that name. */
static bool is_exported(const struct vt__ledger *ledger, uintptr_t ip, uint32_t generation)
{
	struct vt__object object;
	struct vt__loaded loaded;
	struct vt__elf elf;
	struct vt__fde fde;

	if (!vt__loaded_at(ip - 1, NULL, &loaded) || !loaded.headers ||
	    !vt__elf_read(&(struct dl_phdr_info){.dlpi_addr = loaded.bias,
						 .dlpi_name = loaded.name,
						 .dlpi_phdr = loaded.headers,
						 .dlpi_phnum = (ElfW(Half))loaded.header_count},
			  &elf))
		return false;
	return vt__object_find(ip - 1, generation, &object) &&
	       vt__fde_find(&object, ip - 1, &fde) == 0 &&
	       (uintptr_t)vt__elf_symbol(&elf, ledger->growth.name.text) == fde.code;
}

/* Never 0. */
static uint16_t from_where(uint64_t caller)
{
	return (uint16_t)(1 + vt__hash_word(caller) % UINT16_MAX);
}

/* The next source frame outwards; 0: there is none. */
static uint64_t source_around(const struct vt__ledger *ledger, unsigned i, unsigned depth)
{
	while (++i < depth)
		if (VT_FORMAT_FRAME_MODULE(ledger->stacks.frames[i]) == VT_FORMAT_SOURCE_MODULE)
			return ledger->stacks.frames[i];
	return 0;
}

uint16_t vt__calls_from(struct vt__ledger *ledger, const struct vt__stack *stack)
{
	const unsigned sources = stack->python ? stack->python->count : 0;
	const unsigned all = stack->depth + sources;
	const unsigned depth = all < VT__STACK_MOST ? all : VT__STACK_MOST;

	for (unsigned i = depth; sources && i--;)
		if (is_source(ledger, ledger->stacks.frames[i]))
			return from_where(source_around(ledger, i, depth));
	for (unsigned i = stack->depth; i--;)
		if (is_exported(ledger, stack->ips[i], stack->generation))
			return from_where(i + 1 < stack->depth ? stack->ips[i + 1] : 0);
	return 0;
}

/* Whether a stack of a call that is under way begins another: the one that began the last. What
 * is done once, as making a context, is no beginning: so it may be one that came before, too, if
 * nothing has come again yet, or if it is an earlier one. Numbers of stacks are in the order in
 * which they came first. */
static bool begins_anew(const struct vt__calls_row *row, const struct vt__stack_node *node,
			bool came_before)
{
	return node->number == row->begin ||
	       (came_before && (!row->is_sure || node->number < row->begin));
}

void vt__calls_look(struct vt__ledger *ledger, struct vt__stack_node *node)
{
	const uint32_t thread = vt__visit_thread();
	struct vt__growth *growth = &ledger->growth;
	struct vt__calls_row *row = &growth->calls.rows[thread % VT__CALLS_ROWS];
	const bool was_inside = row->thread == thread && row->inside;
	const bool came_before = node->looked_by == (uint16_t)thread; /* in this thread */
	const bool grew_for_it = was_inside && row->began && growth->calls.of_block;
	const bool moved = was_inside && node->call_from && node->call_from != row->from;

	row->thread = thread;
	row->inside = node->call_from != 0;
	row->began = false;
	node->looked_by = (uint16_t)thread;
	if (!row->inside ||
	    (was_inside && !moved && !grew_for_it && !begins_anew(row, node, came_before)))
		return;
	row->from = node->call_from;
	if (grew_for_it &&
	    !moved) { /* a segment, which hardly ever comes first: the block is the beginning
		       */
		row->is_sure = came_before;
		row->begin = node->number;
		return;
	}
	row->began = true;
	/* A call from another place begins as those before did: with the first stack of it. */
	row->is_sure = came_before || (was_inside && node->number == row->begin) ||
		       (moved && row->is_sure);
	row->begin = node->number;
	vt__growth_mark(growth, &ledger->store, &ledger->strings, VT_MARKER_CALL, &growth->name,
			vt__now_ns());
}
