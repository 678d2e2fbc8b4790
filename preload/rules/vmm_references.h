/*
 * Carries what refers to physical memory into the ledger.
 *
 * Called with the table's lock; leaves errno alone. Numbers are the ledger's, 0:
 * nothing was written.
 */
#ifndef VT_PRELOAD_VMM_REFERENCES_H
#define VT_PRELOAD_VMM_REFERENCES_H

#include <stdint.h>

#include "unwind/stack.h"
#include "preload/rules/vmm_table.h"

/* The handles of a new object. */
uint32_t vt__vmm_tell_handles(uint64_t object, uint64_t count);

/* There are `count` references through them now; `stack`: of the call that made one
 * more, NULL: none did. */
void vt__vmm_tell_count(uint32_t number, uint64_t count, const struct vt__stack *stack);

/* A mapping or binding of the object in the range. */
uint32_t vt__vmm_tell_hold(uint64_t object, const struct vt__vmm_range *range,
			   const struct vt__stack *stack);

/* Either is gone. */
void vt__vmm_untell(uint32_t number);

#endif
