/*
 * Sums of live bytes with exact peaks, for devices and call sites.
 *
 * A call site is a part, its bucket of the device the whole (base/peak.h).
 *
 * Not thread-safe: the ledger's lock covers it.
 */
#ifndef VT_LEDGER_TOTALS_H
#define VT_LEDGER_TOTALS_H

#include <stdbool.h>
#include <stdint.h>

#include "recording/format.h"

/* A new allocation. Returns whether its bucket of the device has a new peak. */
bool vt__totals_allocated(struct vt_format_device *device, struct vt_format_site *site,
			  uint64_t bytes, uint64_t now_ns);

/* A free by the program. */
void vt__totals_freed(struct vt_format_device *device, struct vt_format_site *site, uint64_t bytes);

/* The driver refused it after all: the bytes were live all the time. */
void vt__totals_restored(struct vt_format_device *device, struct vt_format_site *site,
			 uint64_t bytes, uint64_t now_ns);

/* Freed by the end of its context: not a free of the program's. */
void vt__totals_reset(struct vt_format_device *device, struct vt_format_site *site, uint64_t bytes);

#endif
