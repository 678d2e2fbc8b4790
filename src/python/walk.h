/*
 * The chain of a thread's Python frames, as it lies in memory.
 */
#ifndef VT_PYTHON_WALK_H
#define VT_PYTHON_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arch/arch.h"
#include "python/layout.h"
#include "python/python.h"
#include "python/reads.h"

#define VT__PYTHON_HOPS 256u /* links of the chain that are followed at most */

/* An interpreter that is known. Never changed once it is made. */
struct vt__python {
	const struct vt__python_layout *layout;
	void *(*thread_state)(void);
	uintptr_t runtime;
	uintptr_t code_type;
	uintptr_t finalizing; /* where the thread is that ends the interpreter */
	uintptr_t eval_code;  /* the eval loop's function; some of it may lie elsewhere */
	uintptr_t eval_end;
	uintptr_t end_code; /* the function that ends the interpreter; 0: not known */
	uintptr_t end_end;
};

/* NULL: there is none, or it is not known to be loaded any more. */
const struct vt__python *vt__python_of(uint32_t generation);

unsigned vt__python_frames_most(void);

struct vt__object;
struct vt__fde;

/* Notes where the function is that ends the interpreter. `exported`: by its name. */
void vt__python_note_end(struct vt__python *python, const struct vt__object *object,
			 const struct vt__fde *exported);

/* The calling thread's state; 0: Python does not know the thread. */
static inline uintptr_t vt__python_thread(const struct vt__python *python)
{
	return (uintptr_t)python->thread_state();
}

/* False once another thread ends the interpreter: it frees the states of all others. That is said
 * before anything is freed, so what was read before this was asked, and the answer is true, was
 * no freed memory. */
static inline bool vt__python_may_walk(const struct vt__python *python, uintptr_t thread)
{
	uintptr_t ends;

	vt__arch_order_loads();
	ends = __atomic_load_n((const uintptr_t *)python->finalizing, __ATOMIC_ACQUIRE);
	return !ends || ends == thread;
}

/* One link of the chain, to be compared when it comes again. */
struct vt__python_hop {
	uintptr_t frame;
	uintptr_t code;     /* the word, with what is not the address in it */
	uintptr_t position; /* of a Python frame */
	uint32_t version;   /* of its code; 0: told from others by its contents */
	uint32_t slot;      /* of the contents, and its serial; VT__NO_SLOT: no Python frame */
	uint32_t serial;
};
#define VT__NO_SLOT UINT32_MAX

/* An eval loop: C code that runs some of the Python frames. */
struct vt__python_loop {
	uintptr_t place; /* within its C frame; 0: not known */
	unsigned end;    /* frames of this loop and those further in */
};

struct vt__python_walk {
	unsigned count;
	unsigned hop_count;
	unsigned loop_count;
	bool more;      /* frames than the limit */
	bool ended;     /* the last link leads nowhere */
	bool is_broken; /* a link led to what is no frame */
	bool is_plain;  /* the hops tell all that the frames are made of */
	struct vt__python_frame frames[VT__PYTHON_MOST];
	struct vt__python_loop loops[VT__PYTHON_MOST];
	struct vt__python_hop hops[VT__PYTHON_HOPS];
};

struct vt__python_memory;

/* The frame that the thread is in, not tested; 0: none. False: it may not be walked from. */
static inline bool vt__python_first(const struct vt__python *python, uintptr_t thread,
				    uintptr_t *frame)
{
	const struct vt__python_layout *layout = python->layout;

	*frame = vt__read_word(thread + layout->thread_chain);
	if (layout->chain == VT__CHAIN_CFRAME || layout->chain == VT__CHAIN_ENTRIES) {
		if (!vt__python_may_walk(python, thread))
			return false;
		*frame = *frame ? vt__read_word(*frame + layout->loop_frame) : 0;
	}
	return vt__python_may_walk(python, thread);
}

static inline uintptr_t vt__python_position(const struct vt__python_layout *layout, uintptr_t frame)
{
	uintptr_t at = frame + layout->frame_position;

	return layout->lines == VT__LINES_CODED ? vt__read_word(at) : vt__read_half(at);
}

/* `memory`: the thread's own; NULL: none. */
void vt__python_walk(const struct vt__python *python, uintptr_t thread,
		     struct vt__python_memory *memory, struct vt__python_walk *out);

#endif
