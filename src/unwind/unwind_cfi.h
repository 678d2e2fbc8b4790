/*
 * Makes the unwind rule for one program counter from call frame information.
 */
#ifndef VT_LEDGER_UNWIND_CFI_H
#define VT_LEDGER_UNWIND_CFI_H

#include <stdint.h>

#include "unwind/unwind_fde.h"

/* The rule (unwind/unwind_rules.h) for `pc` by the function's instructions;
 * `ip` is what the rip register holds there. VT__RULE_COMPLEX where a rule
 * cannot say it, VT__RULE_BAD where nobody may follow it. */
uint64_t vt__cfi_rule(const struct vt__fde *fde, uintptr_t pc, uintptr_t ip);

#endif
