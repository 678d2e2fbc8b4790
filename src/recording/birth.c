/*
 * When this process began, and by whom it was started: noted while that is still to be seen.
 */
#include "config.h"

#include "recording/birth.h"

#include <time.h>
#include <unistd.h>

#include "recording/identity.h"

#define SECOND_NS 1000000000ull

static uint64_t read_clock(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now))
		return 0;
	return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

void vt__birth_note(struct vt__birth *birth)
{
	birth->pid = (uint32_t)getpid();
	birth->parent_pid = (uint32_t)getppid();
	birth->monotonic_ns = vt__now_ns();
	birth->realtime_ns = read_clock(CLOCK_REALTIME);
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
	const uint64_t up = read_clock(CLOCK_BOOTTIME);
	const uint64_t start = ticks > 0 ? start_ticks * (SECOND_NS / (uint64_t)ticks) : 0;
	const uint64_t age = start && up > start ? up - start : 0;

	vt__birth_note(birth);
	birth->monotonic_ns = earlier(birth->monotonic_ns, age, copied.monotonic_ns);
	birth->realtime_ns = earlier(birth->realtime_ns, age, copied.realtime_ns);
}
