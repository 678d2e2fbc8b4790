/*
 * When this process began, and by whom it was started: noted while that is still to be seen.
 */
#include "config.h"

#include "recording/birth.h"

#include <time.h>
#include <unistd.h>

#include "base/clock.h"

void vt__birth_note(struct vt__birth *birth)
{
	birth->pid = (uint32_t)getpid();
	birth->parent_pid = (uint32_t)getppid();
	birth->monotonic_ns = vt__now_ns();
	birth->realtime_ns = vt__clock_ns(CLOCK_REALTIME);
}

static uint64_t earlier(uint64_t now, uint64_t age, uint64_t not_before)
{
	const uint64_t then = now > age ? now - age : 0;

	return then < not_before && not_before <= now ? not_before : then;
}

void vt__birth_estimate(struct vt__birth *birth, uint64_t start_ticks)
{
	const struct vt__birth copied = *birth;
	const long ticks = sysconf(_SC_CLK_TCK); /* in a second */
	const uint64_t up = vt__clock_ns(CLOCK_BOOTTIME);
	const uint64_t start = ticks > 0 ? start_ticks * (VT__SECOND_NS / (uint64_t)ticks) : 0;
	const uint64_t age = start && up > start ? up - start : 0;

	vt__birth_note(birth);
	birth->monotonic_ns = earlier(birth->monotonic_ns, age, copied.monotonic_ns);
	birth->realtime_ns = earlier(birth->realtime_ns, age, copied.realtime_ns);
}
