/* The rule of a frame of 64-bit Arm: as vt__arch_ip_slot() and vt__arch_bp_slot() read it. */
#ifndef VT_UNWIND_ARCH_PACK_AARCH64_H
#define VT_UNWIND_ARCH_PACK_AARCH64_H

/* False: there is no such rule. */
static inline bool vt__arch_pack(const struct vt__arch_frame *frame, uint64_t *rule)
{
	enum vt__rule_base base = frame->is_linked ? frame->base | VT__RULE_AT : frame->base;
	int64_t ip_words = frame->is_linked ? 0 : frame->ip_offset / 8;
	bool is_saved = frame->saved == VT__RULE_SAVED;
	int64_t bp_words = is_saved ? frame->bp_offset / 8 - ip_words : 0;

	if ((frame->base & VT__RULE_AT) || frame->saved == VT__RULE_SAVED_BY_FP ||
	    frame->offset != (int32_t)frame->offset)
		return false;
	if (!frame->is_linked && (frame->ip_offset % 8 || frame->ip_offset >= 0))
		return false;
	if (is_saved && frame->bp_offset % 8)
		return false;
	if (ip_words != (int16_t)ip_words || bp_words != (int8_t)bp_words)
		return false;
	*rule = vt__rule_frame(base, (int32_t)frame->offset, (int8_t)bp_words, frame->saved,
			       (int16_t)ip_words);
	return true;
}

#endif
