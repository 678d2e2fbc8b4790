/*
 * Marks, nested: what changed since each was set.
 *
 * A change costs the same at any depth: only the innermost mark follows the
 * peak, and hands it to the one around it when it is taken off.
 *
 * struct vt__marks is not thread-safe: one is an account's, under its lock, the
 * others belong to a thread.
 */
#ifndef VT_MARKS_H
#define VT_MARKS_H

#include <stdbool.h>
#include <stdint.h>

#include <vramtrack/tracker.h>

struct vt__mark {
	int64_t bytes; /* what the sums were when it was set */
	uint64_t allocations;
	uint64_t frees;
	int64_t peak_bytes; /* most live bytes since, while it was innermost */
};

struct vt__marks {
	int64_t bytes; /* live; a thread that frees what others made goes below 0 */
	uint64_t allocations;
	uint64_t frees;
	struct vt__mark *all; /* malloc'ed; the innermost is all[depth - 1] */
	unsigned depth;
	unsigned room;
};

static inline void vt__marks_note(struct vt__marks *marks, int64_t bytes, unsigned allocations,
				  unsigned frees)
{
	marks->bytes += bytes;
	marks->allocations += allocations;
	marks->frees += frees;
	if (marks->depth && marks->bytes > marks->all[marks->depth - 1].peak_bytes)
		marks->all[marks->depth - 1].peak_bytes = marks->bytes;
}

/* 0 or -ENOMEM. */
int vt__marks_push(struct vt__marks *marks);

/* Takes the innermost off. False if there is none. */
bool vt__marks_pop(struct vt__marks *marks, vt_mark_result *out);

void vt__marks_clear(struct vt__marks *marks);

/* The calling thread's marks on the account with that id: NULL if it has set
 * none. `make`: made, NULL when out of memory. */
struct vt__marks *vt__thread_marks_find(uint64_t account_id);
struct vt__marks *vt__thread_marks_make(uint64_t account_id);

/* They are empty: let go of them. */
void vt__thread_marks_forget(uint64_t account_id);

/* All of the calling thread's; NULL as long as it has set none. */
struct vt__thread_marks;
extern __thread struct vt__thread_marks *vt__thread_marks
	__attribute__((tls_model("initial-exec")));

void vt__thread_marks_follow(uint64_t account_id, int64_t bytes, unsigned allocations,
			     unsigned frees);

static inline void vt__thread_marks_note(uint64_t account_id, int64_t bytes, unsigned allocations,
					 unsigned frees)
{
	if (vt__thread_marks)
		vt__thread_marks_follow(account_id, bytes, allocations, frees);
}

#endif
