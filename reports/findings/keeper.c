/*
 * Asks the rules who keeps memory of a call site.
 */
#include "config.h"

#include "reports/findings/keeper.h"

int vt__find_keeper(const struct vt__process *process, uint32_t stack, uint32_t kind,
		    struct vt__frames *frames, struct vt__keeper *out)
{
	const struct vt_format_header *header = vt__recording_header(process->recording);
	const char *variables = vt__raw_to_parse(
		vt__recording_string(process->recording, header->launch));
	/* Of most stacks no frame is of interest to a rule, which is known without looking at them.
	 */
	int error = vt__stack_may_be_kept(process->stacks, stack, frames);

	if (error <= 0)
		return error < 0 ? error : VT__KEEP_NOT;
	error = vt__stack_own_frames(process->stacks, stack, frames);
	return error ? error : vt__keeper_of(frames, kind, variables, out);
}
