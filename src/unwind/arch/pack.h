/* How the rule of a frame is packed on the processor that this is built for. */
#ifndef VT_UNWIND_ARCH_PACK_H
#define VT_UNWIND_ARCH_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind/unwind_rules.h"

/* What the tables say of a frame whose return address is on the stack or in the link register. */
struct vt__arch_frame {
	enum vt__rule_base base;
	int64_t offset;
	int64_t add;
	bool is_linked;    /* the return address is in a register */
	int64_t ip_offset; /* else where it is, from the CFA */
	enum vt__rule_saved saved;
	int64_t bp_offset;
};

#if defined(__x86_64__)
#include "unwind/arch/pack_x86_64.h"
#else
#include "unwind/arch/pack_aarch64.h"
#endif

#endif
