/* The rule of a frame of x86-64: the return address lies right below the CFA. */
#ifndef VT_UNWIND_ARCH_PACK_X86_64_H
#define VT_UNWIND_ARCH_PACK_X86_64_H

/* False: there is no such rule. */
static inline bool vt__arch_pack(const struct vt__arch_frame *frame, uint64_t *rule)
{
	if (frame->is_linked || frame->ip_offset != -8 || frame->offset != (int32_t)frame->offset ||
	    frame->bp_offset != (int16_t)frame->bp_offset || frame->add != (int8_t)frame->add)
		return false;
	*rule = vt__rule_frame(frame->base, (int32_t)frame->offset, (int8_t)frame->add,
			       frame->saved, (int16_t)frame->bp_offset);
	return true;
}

#endif
