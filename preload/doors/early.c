/*
 * What takes the loader's locks, before the program's own code runs: its first driver
 * call may be made by a thread that a library's constructor waits for, with the loader
 * locked. Only where the driver is loaded with the program; one that is opened later
 * is met by a call that has to take these locks anyway. Calls nothing of CUDA.
 */
#include "config.h"

#include <errno.h>

#include "base/attributes.h"
#include "preload/doors/copies.h"
#include "preload/doors/doors.h"
#include "preload/doors/library_next.h"
#include "preload/driver/driver.h"
#include "preload/life/begin.h"

__attribute__((constructor)) static VT__SELDOM void begin(void)
{
	int saved = errno;

	if (vt__is_at_work())
		vt__library_next_prepare();
	if (vt__is_at_work() && vt__driver_copy(0)) {
		vt__other_copy();
		vt__prepare_measuring();
		vt__begin_ahead();
	}
	errno = saved;
}
