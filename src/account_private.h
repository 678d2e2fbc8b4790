/*
 * The inside of an account: what trackers, marks and reports share.
 */
#ifndef VT_ACCOUNT_PRIVATE_H
#define VT_ACCOUNT_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "account.h"
#include "intern.h"
#include "ledger/lock.h"
#include "ledger/unwind.h"
#include "marks.h"

#define VT__ACCOUNT_FRAMES 16                        /* of a stack that are kept */
#define VT__ACCOUNT_LABEL_MOST 127                   /* bytes of a label that are kept */
#define VT__ACCOUNT_DEVICES 1024                     /* ordinals from 0 that are taken */
#define VT__ACCOUNT_BYTES_MOST ((uint64_t)INT64_MAX) /* live at once, so that no sum wraps */

struct vt__sum {
	uint64_t bytes;
	uint64_t count;
};

/* One live allocation. */
struct vt__record {
	UT_hash_handle hh; /* key: address */
	uint64_t address;
	uint64_t bytes;
	uint64_t sequence; /* rises with every record: the order of age */
	struct vt__interned *label;
	struct vt__interned *stack; /* NULL: none was taken */
	int32_t device;             /* -1: unknown */
	uint8_t purpose;
	uint8_t is_raw; /* recorded through the tracker's handle, not by a buffer */
};

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

struct vt__account {
	struct vt__account *next, *previous; /* the registry's, under its lock */
	unsigned references;                 /* atomic */
	uint64_t id;                         /* never used twice in a process */

	struct vt__lock lock; /* covers what follows */
	vt_tracker *tracker;  /* NULL: destroyed, or the process's account */
	struct vt__arena *arena;
	struct vt__record *records; /* by address; the first is an anchor, which is none.
				     * NULL before the first record. */
	struct vt__intern labels;
	struct vt__intern stacks;
	uint64_t last_sequence;
	struct vt__totals totals;
	struct vt__sum *devices; /* by ordinal + 1 */
	unsigned device_room;
	struct vt__marks marks;
	uint64_t reserved_bytes;
	uint64_t budget_bytes; /* 0: none */
	vt_over_budget over_budget;
	void *budget_closure;
};

/* What a record will hold, prepared before the lock is taken. */
struct vt__entry {
	uint64_t address;
	uint64_t bytes;
	const char *label;   /* not NULL, the caller's */
	size_t label_length; /* what is kept of it */
	uint64_t label_hash;
	int device;
	vt_purpose purpose;
	bool is_raw;
	unsigned depth; /* of `frames`; 0: no stack */
	uint64_t stack_hash;
	uintptr_t frames[VT__ACCOUNT_FRAMES];
};

/* ---- account.c ------------------------------------------------------------- */

/* An account with one reference; NULL when out of memory. */
struct vt__account *vt__account_create(vt_tracker *tracker);

/* The handle is gone: no budget any more, and what was recorded through it is
 * forgotten. What buffers recorded stays. */
void vt__account_orphan(struct vt__account *account);

/* Bytes of a label that are kept: no character is cut in two. */
size_t vt__label_length(const char *label);

/* Prepares an entry; `start` is where its stack begins. */
void vt__entry_make(struct vt__entry *entry, const void *address, size_t bytes, vt_purpose purpose,
		    const char *label, int device, const struct vt__unwind_start *start);

/* Enters it and turns `entry->bytes` of reservation into it. */
vt_status vt__account_enter(struct vt__account *account, const struct vt__entry *entry);

/* Takes a record out and tells what it was. False if there is none. */
struct vt__removed {
	uint64_t bytes;
	vt_purpose purpose;
	int device;
	uint64_t still_in_use; /* on its device */
	char label[VT__ACCOUNT_LABEL_MOST + 1];
};
bool vt__account_leave(struct vt__account *account, const void *address, struct vt__removed *out);

/* ---- account_budget.c -------------------------------------------------------- */

/* vt__account_reserve() for a record that takes the place of the one at `address`. */
vt_status vt__account_reserve_for(struct vt__account *account, const void *address, size_t bytes);

/* ---- account_index.c: with the lock held --------------------------------------- */

struct vt__record *vt__index_find(const struct vt__account *account, uint64_t address);

/* Adds a record, with sums, and marks of the account, in place of the one at the
 * address (`before`, found there, or NULL). 0 or -ENOMEM. */
int vt__index_add(struct vt__account *account, const struct vt__entry *entry,
		  struct vt__record *before);
void vt__index_remove(struct vt__account *account, struct vt__record *record);

/* Another place and size; a record that was at `address` is removed. 0 or
 * -ENOMEM, then nothing has changed. */
int vt__index_change(struct vt__account *account, struct vt__record *record, uint64_t address,
		     uint64_t bytes);

/* The record after `record`, the first for NULL; NULL at the end. */
struct vt__record *vt__index_next(const struct vt__account *account,
				  const struct vt__record *record);

/* Gives everything back to the arena. */
void vt__index_close(struct vt__account *account);

/* ---- account_totals.c: with the lock held ------------------------------------- */

void vt__account_totals_add(struct vt__totals *totals, vt_purpose purpose, uint64_t bytes);
void vt__account_totals_remove(struct vt__totals *totals, vt_purpose purpose, uint64_t bytes);
void vt__account_totals_change(struct vt__totals *totals, vt_purpose purpose, uint64_t old_bytes,
			       uint64_t bytes);
uint64_t vt__account_totals_at_peak(const struct vt__totals *totals, vt_purpose purpose);

/* ---- account_registry.c --------------------------------------------------------- */

/* Enters the account among those that live, with an id and an arena; 0 or -ENOMEM. */
int vt__registry_add(struct vt__account *account);
/* The arena is empty again: another account may get it. */
void vt__registry_remove(struct vt__account *account);

/* The account of buffers without a tracker, made when it is first asked for;
 * NULL when out of memory. */
struct vt__account *vt__registry_process(void);

/* How many allocations live in all accounts. */
size_t vt__registry_count(void);

/* References to all live accounts, in malloc'ed memory; -1: no memory. */
long vt__registry_all(struct vt__account ***out);

/* ---- leaks.c -------------------------------------------------------------------------- */

/* Tells the narrator of everything live as a leak and returns how many there are.
 * `told`: leaks told so far, counted on; past the hundredth only a sum is told. */
size_t vt__account_narrate_leaks(struct vt__account *account, size_t *told);

/* ---- account_stack.c -------------------------------------------------------------- */

/* Return addresses of the caller, without the frames of this library where it
 * is a shared object. Returns how many. */
unsigned vt__account_stack(const struct vt__unwind_start *start,
			   uintptr_t frames[VT__ACCOUNT_FRAMES]);

/* The state of the account behind a handle. */
struct vt_tracker {
	struct vt__account *account;
};

#endif
