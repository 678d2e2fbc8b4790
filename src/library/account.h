/*
 * A tracker as buffers see it: counted, so that it outlives its handle.
 *
 * Each buffer's record holds a reference, taken and given back in the same visit as the
 * record itself.
 */
#ifndef VT_ACCOUNT_H
#define VT_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>

#include <vramtrack/tracker.h>

struct vt__account;      /* the state of a tracker */
struct vt__unwind_start; /* where a stack begins: unwind/unwind.h */

/* tracker: NULL gives the process's account of buffers without a tracker.
 * Never NULL in return but when out of host memory. `find` takes no reference: it is for the
 * time until the buffer's record has one, in which the tracker may not be destroyed. */
struct vt__account *vt__account_find(vt_tracker *tracker);
struct vt__account *vt__account_retain(vt_tracker *tracker);
void vt__account_release(struct vt__account *account);

/* Before memory is taken: whether the budget allows `bytes` more. VT_OK with bytes in
 * `reserved` (0 where there is no budget: nothing to come back to) keeps them until
 * vt__account_record() or vt__account_cancel(). Sets the detail. */
vt_status vt__account_reserve(struct vt__account *account, size_t bytes, size_t *reserved);
void vt__account_cancel(struct vt__account *account, size_t reserved);

/* What a buffer's record says. */
struct vt__account_item {
	const void *address;
	size_t bytes;
	const char *label; /* not NULL */
	vt_purpose purpose;
	int device;
};

/* Turns a reservation into a record and a reference. What was not reserved is held against the
 * budget here, as vt__account_reserve() would. On failure the reservation is gone. */
vt_status vt__account_record(struct vt__account *account, const struct vt__account_item *item,
			     size_t reserved, const struct vt__unwind_start *start);

/* Takes the record out and gives the reference back: the account may be gone afterwards. An
 * unknown address is left alone. Returns the bytes that stay recorded on `device`. */
uint64_t vt__account_unrecord(struct vt__account *account, const void *address, int device);

/* Another size or place of the same allocation, without a moment in between. */
vt_status vt__account_change(struct vt__account *account, const void *old_address,
			     const void *address, size_t bytes);

/* "ModelWeights: 1.5 GB, KVCache: 0.2 GB"; "" if nothing is recorded. */
void vt__account_words(struct vt__account *account, char *out, size_t room);

size_t vt__account_total(struct vt__account *account, int device);

#endif
