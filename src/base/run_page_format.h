/*
 * The run page: what the processes of one `vramtrack run` tell the command.
 *
 * A small file that the command makes and that the shim maps in every process of
 * the run. What needs to be said of a process takes a slot; a process that has
 * nothing to say takes none. A slot is claimed with one atomic operation, filled,
 * and then published; it may be taken in a signal handler and in a child of
 * vfork(), where no other call would be safe.
 *
 * Every process of the run may write all of it: a reader treats it as hostile.
 */
#ifndef VT_RUN_PAGE_FORMAT_H
#define VT_RUN_PAGE_FORMAT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

/* Set by the command for its children: the pages of this run, then, after a ';',
 * of the run that this one runs inside, and so on. A page has one path or, after
 * a ':', a second one for processes that may not open the first. */
#define VT_RUN_PAGE_VARIABLE "VRAMTRACK_PAGE"

#define VT_RUN_PAGE_MAGIC "VRAMRUN\n"
#define VT_RUN_PAGE_SLOTS 4096u
#define VT_RUN_PAGE_NONE UINT32_MAX

enum vt_run_state {
	VT_RUN_FREE = 0,
	VT_RUN_CLAIMED, /* is being filled; or who filled it was killed */
	VT_RUN_EXEC,  /* is about to be the program `name`, and the shim has not said hello in it */
	VT_RUN_SPAWN, /* the same in a child whose pid its parent, `pid`, does not know yet */
	VT_RUN_LOADED,    /* the shim said hello */
	VT_RUN_RECORDING, /* a recording was begun in `place` at `recording_ns` */
	VT_RUN_FAILED,    /* no recording could be made in `place`: `error`; 0: `place` says why */
	VT_RUN_UNSEEN,    /* `pid` started `name` without the shim */
};

enum {
	VT_RUN_WITHOUT_SHIM = 1, /* the environment does not bring the shim */
	VT_RUN_OTHER_PRELOAD = 2 /* it brings another library */
};

struct vt_run_slot {
	uint64_t time_ns; /* CLOCK_MONOTONIC, as all times */
	uint64_t recording_ns;
	uint64_t run_id; /* of the recording */
	int32_t error;   /* errno */
	uint32_t flags;
	char name[96];   /* program: the end of its path */
	char place[120]; /* folder: the end of it */
};

struct vt_run_page {
	char magic[8];
	uint64_t run_id;
	uint32_t slots;              /* VT_RUN_PAGE_SLOTS: tells another layout apart */
	_Atomic uint32_t used;       /* slots that were ever claimed */
	_Atomic uint32_t overflowed; /* what found no slot */
	_Atomic uint32_t recordings; /* those that were begun without a slot: many processes */
	uint32_t is_second;          /* the page for those who may not open the first */
	uint32_t reserved[7];
	_Atomic uint64_t keys[VT_RUN_PAGE_SLOTS]; /* pid << 8 | state */
	struct vt_run_slot details[VT_RUN_PAGE_SLOTS];
};

static inline uint64_t vt__run_key(int32_t pid, enum vt_run_state state)
{
	return (uint64_t)(uint32_t)pid << 8 | state;
}

static inline uint64_t vt__run_now(void)
{
	struct timespec now = {0, 0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Slots to look at; whatever stands there, within the page. */
static inline uint32_t vt__run_used(const struct vt_run_page *page)
{
	uint32_t used = atomic_load_explicit(&page->used, memory_order_acquire);

	return used < VT_RUN_PAGE_SLOTS ? used : VT_RUN_PAGE_SLOTS;
}

/* Takes a free slot for `pid` and empties it: VT_RUN_CLAIMED until it is published.
 * VT_RUN_PAGE_NONE if all are taken. */
static inline uint32_t vt__run_claim(struct vt_run_page *page, int32_t pid)
{
	for (uint32_t i = 0; i < VT_RUN_PAGE_SLOTS; i++) {
		uint64_t expected = atomic_load_explicit(&page->keys[i], memory_order_relaxed);
		uint32_t used = atomic_load(&page->used);

		if (expected != VT_RUN_FREE ||
		    !atomic_compare_exchange_strong(&page->keys[i], &expected,
						    vt__run_key(pid, VT_RUN_CLAIMED)))
			continue;
		while (used < i + 1 && !atomic_compare_exchange_weak(&page->used, &used, i + 1))
			;
		memset(&page->details[i], 0, sizeof(page->details[i]));
		page->details[i].time_ns = vt__run_now();
		return i;
	}
	return VT_RUN_PAGE_NONE;
}

static inline void vt__run_publish(struct vt_run_page *page, uint32_t slot, int32_t pid,
				   enum vt_run_state state)
{
	atomic_store(&page->keys[slot], vt__run_key(pid, state));
}

/* Of a path the end says most. */
static inline void vt__run_copy_end(char *to, size_t room, const char *path)
{
	size_t length = strlen(path);

	if (length >= room) {
		path += length - (room - 1);
		length = room - 1;
	}
	memcpy(to, path, length);
	to[length] = '\0';
}

#endif
