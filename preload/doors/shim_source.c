/* The wrappers as the source of what is recorded: the shim's half of recorder/source.h. */
#include "config.h"

#include "preload/base/message.h"
#include "preload/doors/doors.h"
#include "preload/doors/driver_wrappers.h"
#include "preload/doors/nested.h"
#include "preload/recorder/source.h"

/* CUPTI's source leaves to the wrappers what only one of them can do. */
static bool has_company(void)
{
	return false;
}

static void prepare(const char *path)
{
	if (vt__has_other_copy())
		vt__message("vramtrack: the shim was loaded twice, from two places; %s does the "
			    "recording: name only one in LD_PRELOAD\n",
			    path);
}

const struct vt__source vt__source = {
	.kind = VT_SOURCE_PRELOAD,
	.is_at_work = vt__is_at_work,
	.wraps = vt__driver_wraps,
	.wraps_base = vt__driver_wraps_base,
	.has_company = has_company,
	.ends = vt__nested_thread_ends,
	.prepare = prepare,
};
