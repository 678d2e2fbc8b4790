/*
 * The ledger: what is allocated now, by which call site, and what went wrong.
 *
 * Its records live in a recording (recording/format.h); the tables that find them
 * are private memory from an arena. The recording file is created by the first
 * entry, so that a process that never allocates leaves none.
 *
 * Thread-safe. One short lock; under it no malloc, no loader lock and no call
 * that could be wrapped; growing the recording is the only system call. No function sets errno.
 * Every error ends as a counted loss in the recording (VT_LOSSES).
 */
#ifndef VT_LEDGER_LEDGER_H
#define VT_LEDGER_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "recording/birth.h"
#include "recording/format.h"
#include "ledger/growth.h"
#include "ledger/history.h"
#include "unwind/stack.h"

struct vt__ledger;

/* What a recording says about its process. vt__ledger_open() copies the strings. */
struct vt__ledger_identity {
	const char *folder; /* where recordings go; made if it is missing */
	const char *tool_version;
	const char *shim_path; /* the object whose frames are the tool's own; NULL: none */
	uint64_t run_id;       /* 0: none */
	uint32_t stack_depth;
	uint64_t event_bytes;     /* that events may take; 0: none are written */
	uint64_t recording_bytes; /* limit for stacks and call sites; 0: none */
	enum vt_source source;
	struct vt__followed followed; /* marks that growth is told by; the text is copied */
	struct vt__birth birth;       /* of this process, where it was noted; else zeros */
	bool announce;                /* write the path to standard error at creation */
	/* A mark from outside was found, and vt__ledger_mark_due() is to be asked; NULL: nobody is
	 * told. Called outside of the lock, by a thread that enters an allocation. */
	void (*at_mark)(void);
	/* Told of the recording when it is begun, of -errno where it cannot be, and where
	 * it could not be completed; NULL: nobody. Called under the lock: no more than
	 * memory may be touched. */
	void (*told)(int error, const char *folder, uint64_t run_id, uint64_t started_ns);
};

/* Handles of unlike kinds may have equal values: each has a space of its own. */
enum vt__space {
	VT__SPACE_DEVICE,     /* device and managed addresses, IPC mappings */
	VT__SPACE_HOST,       /* pinned host memory */
	VT__SPACE_VMM,        /* CUmemGenericAllocationHandle */
	VT__SPACE_ARRAY,      /* CUarray, CUmipmappedArray */
	VT__SPACE_RANGE,      /* reserved address ranges */
	VT__SPACE_REGISTERED, /* host memory that was registered */
	VT__SPACE_OBJECT,     /* contexts, code, streams, ... : handles of the driver's objects */
	VT__SPACE_BLOCK,      /* what a cache hands out of its segments */
	VT__SPACE_COUNT
};

/* Whether addresses of the space are places in memory, and not handles. */
static inline bool vt__space_has_places(enum vt__space space)
{
	return space == VT__SPACE_DEVICE || space == VT__SPACE_HOST ||
	       space == VT__SPACE_REGISTERED || space == VT__SPACE_RANGE;
}

struct vt__allocation {
	enum vt__space space;
	enum vt_kind kind;
	uint64_t address;
	uint64_t bytes;
	uint64_t context; /* CUcontext that it dies with, 0: with none */
	int32_t device;   /* ordinal, -1: none */
	const char *api;  /* static string: its address identifies the API */
	/* What it is for, in the program's words; NULL or "": none. Read during the
	 * call, at most 127 bytes of each. */
	const char *purpose;
	const char *label;
};

/* Where an allocation is, and what. */
struct vt__what {
	int16_t device; /* ordinal, -1: none */
	uint8_t kind;   /* enum vt_kind */
	int8_t row;     /* of the ledger, see vt__totals_row() */
};

/* What vt__ledger_take() took out; opaque to callers but for the first, and the bytes. */
struct vt__taken {
	struct vt__what what;
	enum vt__space space;
	struct vt_format_allocation record;
	struct vt__freed forgotten; /* what the history of frees held in this one's place */
};

struct vt__finding {
	enum vt_finding_class finding_class;
	enum vt_bad_free_reason reason; /* of a bad free that the ledger cannot explain */
	enum vt__space space;
	const char *api;
	int32_t result;
	int32_t device;   /* -1: unknown */
	int32_t freed_on; /* bad free: the device that was current, -1: unknown */
	int32_t kind;     /* enum vt_kind, -1: unknown */
	uint64_t address;
	uint64_t known_as; /* bad free: the address it was entered with; 0: the same */
	uint64_t bytes;
	uint64_t device_free_bytes;
	uint64_t device_total_bytes;
	uint8_t injected;    /* enum vt_injected: refused by the tool itself, as it was asked to */
	bool fenced;         /* fault: freed addresses are kept out of use */
	const char *purpose; /* as in struct vt__allocation */
	const char *label;
};

/* Makes an empty ledger; touches no file. Returns 0 or -ENOMEM. */
int vt__ledger_open(const struct vt__ledger_identity *identity, struct vt__ledger **out);

/* Whether vt__ledger_describe_device() was called for it. Ordinal -1 is never described. */
bool vt__ledger_knows_device(struct vt__ledger *ledger, int32_t ordinal);

/* name: NUL-terminated; uuid: 16 bytes. */
void vt__ledger_describe_device(struct vt__ledger *ledger, int32_t ordinal, const char *name,
				const uint8_t *uuid, uint64_t total_bytes);

void vt__ledger_describe_driver(struct vt__ledger *ledger, uint32_t driver_version, bool simulated);

/* Enters an allocation that succeeded. An address that is still live in the
 * ledger is replaced: its free was not seen. Returns whether the device's
 * peak may have come so far that vt__ledger_peak_due() is to be asked. */
bool vt__ledger_enter(struct vt__ledger *ledger, const struct vt__allocation *allocation,
		      const struct vt__stack *stack);

/* Enters the free of the live allocation at `address`, before the driver is
 * asked for it: another thread can be given the address at once. Where it was
 * freed (`stack`, may be NULL) is remembered, so that a second free can be
 * explained. Returns 0, or -ENOENT if nothing is live there. */
int vt__ledger_take(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
		    const struct vt__stack *stack, struct vt__taken *out);

/* The same in two steps: the first fetches what the second will read, while the caller does other
 * things, and says where that is. */
struct vt__live_shard;
struct vt__expected {
	struct vt__live_shard *shard;
	uint32_t *entry; /* of the index, of a shard of that size */
	struct vt__freed *history;
	uint32_t size;
};
void vt__ledger_expect_take(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
			    struct vt__expected *out);
int vt__ledger_take_expected(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
			     const struct vt__expected *expected, const struct vt__stack *stack,
			     struct vt__taken *out);

/* The same of an allocation and of a free of which all is known, with what is noted with their
 * stack: an allocation without purpose and label, of a device that is described, at the time
 * `now_ns` of vt__now_ns(). Where it is not so, or somebody is in the way, nothing is done: the
 * others do it. */
enum vt__known_end {
	VT__KNOWN_NOT,
	VT__KNOWN_DONE,
	VT__KNOWN_PEAK /* done, and vt__ledger_peak_due() is to be asked */
};
enum vt__known_end vt__ledger_enter_known(struct vt__ledger *ledger,
					  const struct vt__allocation *allocation,
					  const struct vt__stack_note *note, uint64_t now_ns);
bool vt__ledger_take_known(struct vt__ledger *ledger, enum vt__space space, uint64_t address,
			   const struct vt__expected *expected, const struct vt__stack_note *note,
			   struct vt__taken *out);

/* The driver refused the free: everything as it was before the take, unless
 * the address was entered anew in between, which proves that it was free. */
void vt__ledger_put_back(struct vt__ledger *ledger, const struct vt__taken *taken);

/* `context` was destroyed or reset: every live allocation of it whose kind
 * dies with its context is closed as freed by reset. */
void vt__ledger_drop_context(struct vt__ledger *ledger, uint64_t context);

/* Enters a finding; equal ones (class, stacks, result, api, purpose) are counted. For a
 * bad free the history of frees supplies allocation stack, free stack and the
 * reason. Of a refused allocation the first occurrence is entered with the
 * holders of the memory (ledger/holders.h); then its number is returned, for an
 * account to be tied to it, in all other cases VT_FORMAT_NONE. The stack is
 * that of the call. */
uint32_t vt__ledger_find(struct vt__ledger *ledger, const struct vt__finding *finding,
			 const struct vt__stack *stack);

/* The calling thread is in no visit any more: if it was in one, a jump or its own end took
 * it out. Its lock is given up; where a change was left in the middle nothing more is
 * recorded, and every call is counted as lost. Async-signal-safe. */
void vt__ledger_left(struct vt__ledger *ledger);

void vt__ledger_lose(struct vt__ledger *ledger, enum vt_loss loss);

/* The process is past its last destructor: sets the end time and state, and
 * writes out a recording that is not crash-safe. wait_status: as waitpid(2)
 * will tell it, or VT_FORMAT_EXIT_UNKNOWN. */
void vt__ledger_end(struct vt__ledger *ledger, int32_t wait_status);

/* The absolute path of the recording; NULL while there is none. */
const char *vt__ledger_path(struct vt__ledger *ledger);

/* For a plain report without the command: live totals. Calls `each` for every
 * device record that has had an allocation. */
void vt__ledger_totals(struct vt__ledger *ledger,
		       void (*each)(const struct vt_format_device *device, void *closure),
		       void *closure);

/* Live bytes of one bucket of a device; 0 for a device that had no allocation. */
uint64_t vt__ledger_live_bytes(struct vt__ledger *ledger, int32_t ordinal, enum vt_bucket bucket);

/* Findings entered so far (not leaks, which only the end can tell). */
uint64_t vt__ledger_finding_count(struct vt__ledger *ledger);

#endif
