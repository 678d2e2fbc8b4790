/* What stacks look like on the processor that this is built for: the one place that chooses a file.
 */
#ifndef VT_UNWIND_ARCH_H
#define VT_UNWIND_ARCH_H

#if defined(__x86_64__)
#include "unwind/arch/x86_64.h"
#elif defined(__aarch64__)
#include "unwind/arch/aarch64.h"
#else
#error "vramtrack runs on x86-64 and on 64-bit Arm"
#endif

/* ---- In arch/<processor>.c, for the code at an address ----------------------------------- */

#include <stdbool.h>

/* Whether `ip` comes right after a call instruction. */
bool vt__code_follows_call(uintptr_t ip);

/* Whether the code at `ip` makes the system call that returns from a signal handler, with the
 * kernel's frame at the stack pointer. */
bool vt__code_is_sigreturn(uintptr_t ip);

/* Whether a signal interrupted one of the linker's stubs at `ip`, which have no unwind tables where
 * return addresses are in a register: the bytes that it has pushed, or -1. */
int vt__code_stub_pushed(uintptr_t ip);

#endif
