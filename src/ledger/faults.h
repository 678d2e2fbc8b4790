/*
 * What had been freed before a fault of the device.
 *
 * Not thread-safe: the ledger's lock covers it.
 */
#ifndef VT_LEDGER_FAULTS_H
#define VT_LEDGER_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

struct vt__ledger;

/* Enters the latest frees of memory, up to VT_FORMAT_FREED_MOST, with the finding of a fault at
 * `now_ns`. `fenced`: their addresses are kept out of use. Within a change. */
void vt__faults_enter_freed(struct vt__ledger *ledger, uint32_t finding, uint64_t now_ns,
			    bool fenced);

#endif
