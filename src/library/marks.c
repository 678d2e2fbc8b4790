/*
 * Marks of accounts and of threads.
 */
#include "config.h"

#include "library/marks.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

/* A thread's marks on one account. */
struct vt__thread_marks {
	struct vt__thread_marks *next;
	uint64_t account_id;
	struct vt__marks marks;
};

__thread struct vt__thread_marks *vt__thread_marks;

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;

/* ---- One stack of marks -------------------------------------------------------- */

int vt__marks_push(struct vt__marks *marks)
{
	if (marks->depth == marks->room) {
		unsigned room = marks->room ? marks->room * 2 : 4;
		struct vt__mark *all = realloc(marks->all, room * sizeof(*all));

		if (!all)
			return -ENOMEM;
		marks->all = all;
		marks->room = room;
	}
	marks->all[marks->depth++] = (struct vt__mark){
		.bytes = marks->bytes,
		.allocations = marks->allocations,
		.frees = marks->frees,
		.peak_bytes = marks->bytes,
	};
	return 0;
}

bool vt__marks_pop(struct vt__marks *marks, vt_mark_result *out)
{
	const struct vt__mark *mark;
	uint64_t allocations, frees;

	if (!marks->depth)
		return false;
	mark = &marks->all[--marks->depth];
	if (marks->depth && mark->peak_bytes > mark[-1].peak_bytes)
		marks->all[marks->depth - 1].peak_bytes = mark->peak_bytes;
	allocations = marks->allocations - mark->allocations;
	frees = marks->frees - mark->frees;
	*out = (vt_mark_result){
		.change_bytes = marks->bytes - mark->bytes,
		.change_count = (int64_t)(allocations - frees),
		.peak_bytes = (size_t)(mark->peak_bytes - mark->bytes),
		.allocations = allocations,
		.frees = frees,
	};
	return true;
}

void vt__marks_clear(struct vt__marks *marks)
{
	free(marks->all);
	*marks = (struct vt__marks){0};
}

/* ---- Those of a thread ----------------------------------------------------------- */

static void forget_thread(void *first)
{
	struct vt__thread_marks *each = first, *next;

	for (; each; each = next) {
		next = each->next;
		vt__marks_clear(&each->marks);
		free(each);
	}
	vt__thread_marks = NULL;
}

static void make_key(void)
{
	has_key = pthread_key_create(&key, forget_thread) == 0;
}

/* The key's function goes with the library when it is unloaded. */
__attribute__((destructor)) static void delete_key(void)
{
	if (has_key)
		pthread_key_delete(key);
}

struct vt__marks *vt__thread_marks_find(uint64_t account_id)
{
	for (struct vt__thread_marks *each = vt__thread_marks; each; each = each->next)
		if (each->account_id == account_id)
			return &each->marks;
	return NULL;
}

struct vt__marks *vt__thread_marks_make(uint64_t account_id)
{
	struct vt__marks *found = vt__thread_marks_find(account_id);
	struct vt__thread_marks *made;

	if (found)
		return found;
	pthread_once(&key_once, make_key);
	made = calloc(1, sizeof(*made));
	if (!made)
		return NULL;
	made->account_id = account_id;
	made->next = vt__thread_marks;
	/* Without a key only the thread's end would not free them. */
	if (has_key)
		(void)pthread_setspecific(key, made);
	vt__thread_marks = made;
	return &made->marks;
}

void vt__thread_marks_forget(uint64_t account_id)
{
	struct vt__thread_marks **link = &vt__thread_marks, *found;

	while (*link && (*link)->account_id != account_id)
		link = &(*link)->next;
	found = *link;
	if (!found)
		return;
	*link = found->next;
	vt__marks_clear(&found->marks);
	free(found);
	if (has_key)
		(void)pthread_setspecific(key, vt__thread_marks);
}

void vt__thread_marks_follow(uint64_t account_id, int64_t bytes, unsigned allocations,
			     unsigned frees)
{
	struct vt__marks *marks = vt__thread_marks_find(account_id);

	if (marks)
		vt__marks_note(marks, bytes, allocations, frees);
}
