/*
 * The part of the recording's format about processes whose memory was moved off the card: by a
 * checkpoint (cuCheckpointProcessCheckpoint), until they are restored.
 *
 * A record stands in the recording of who made the call, which may be another process than that
 * whose memory it is: readers join them by process id and start.
 */
#ifndef VT_LEDGER_FORMAT_CHECKPOINT_H
#define VT_LEDGER_FORMAT_CHECKPOINT_H

#include <stdint.h>

enum vt_checkpoint {
	VT_CHECKPOINT_NONE = 0,  /* the record is unused */
	VT_CHECKPOINT_AWAY = 1,  /* the memory was moved to the host */
	VT_CHECKPOINT_BACK = 2,  /* and back */
	VT_CHECKPOINT_FOUND = 3, /* it was found to be away, since when is not known */
	VT_CHECKPOINT_END
};

struct vt_format_checkpoint {
	uint32_t what;        /* enum vt_checkpoint */
	uint32_t pid;         /* of the process whose memory it is, as the writer sees it */
	uint64_t start_ticks; /* of it, as in the header; 0: not known */
	uint64_t time_ns;     /* of the last such call */
	uint64_t bytes;       /* device memory that it had, VT_FORMAT_UNKNOWN: another process's */
	uint64_t count;       /* calls: the last records stand for all that had no room */
	uint32_t stack;       /* of the last, VT_FORMAT_NONE: there is none */
	uint32_t reserved;
};

_Static_assert(sizeof(struct vt_format_checkpoint) == 48, "no hidden padding");

#endif
