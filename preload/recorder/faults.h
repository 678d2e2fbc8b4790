/*
 * Faults of the device: errors after which a context is of no use any more.
 *
 * Every call of it ends with the same error from then on: the first that meets it is recorded.
 * Thread-safe; leaves errno alone.
 */
#ifndef VT_PRELOAD_FAULTS_H
#define VT_PRELOAD_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "ledger/ledger.h"
#include "preload/driver/driver.h"
#include "unwind/unwind.h"

/* Whether an error says of a fault (VT_FAULTS). */
bool vt__fault_is(CUresult result);

/* Whether the current context is known to have none yet; from then on it is. */
bool vt__fault_is_first(void);

/* The context was destroyed or reset: another may get its handle. */
void vt__fault_forget(uint64_t context);

/* A call of `api` met it, in the current context. */
VT__SELDOM void vt__fault_record(struct vt__ledger *ledger, const char *api, CUresult result,
				 const struct vt__unwind_start *start);

#endif
