/*
 * Which expressions of call frame information can be given to a reader that checks
 * nothing.
 */
#ifndef VT_LEDGER_UNWIND_EXPRESSION_H
#define VT_LEDGER_UNWIND_EXPRESSION_H

#include <stdbool.h>

#include "unwind/unwind_bytes.h"

/* How far above the stack pointer a signal frame's words may be: less than the kernel's
 * frame is long. */
#define VT__SIGNAL_FRAME_BYTES 1024

/* Whether the bytes are a well-formed expression (DWARF 5, section 2.5) that only
 * computes, straight on, from registers and constants. A CFA's (`of_cfa`) may also read
 * one word at rsp + 0 to VT__SIGNAL_FRAME_BYTES - 8, or at any offset of rbp or rsp
 * where it is nothing but that, which the walk's own step does first. */
bool vt__expression_is_plain(struct vt__bytes bytes, bool of_cfa);

#endif
