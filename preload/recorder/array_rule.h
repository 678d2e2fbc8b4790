/*
 * What an array takes of its device, by a rule that the device's driver agreed with: it is asked
 * once what it would take for arrays that tell the rule from others. They get no memory.
 *
 * Thread-safe; outside of every lock. Leaves errno alone.
 */
#ifndef VT_PRELOAD_ARRAY_RULE_H
#define VT_PRELOAD_ARRAY_RULE_H

#include <stdint.h>

#include "base/attributes.h"
#include "preload/driver/driver.h"

/* Bytes of an array that was just made in the current context; VT_FORMAT_UNKNOWN: no rule tells.
 * Nothing is computed where nothing is measured (preload/recorder/measure.h). */
VT__SELDOM uint64_t vt__array_takes(const struct vt__driver *driver,
				    const CUDA_ARRAY3D_DESCRIPTOR *shape, unsigned levels);

#endif
