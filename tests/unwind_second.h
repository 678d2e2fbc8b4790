/* A second opinion on a stack, which the walks of the unwinder's tests are compared with. */
#ifndef VT_TESTS_UNWIND_SECOND_H
#define VT_TESTS_UNWIND_SECOND_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind/unwind.h"

/* As vt__unwind(), of a start that is on the caller's own stack. By libunwind, as the recorder
 * has it; on 64-bit Arm, where libunwind knows no signed return addresses and before 1.6 cannot
 * walk, by the compiler's own unwinder, which throws exceptions. */
unsigned unwind_second(const struct vt__unwind_start *start, uintptr_t *ips, unsigned most,
		       bool *truncated);

#endif
