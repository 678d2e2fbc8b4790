/*
 * The memory of a thread for what it knows of Python: slots of code objects, memos of chains.
 */
#ifndef VT_PYTHON_MEMORY_H
#define VT_PYTHON_MEMORY_H

#include "python/contents.h"
#include "python/walk.h"

#define VT__SLOTS 4096u
/* Memos lie one behind the other in a ring: those of a chain of 15 links take 1.3 KiB, and a step
 * of a model asks from some hundred places. */
#define VT__MEMO_BYTES (4u << 20)
#define VT__MEMO_ALIGN 16u
#define VT__MEMO_PLACES 4096u /* of the table that leads to them */
/* Places that a memo may have. With two, three chains that come in turn and share them would push
 * each other out for ever. */
#define VT__MEMO_WAYS 4u
#define VT__MEMO_TURNS 16u /* memos that are left for another, at most, until one is right */
#define VT__FIRSTS 4096u

/* How a memo is found: by the call alone, or from another memo that a chain left. */
struct vt__memo_way {
	uint64_t from; /* where the other was made, number of the hop that differs; 0: none */
	uintptr_t by;  /* what the hop holds; or a hash of the call */
};

struct vt__memo_place {
	struct vt__memo_way way;
	uint64_t made_at; /* bytes of all memos before it, those that are gone too; 0: none */
};

struct vt__python_memo {
	const struct vt__python *python;
	uintptr_t thread;
	bool ended;
	uint32_t hop_count;
	struct vt__stack_note note;
	struct vt__hash128 key;
	const struct vt__python_stack *stack; /* behind the hops, with as many frames as it has */
	struct vt__python_hop hops[];
};

struct vt__python_memory {
	uint32_t serial;
	uint64_t made; /* bytes of all memos, with what was left free at the ring's end */
	struct vt__pages pages;
	uintptr_t firsts[VT__FIRSTS]; /* frames that chains began with, when they were tested */
	struct vt__code_slot slots[VT__SLOTS];
	struct vt__memo_place places[VT__MEMO_PLACES];
	char ring[VT__MEMO_BYTES] __attribute__((aligned(VT__MEMO_ALIGN)));
};

/* The calling thread's, once it is made. */
extern __thread struct vt__python_memory *vt__python_own
	__attribute__((tls_model("initial-exec"), visibility("hidden")));

/* The calling thread's; NULL: it has none. Made at the first call for it. Keeps errno. */
struct vt__python_memory *vt__python_memory(void);

struct vt__pages *vt__python_pages(struct vt__python_memory *memory);

/* Slots that a code object may have; the number of the first, and a slot. */
#define VT__SLOT_WAYS 4u
uint32_t vt__python_slot(uintptr_t code);
struct vt__code_slot *vt__python_slot_at(struct vt__python_memory *memory, uint32_t number);

/* The next serial of a slot; never 0. */
uint32_t vt__python_serial(struct vt__python_memory *memory);

#endif
