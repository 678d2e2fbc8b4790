/*
 * Accounts: asks the driver, and NVML, how a device's memory stands, and enters
 * the answer beside what is tracked.
 *
 * No context is made for it and the thread's current one stays what it is;
 * what the driver does not tell is unknown. Thread-safe; asked outside of every
 * lock. Leaves errno and CUDA's errors alone.
 */
#ifndef VT_PRELOAD_ACCOUNTS_H
#define VT_PRELOAD_ACCOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "ledger/ledger.h"
#include "preload/base/attributes.h"

/* After an allocation on the device: takes an account if its peak has risen by
 * an eighth since the last one. NVML is not asked. */
VT__APART void vt__accounts_peak(struct vt__ledger *ledger, int32_t device);

/* The same of a mark from outside, in the middle of an allocation. */
void vt__accounts_mark_found(void);

/* After a mark of the program's: of every device that was used. The first of a
 * name has an account, later ones while measuring costs little (preload/recorder/measure.h). */
void vt__accounts_mark(struct vt__ledger *ledger, const char *name);

/* In exit(), before the driver's own handlers: of every device that was used. */
void vt__accounts_end(struct vt__ledger *ledger);

/* An allocation was refused; `finding` is its number in the ledger. `wanted`: by the
 * user, who is told what is missing. */
void vt__accounts_refused(struct vt__ledger *ledger, int32_t device, uint32_t finding, bool wanted);

/*
 * For the program: takes an account of every device that was used. `label` may
 * be NULL. Returns how many accounts were entered: 0 where nothing was
 * allocated yet, where the driver told nothing, or with accounts=0. Found by its
 * name: dlsym(RTLD_DEFAULT, "vramtrack_preload_account").
 */
VT__EXPORT int vramtrack_preload_account(const char *label);

#endif
