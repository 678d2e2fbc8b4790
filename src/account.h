/*
 * A tracker as buffers see it: counted, so that it outlives its handle.
 */
#ifndef VT_ACCOUNT_H
#define VT_ACCOUNT_H

#include <stddef.h>

#include <vramtrack/tracker.h>

struct vt__account; /* the state of a tracker */

/* tracker: NULL gives the process's account of buffers without a tracker.
 * Never NULL in return but when out of host memory. */
struct vt__account *vt__account_retain(vt_tracker *tracker);
struct vt__account *vt__account_share(struct vt__account *account);
void vt__account_release(struct vt__account *account);

/* Before memory is taken: whether the budget allows `bytes` more. VT_OK reserves
 * them until vt__account_record() or vt__account_cancel(). Sets the detail. */
vt_status vt__account_reserve(struct vt__account *account, size_t bytes);
void vt__account_cancel(struct vt__account *account, size_t bytes);

/* Turns a reservation into a record. VT_ERROR_OUT_OF_HOST_MEMORY: neither any more. */
vt_status vt__account_record(struct vt__account *account, const void *address, size_t bytes,
			     vt_purpose purpose, const char *label, int device);

/* Unknown addresses are left alone. */
void vt__account_unrecord(struct vt__account *account, const void *address);

/* Another size or place of the same allocation, without a moment in between. */
vt_status vt__account_change(struct vt__account *account, const void *old_address,
			     const void *address, size_t bytes);

/* "ModelWeights: 1.5 GB, KVCache: 0.2 GB"; "" if nothing is recorded. */
void vt__account_words(struct vt__account *account, char *out, size_t room);

size_t vt__account_total(struct vt__account *account, int device);

#endif
