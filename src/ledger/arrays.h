/*
 * What arrays take of a device beyond their elements, which are the bytes that they are entered
 * with: their rows lie in tiles, and that is a charge of the call site (VT_CHARGE_ARRAY).
 */
#ifndef VT_LEDGER_ARRAYS_H
#define VT_LEDGER_ARRAYS_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/ledger.h"

struct vt__array_node;

/* The ledger's lock covers it. */
struct vt__arrays {
	struct vt__array_node *table; /* by handle */
};

/* The array `handle`, which was just entered, takes so many bytes of its device;
 * VT_FORMAT_UNKNOWN: no rule tells. Thread-safe; does not set errno. */
void vt__ledger_array(struct vt__ledger *ledger, uint64_t handle, uint64_t device_bytes);

/* The driver is about to be asked to destroy it; and what it answered. Another thread may have made
 * one with its handle meanwhile: that one's stay. */
void vt__ledger_array_ending(struct vt__ledger *ledger, uint64_t handle);
void vt__ledger_array_ended(struct vt__ledger *ledger, uint64_t handle, bool destroyed);

/* Within a change of the recording: the array is gone, with all that it was charged. */
void vt__array_gone(struct vt__ledger *ledger, uint64_t handle);

/* Under the lock: bytes that the live array takes of its device; VT_FORMAT_UNKNOWN: nobody told. */
uint64_t vt__array_device_bytes(const struct vt__ledger *ledger,
				const struct vt_format_allocation *array);

#endif
