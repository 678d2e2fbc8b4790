/*
 * Follows the chain of a thread's Python frames, each link tested before it is read.
 */
#include "config.h"

#include "python/walk.h"

#include "python/contents.h"
#include "python/memory.h"

#define FRAME_BYTES 112u /* of a frame that are read at most */
#define OWNER_ENTRY 3u   /* this and more: the frame of an eval loop, no Python frame */
#define OWNER_GENERATOR 1u
#define LOOPS_PASSED 16u /* of the list, between two loops of frames: those of greenlets */

struct walking {
	const struct vt__python *python;
	const struct vt__python_layout *layout;
	uintptr_t thread;
	struct vt__python_memory *memory;
	struct vt__pages pages; /* where there is no memory */
	struct vt__pages *known;
	struct vt__python_walk *out;
	uintptr_t loop;     /* of the list of eval loops: the next */
	uintptr_t place;    /* of the loop at hand; 0: not known */
	unsigned begins_at; /* frame that the loop at hand begins with */
};

static bool is_readable(struct walking *walking, uintptr_t address, size_t bytes)
{
	return vt__is_pointer(address) && vt__pages_hold(walking->known, address, bytes);
}

static bool has_entries(const struct vt__python_layout *layout)
{
	return layout->chain >= VT__CHAIN_ENTRIES;
}

static void end_loop(struct walking *walking, uintptr_t place)
{
	struct vt__python_walk *out = walking->out;

	if (out->loop_count < VT__PYTHON_MOST && walking->begins_at < out->count)
		out->loops[out->loop_count++] = (struct vt__python_loop){place, out->count};
	walking->begins_at = out->count;
	walking->place = 0;
}

/* The next entry of the list of eval loops. */
static void pass_loop(struct walking *walking)
{
	uintptr_t next = vt__read_word(walking->loop + walking->layout->loop_previous);

	walking->loop = is_readable(walking, next, 32) ? next : 0;
}

/* The place of the loop whose innermost frame this is. */
static void find_loop(struct walking *walking, uintptr_t frame)
{
	const struct vt__python_layout *layout = walking->layout;

	if (layout->chain == VT__CHAIN_CFRAME) {
		uintptr_t kept = walking->loop;

		for (unsigned i = 0; i < LOOPS_PASSED && walking->loop; i++, pass_loop(walking))
			if (vt__read_word(walking->loop + layout->loop_frame) == frame)
				break;
		if (!walking->loop || vt__read_word(walking->loop + layout->loop_frame) != frame) {
			walking->loop = kept;
			return;
		}
	}
	if (walking->loop) {
		walking->place = walking->loop;
		pass_loop(walking);
	}
}

/* The code object of a frame; 0: it has none. */
static uintptr_t code_of(struct walking *walking, uintptr_t word)
{
	const struct vt__python_layout *layout = walking->layout;

	if (layout->minor >= 14)
		word &= word & 2 ? 0 : ~(uintptr_t)1;
	if (!is_readable(walking, word, layout->code_bytes) ||
	    vt__read_word(word + layout->object_type) != walking->python->code_type)
		return 0;
	return word;
}

/* Where the bytecode begins that a position lies in; 0: not known. */
static uintptr_t bytecode_of(struct walking *walking, uintptr_t frame, uintptr_t code,
			     uintptr_t position)
{
	const struct vt__python_layout *layout = walking->layout;
	uintptr_t copies, index, base = code + layout->code_begin;

	if (!layout->code_copies)
		return base;
	index = vt__read_half(frame + layout->frame_copy);
	copies = vt__read_word(code + layout->code_copies);
	if (!index)
		return base;
	if (!is_readable(walking, copies, 8) || index >= vt__read_word(copies) ||
	    !is_readable(walking, copies + 8 + 8 * index, 8))
		return 0;
	base = vt__read_word(copies + 8 + 8 * index);
	/* in the base's own length: another thread may have replaced the array */
	return base && position - base < 2 * vt__read_word(code + layout->object_size) ? base : 0;
}

static void read_position(struct walking *walking, struct vt__python_hop *hop,
			  struct vt__python_frame *out)
{
	const struct vt__python_layout *layout = walking->layout;
	uintptr_t base;

	hop->position = vt__python_position(layout, hop->frame);
	if (layout->lines == VT__LINES_CODED) {
		base = bytecode_of(walking, hop->frame, out->code, hop->position);
		out->offset = !base                  ? VT__NO_OFFSET
			      : hop->position < base ? -1
						     : (int64_t)(hop->position - base) / 2;
		return;
	}
	out->offset = (int32_t)hop->position;
	if (layout->lines == VT__LINES_RANGES) {
		out->offset *= 2;
		out->line = vt__read_half(hop->frame + layout->frame_line);
	} else if (vt__read_word(hop->frame + layout->frame_trace)) {
		out->line = vt__read_half(hop->frame + layout->frame_line);
	}
	walking->out->is_plain &= !out->line;
}

/* Whether a frame is being made still: Python leaves it out. */
static bool is_incomplete(const struct walking *walking, const struct vt__python_hop *hop,
			  const struct vt__python_frame *frame)
{
	const struct vt__python_layout *layout = walking->layout;
	uintptr_t owner = hop->frame + layout->frame_owner + (layout->chain == VT__CHAIN_CFRAME);

	return layout->code_traceable && frame->offset != VT__NO_OFFSET &&
	       vt__read_byte(owner) != OWNER_GENERATOR &&
	       frame->offset < (int64_t)vt__read_half(frame->code + layout->code_traceable);
}

static bool ends_loop(const struct walking *walking, const struct vt__python_hop *hop)
{
	const struct vt__python_layout *layout = walking->layout;

	return !has_entries(layout) && (layout->chain != VT__CHAIN_CFRAME ||
					vt__read_byte(hop->frame + layout->frame_owner));
}

/* False: there is no room for it. */
static bool add_frame(struct walking *walking, struct vt__python_hop *hop, uintptr_t code)
{
	struct vt__python_walk *out = walking->out;
	struct vt__python_frame *frame = &out->frames[out->count];

	out->more = out->count == vt__python_frames_most();
	if (out->more)
		return false;
	*frame = (struct vt__python_frame){.code = code};
	read_position(walking, hop, frame);
	if (out->count == walking->begins_at)
		find_loop(walking, hop->frame);
	if (is_incomplete(walking, hop, frame)) {
		out->is_plain = false;
	} else if (vt__contents_find(walking->python, walking->memory, walking->known, code, hop,
				     &frame->contents)) {
		out->count++;
	} else {
		out->is_broken = true;
		return false;
	}
	if (ends_loop(walking, hop))
		end_loop(walking, walking->place);
	return true;
}

/* Whether the chain goes on behind the frame. */
static bool add_hop(struct walking *walking, uintptr_t frame)
{
	const struct vt__python_layout *layout = walking->layout;
	struct vt__python_walk *out = walking->out;
	struct vt__python_hop *hop = &out->hops[out->hop_count];
	uintptr_t code = 0;
	bool is_entry;

	if (!vt__python_may_walk(walking->python, walking->thread) ||
	    !is_readable(walking, frame, FRAME_BYTES)) {
		out->is_broken = true;
		return false;
	}
	*hop = (struct vt__python_hop){.frame = frame, .slot = VT__NO_SLOT};
	hop->code = vt__read_word(frame + layout->frame_code);
	is_entry = has_entries(layout) && vt__read_byte(frame + layout->frame_owner) >= OWNER_ENTRY;
	if (is_entry)
		end_loop(walking, frame);
	else
		code = code_of(walking, hop->code);
	if (code && !add_frame(walking, hop, code))
		return false;
	out->hop_count++;
	return true;
}

void vt__python_walk(const struct vt__python *python, uintptr_t thread,
		     struct vt__python_memory *memory, struct vt__python_walk *out)
{
	struct walking walking = {
		.python = python,
		.layout = python->layout,
		.thread = thread,
		.memory = memory,
		.out = out,
	};
	const struct vt__python_layout *layout = python->layout;
	uintptr_t frame;

	walking.known = memory ? vt__python_pages(memory) : &walking.pages;
	out->count = out->hop_count = out->loop_count = 0;
	out->more = out->ended = out->is_broken = false;
	out->is_plain = true;
	if (layout->chain == VT__CHAIN_LOOPS)
		walking.loop = vt__read_word(thread + layout->thread_loops);
	else if (layout->chain == VT__CHAIN_CFRAME || layout->chain == VT__CHAIN_ENTRIES)
		walking.loop = vt__read_word(thread + layout->thread_chain);
	if (walking.loop && !is_readable(&walking, walking.loop, 32)) {
		out->is_broken = true;
		return;
	}
	if (!vt__python_first(python, thread, &frame)) {
		out->is_broken = true;
		return;
	}
	if (layout->chain >= VT__CHAIN_ENTRIES)
		walking.loop = 0; /* frames of their own tell */
	while (frame && out->hop_count < VT__PYTHON_HOPS && add_hop(&walking, frame))
		frame = vt__read_word(frame + layout->frame_previous);
	out->ended = !frame;
	if (frame && out->hop_count == VT__PYTHON_HOPS)
		out->more = true;
	end_loop(&walking, walking.place);
}
