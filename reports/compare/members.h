/*
 * The processes of many recordings, each in a few hundred bytes: who they were,
 * what became of them, and who started whom. Copies: recordings can be closed.
 */
#ifndef VT_REPORTS_MEMBERS_H
#define VT_REPORTS_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reports/findings/analysis.h"
#include "reports/findings/launch.h"

#define VT__NO_MEMBER SIZE_MAX

struct vt__member {
	uint32_t pid, parent_pid;
	uint64_t start_ticks;
	uint8_t boot_id[16];
	uint64_t run_id;
	uint64_t start_realtime_ns;
	enum vt__process_state state;
	int exit_code; /* as a shell's $?; -1: not known */
	char *path, *host, *command;
	struct vt__launch launch;
	size_t findings; /* that count as findings */
	uint64_t lost;   /* losses that make totals too low */
	bool uncovered;  /* something went past the recorder */
	struct vt__sum leaked[VT_BUCKET_COUNT];
	struct vt__sum live[VT_BUCKET_COUNT]; /* when it ended, or now */
	uint64_t peak[VT_BUCKET_COUNT];       /* of its devices added up */

	/* set by vt__members_finish() */
	size_t parent;   /* number of the process that started it, or VT__NO_MEMBER */
	unsigned depth;  /* of the tree, 0 for a root */
	uint32_t column; /* in which it was added */
};

struct vt__members {
	struct vt__member *items;
	size_t count, room;
	size_t *tree; /* numbers: each before those it started, siblings by start */
};

/* Adds a process; its number so far is its column. 0 or -ENOMEM. */
int vt__members_add(struct vt__members *members, const struct vt__process *process);

/* Orders the processes by start and finds who started whom; once, after the
 * last. 0 or -ENOMEM. */
int vt__members_finish(struct vt__members *members);

void vt__members_release(struct vt__members *members);

#endif
