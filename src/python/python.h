/*
 * The Python frames of the calling thread, among the C frames of its stack.
 *
 * An unmodified CPython keeps a chain of its frames for each thread. It is read here as it lies
 * in memory, without the GIL and without a call into the interpreter but for the thread's state,
 * by a table of where each version keeps what (python/layout.h). What the interpreter says of
 * its own code type is compared with the table once; an interpreter that it does not fit is left
 * alone.
 *
 * A frame that is under way keeps alive all that is read of it. What was never seen before is
 * tested before it is read; what a thread remembers is compared along the chain, so that each
 * address is read only after the link to it was found to be what it was (python/memo.h). A stack
 * that passed a signal frame has none: the handler may have come in the middle of a change.
 *
 * Nothing here takes a lock or calls malloc. Async-signal-safe.
 */
#ifndef VT_PYTHON_PYTHON_H
#define VT_PYTHON_PYTHON_H

#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/hash.h"
#include "unwind/stack.h"
#include "unwind/unwind.h"

#define VT__PYTHON_MOST 128u /* frames of a stack; the largest value of the option `python` */

enum vt__python_found {
	VT__PYTHON_NONE,
	VT__PYTHON_FOUND,
	VT__PYTHON_REFUSED, /* an interpreter that is not known; said on standard error */
};

/* Python frames that a stack is to have at most; 0, as at first: none, and no interpreter is
 * looked for. Before anything else here. */
void vt__python_limit(unsigned frames);

/* Looks for an interpreter in an object. The first that is known is the one whose frames are
 * taken. */
enum vt__python_found vt__python_look(const struct dl_phdr_info *object);

/* In all objects of the process. Takes the loader's lock. */
enum vt__python_found vt__python_look_in_all(void);

/* In the object that holds an address; it stays loaded meanwhile. Takes no lock. */
enum vt__python_found vt__python_look_at(uintptr_t address);

struct vt__python;

/* The interpreter; NULL as long as none was found. */
extern _Atomic(const struct vt__python *) vt__python_found __attribute__((visibility("hidden")));

static inline bool vt__python_is_here(void)
{
	return atomic_load_explicit(&vt__python_found, memory_order_relaxed) != NULL;
}

struct vt__python_frame {
	uintptr_t code;  /* the code object */
	int64_t offset;  /* of the position in it, as its line table counts; negative: not begun */
	uint32_t line;   /* where the interpreter keeps it; 0: the table tells */
	uint32_t before; /* C frames that stand before it, further in */
	struct vt__hash128 contents; /* equal ones have equal names and lines */
};

/* Innermost first. */
struct vt__python_stack {
	unsigned count;
	bool more;                   /* there are more than the limit */
	struct vt__hash128 c_frames; /* key of the stack without them */
	struct vt__python_frame frames[VT__PYTHON_MOST];
};

/* Why a stack has no Python frames, or not all. */
enum vt__python_loss {
	VT__PYTHON_LOST_NOTHING,
	VT__PYTHON_LOST_FRAMES,
};

/* Adds the Python frames of a stack that the thread remembers (vt__unwind_known()): true. False
 * where they are not the ones that were there with it. */
bool vt__python_known(struct vt__stack *stack);

/* The same of any stack that has its stack pointers, in `room`, which `stack` refers to then.
 * `start`: of the walk; NULL where it is not known any more. Needs some kilobytes of the stack. */
enum vt__python_loss vt__python_take(const struct vt__unwind_start *start,
				     struct vt__python_stack *room, struct vt__stack *stack);

/* Whether the interpreter has begun to end, as far as this call tells. `stack`: with its return
 * addresses, or NULL: then it is seen only once the exit handlers have run. */
bool vt__python_ends(const struct vt__stack *stack);

#define VT__PYTHON_FUNCTION_BYTES 256u /* of UTF-8, with the end; longer names are cut */
#define VT__PYTHON_FILE_BYTES 4096u

struct vt__python_names {
	char function[VT__PYTHON_FUNCTION_BYTES];
	char file[VT__PYTHON_FILE_BYTES];
	uint32_t line;       /* 0: none */
	uint32_t first_line; /* of the function */
};

/* The names of a frame, during the call that it is of. Characters that are no text of their own
 * (NUL) are U+FFFD; bytes that Python could not decode are bytes again. */
void vt__python_name(const struct vt__python_frame *frame, struct vt__python_names *out);

#endif
