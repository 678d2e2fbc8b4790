/*
 * When this process began, and by whom it was started: noted while that is still to be seen.
 *
 * A parent may be gone, and another process be named in its place, long before
 * the first allocation; the kernel's own start of a process is in steps of 10 ms.
 */
#ifndef VT_LEDGER_BIRTH_H
#define VT_LEDGER_BIRTH_H

#include <stdint.h>

struct vt__birth {
	uint32_t pid; /* of which process this is told; 0: of none */
	uint32_t parent_pid;
	uint64_t monotonic_ns; /* coarse, as all times of a recording */
	uint64_t realtime_ns;  /* at that moment, precise: a child's is after its parent's */
};

/* That it begins now. Async-signal-safe; sets no errno. */
void vt__birth_note(struct vt__birth *birth);

/* For a process whose beginning nobody noted: by `start_ticks` (field 22 of
 * /proc/self/stat, 0: unknown), not before what `birth` says of the one that
 * it was copied from. */
void vt__birth_estimate(struct vt__birth *birth, uint64_t start_ticks);

#endif
