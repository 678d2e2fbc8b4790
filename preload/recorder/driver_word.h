/*
 * The driver's word about the memory of a device.
 *
 * No context is made for it, the thread's current one and its capture stay what they are, and what
 * the driver does not tell is unknown. Thread-safe; asked outside of every lock.
 */
#ifndef VT_PRELOAD_DRIVER_WORD_H
#define VT_PRELOAD_DRIVER_WORD_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/accounts.h"
#include "preload/driver/driver.h"
#include "preload/driver/nvml.h"

/* All but what NVML tells. */
void vt__word_ask(const struct vt__driver *driver, CUdevice device, struct vt__driver_word *word);

/* Bytes of the device that are in use, by all processes; false: there is no context to ask in. */
bool vt__word_used(const struct vt__driver *driver, int32_t device, uint64_t *used);

/* What pools and graphs have reserved. */
uint64_t vt__word_reserved(const struct vt__driver *driver, int32_t device);

/* Between vt__nvml_begin() and vt__nvml_end(): who has how much of the device. */
void vt__word_shares(const struct vt__driver *driver, int32_t device, struct vt__nvml_shares *out);

#endif
