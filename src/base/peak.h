/*
 * The share of each part in the peak of a whole, exact, without a log.
 *
 * The whole has a number that rises with every new peak. A part saves what it has, with that
 * number, before it changes for the first time since that peak. So at any time a part's share of
 * the peak is what it saved if the saved number is the whole's, else what it has now; and a change
 * costs the same however many parts and peaks there are.
 */
#ifndef VT_BASE_PEAK_H
#define VT_BASE_PEAK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

/* Before a part changes: whether it has to save what it has, with the whole's number. */
static VT__ALWAYS_INLINE bool vt__peak_must_save(uint64_t saved_number, uint64_t number)
{
	return VT__UNLIKELY(saved_number != number);
}

#endif
