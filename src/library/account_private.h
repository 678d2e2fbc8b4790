/*
 * The inside of an account: what trackers, marks and reports share.
 */
#ifndef VT_ACCOUNT_PRIVATE_H
#define VT_ACCOUNT_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/intern.h"
#include "base/lock.h"
#include "base/peak.h"
#include "library/account.h"
#include "library/marks.h"
#include "unwind/unwind.h"

#define VT__ACCOUNT_FRAMES 16                        /* of a stack that are kept */
#define VT__ACCOUNT_LABEL_MOST 127                   /* bytes of a label that are kept */
#define VT__ACCOUNT_DEVICES 1024                     /* ordinals from 0 that are taken */
#define VT__ACCOUNT_BYTES_MOST ((uint64_t)INT64_MAX) /* live at once, so that no sum wraps */

struct vt__sum {
	uint64_t bytes;
	uint64_t count;
};

/* One live allocation; or one that was at an address which may soon be given again. */
struct vt__record {
	UT_hash_handle hh; /* key: address */
	uint64_t address;
	uint64_t bytes;
	uint64_t sequence; /* rises with every record: the order of age. Idle: its place in
			    * the account's `idle`. */
	struct vt__interned *label;
	struct vt__interned *stack; /* NULL: none was taken */
	int32_t device;             /* -1: unknown */
	uint8_t purpose;
	uint8_t is_raw;  /* recorded through the tracker's handle, not by a buffer */
	uint8_t is_idle; /* nothing lives there; label and stack stay, for a next one alike */
};

#define VT__ACCOUNT_IDLE 64 /* records without an allocation that an account keeps */

/* A purpose's live sum, and what it was at the total's peak: `bytes_at_peak` if
 * `peak_number` is the total's, else the live bytes. */
struct vt__purpose_sum {
	struct vt__sum live;
	uint64_t bytes_at_peak;
	uint64_t peak_number;
};

struct vt__totals {
	struct vt__sum live;
	uint64_t peak_bytes;
	uint64_t peak_number; /* rises with every new peak */
	struct vt__purpose_sum purposes[VT_PURPOSE_COUNT];
};

#define VT__ACCOUNT_LINE 64 /* bytes that go from core to core together */

struct vt__account {
	struct vt__account *next, *previous; /* the registry's, under its lock */
	uint64_t id;                         /* never used twice in a process */
	bool has_stacks;                     /* a tracker's: nobody asks the process's for one */

	/* The lock covers what follows. First what each visit uses, on as few lines as may be:
	 * with many threads these are what a visit waits for. */
	_Alignas(VT__ACCOUNT_LINE) struct vt__lock lock;
	unsigned references; /* handle, buffers' records, reports; 0: about to go */
	unsigned next_idle;  /* the oldest's place in `idle` */
	unsigned device_room;
	uint64_t budget_bytes; /* 0: none. Atomic too: written under the lock. */
	uint64_t reserved_bytes;
	uint64_t last_sequence;
	struct vt__record *records; /* by address; the first is an anchor, which is none.
				     * NULL before the first record. */
	struct vt__record *last;    /* of the table, used last: often the next, too; or NULL */
	struct vt__sum *devices;    /* by ordinal + 1 */

	struct vt__marks marks;
	struct vt__totals totals;

	struct vt__intern labels;
	struct vt__intern stacks;
	struct vt__record *idle[VT__ACCOUNT_IDLE]; /* a ring: ended last; NULL: live again */
	struct vt__record *spare;                  /* nodes that wait for use, by hh.next */
	struct vt__arena *arena;
	vt_tracker *tracker; /* NULL: destroyed, or the process's account */
	vt_over_budget over_budget;
	void *budget_closure;
};

/* What a record will hold, prepared before the lock is taken. */
struct vt__entry {
	const struct vt__account_item *item;
	size_t label_length; /* what is kept of the item's */
	bool is_raw;         /* else a buffer's, which takes a reference */
	unsigned depth;      /* of `frames`; 0: no stack */
	uintptr_t frames[VT__ACCOUNT_FRAMES];
};

/* ---- account.c ------------------------------------------------------------- */

/* An account with one reference; NULL when out of memory. */
struct vt__account *vt__account_create(vt_tracker *tracker);

/* One reference more. */
struct vt__account *vt__account_share(struct vt__account *account);

/* After the last reference. */
__attribute__((cold)) void vt__account_close(struct vt__account *account);

/* One less, with the lock held, which is given back; the account may be gone afterwards. */
static inline void vt__account_leave(struct vt__account *account)
{
	bool is_last = --account->references == 0;

	vt__lock_let_go(&account->lock);
	if (is_last)
		vt__account_close(account);
}

/* ---- account_record.c -------------------------------------------------------- */

/* Bytes of a label that are kept: no character is cut in two. */
size_t vt__label_length(const char *label);

/* Records what the tracker's handle is told of, in place of what was at the address; a reference
 * is not taken. `start` is where its stack begins. */
vt_status vt__account_record_raw(struct vt__account *account, const struct vt__account_item *item,
				 const struct vt__unwind_start *start);

/* Takes a record out and tells what it was. False if there is none. */
struct vt__removed {
	uint64_t bytes;
	vt_purpose purpose;
	int device;
	uint64_t still_in_use; /* on its device */
	char label[VT__ACCOUNT_LABEL_MOST + 1];
};
bool vt__account_remove(struct vt__account *account, const void *address, struct vt__removed *out);

/* The handle is gone: no budget any more, and what was recorded through it is
 * forgotten. What buffers recorded stays. */
void vt__account_orphan(struct vt__account *account);

/* With the lock held: the record's allocation is over. */
void vt__account_end_record(struct vt__account *account, struct vt__record *record);

/* ---- account_budget.c -------------------------------------------------------- */

/* Reserves in any case: as vt__account_reserve() under a budget, for a record that takes the
 * place of the one at `address`. NULL: of none. */
vt_status vt__account_reserve_for(struct vt__account *account, const void *address, size_t bytes);

/* With the lock held: whether an entry that was not reserved has to be. */
static inline bool vt__account_must_reserve(const struct vt__account *account, uint64_t bytes)
{
	return account->budget_bytes || bytes > VT__ACCOUNT_BYTES_MOST ||
	       account->totals.live.bytes + account->reserved_bytes >
		       VT__ACCOUNT_BYTES_MOST - bytes;
}

/* ---- account_index.c: with the lock held --------------------------------------- */

/* Looks for the address in the table, and remembers what it found: also one that is idle. */
struct vt__record *vt__index_look_up(struct vt__account *account, uint64_t address);

/* The same, without looking for the one that was used last. */
static inline struct vt__record *vt__index_find_any(struct vt__account *account, uint64_t address)
{
	struct vt__record *last = account->last;

	return last && last->address == address ? last : vt__index_look_up(account, address);
}

static inline struct vt__record *vt__index_find(struct vt__account *account, uint64_t address)
{
	struct vt__record *record = vt__index_find_any(account, address);

	return record && !record->is_idle ? record : NULL;
}

/* A record at the entry's address, where none is, with its label and no stack, in no sum; or a copy
 * of one at another address. NULL when out of memory. */
struct vt__record *vt__index_make(struct vt__account *account, const struct vt__entry *entry);
struct vt__record *vt__index_copy(struct vt__account *account, const struct vt__record *record,
				  uint64_t address);

/* The entry's label, with one user more; NULL when out of memory. */
struct vt__interned *vt__index_take_label(struct vt__account *account,
					  const struct vt__entry *entry);

/* Gives the record the entry's stack; one that finds no room is done without. */
void vt__index_change_stack(struct vt__account *account, struct vt__record *record,
			    const struct vt__entry *entry);

/* A record that is idle or in no sum goes; label and stack lose a user. */
void vt__index_erase(struct vt__account *account, struct vt__record *record);

/* A record goes of which there is a copy: that has the label and the stack. */
void vt__index_forget(struct vt__account *account, struct vt__record *record);

/* The record after `record`, the first for NULL; NULL at the end. */
struct vt__record *vt__index_next(const struct vt__account *account,
				  const struct vt__record *record);

/* Gives everything back to the arena. */
void vt__index_close(struct vt__account *account);

/* ---- Sums by purpose, and what they were at the peak of the total: with the lock held ---- */

/* Changes the purpose's sum and the total by so many bytes and allocations; either may be
 * negative. A lower total is no new peak. */
static inline void vt__account_totals_change(struct vt__totals *totals, vt_purpose purpose,
					     int64_t bytes, int count)
{
	struct vt__purpose_sum *sum = &totals->purposes[purpose];

	if (vt__peak_must_save(sum->peak_number, totals->peak_number)) {
		sum->bytes_at_peak = sum->live.bytes;
		sum->peak_number = totals->peak_number;
	}
	sum->live.bytes += (uint64_t)bytes;
	sum->live.count += (uint64_t)(int64_t)count;
	totals->live.bytes += (uint64_t)bytes;
	totals->live.count += (uint64_t)(int64_t)count;
	if (totals->live.bytes > totals->peak_bytes) {
		totals->peak_bytes = totals->live.bytes;
		totals->peak_number++;
	}
}

static inline uint64_t vt__account_totals_at_peak(const struct vt__totals *totals,
						  vt_purpose purpose)
{
	const struct vt__purpose_sum *sum = &totals->purposes[purpose];

	return sum->peak_number == totals->peak_number ? sum->bytes_at_peak : sum->live.bytes;
}

/* ---- account_registry.c --------------------------------------------------------- */

/* Enters the account among those that live, with an id and an arena; 0 or -ENOMEM. */
int vt__registry_add(struct vt__account *account);
/* The arena is empty again: another account may get it. */
void vt__registry_remove(struct vt__account *account);

/* How many allocations live in all accounts. */
size_t vt__registry_count(void);

/* References to all live accounts, in malloc'ed memory; -1: no memory. */
long vt__registry_all(struct vt__account ***out);

/* ---- leaks.c -------------------------------------------------------------------------- */

/* Tells the narrator of everything live as a leak and returns how many there are.
 * `told`: leaks told so far, counted on; past the hundredth only a sum is told. */
size_t vt__account_narrate_leaks(struct vt__account *account, size_t *told);

/* The state of the account that a handle names. */
struct vt_tracker {
	struct vt__account *account;
};

#endif
