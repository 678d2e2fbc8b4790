/* Judges calls that begin while another call of their thread is under way. */
#include "config.h"

#include <errno.h>

#include "unwind/loaded.h"
#include "unwind/own_stack.h"
#include "unwind/unwind_way.h"
#include "preload/doors/nested.h"
#include "preload/recorder/process.h"
#include "preload/doors/thread_end.h"
#include "preload/doors/wrapper.h"

#define WAITING_MOST 4

/* The recorded calls that wait for vt__wrapper_under_way, the outermost first. */
static VT__THREAD_LOCAL struct {
	struct {
		struct vt__under_way call;
		unsigned copy;
	} rows[WAITING_MOST];
	unsigned count;
} waiting;

enum verdict {
	PART,     /* of the call under way: the driver's, or a library's that it called */
	ITS_OWN,  /* made by the program while the driver worked on the other */
	UNSAFE,   /* the other may be in the recorder, whose locks it may hold, or it is not
		     known where it is */
	LEFT_OVER /* the other was left by a jump */
};

/* The thread's first call takes the way of the nested ones. */
static void meet_thread(void)
{
	if (vt__wrapper_under_way.sp != VT__THREAD_IS_NEW)
		return;
	vt__thread_end_watch(&vt__wrapper_under_way.sp);
	vt__wrapper_under_way.sp = 0;
}

static bool is_same_object(uintptr_t one, uintptr_t other)
{
	struct vt__loaded object;

	return vt__loaded_at(one, NULL, &object) && other >= object.start && other < object.end;
}

/* A call on another stack stays intact for as long as it lasts. */
static enum verdict judge_unmet(const struct vt__unwind_start *other, const struct vt__way *way)
{
	uintptr_t end;

	if (!vt__unwind_is_intact(other))
		return LEFT_OVER;
	if (!way->complete)
		return UNSAFE;
	end = vt__unwind_end_of(other);
	return end && end != way->end ? UNSAFE : LEFT_OVER;
}

static enum verdict judge(const struct vt__unwind_start *start, uintptr_t function)
{
	const struct vt__unwind_start other = {.ip = vt__wrapper_under_way.ip,
					       .sp = vt__wrapper_under_way.sp,
					       .record = vt__wrapper_under_way.record};
	struct vt__way way;

	if (start->sp == other.sp)
		return LEFT_OVER;
	if (is_same_object(start->ip - 1, function))
		return PART;
	vt__unwind_way(start, &other, &way);
	if (!way.met)
		return judge_unmet(&other, &way);
	if (way.called && is_same_object(way.called, function))
		return ITS_OWN;
	return way.over_signal ? UNSAFE : PART;
}

static void lose(enum vt_loss loss)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	if (ledger)
		vt__ledger_lose(ledger, loss);
}

/* Goes on with what waited for the call that is over. */
static void resume(void)
{
	if (waiting.count == 0) {
		vt__driver_current = 0;
		vt__wrapper_under_way.sp = 0;
		return;
	}
	waiting.count--;
	vt__driver_current = waiting.rows[waiting.count].copy;
	vt__wrapper_under_way = waiting.rows[waiting.count].call;
}

struct judging {
	const struct vt__unwind_start *start;
	uintptr_t function;
	enum verdict verdict;
};

static void judge_each(void *closure)
{
	struct judging *it = closure;

	while (vt__wrapper_under_way.sp &&
	       (it->verdict = judge(it->start, it->function)) == LEFT_OVER) {
		vt__process_call_left();
		resume();
	}
}

/* Drops the calls that were left by a jump; the verdict on what is still there. */
static enum verdict judge_all(const struct vt__unwind_start *start, uintptr_t function)
{
	struct judging it = {start, function, LEFT_OVER};
	int saved = errno;

	if (vt__wrapper_under_way.sp)
		vt__own_stack_run(judge_each, &it);
	errno = saved;
	return it.verdict;
}

bool vt__nested_begin(const struct vt__unwind_start *start, const void *function, unsigned copy)
{
	enum verdict verdict;

	meet_thread();
	verdict = judge_all(start, (uintptr_t)function);
	if (verdict == ITS_OWN && waiting.count == WAITING_MOST)
		verdict = UNSAFE;
	if (verdict == UNSAFE)
		lose(VT_LOSS_NESTED);
	if (verdict == UNSAFE || verdict == PART)
		return false;
	if (verdict == ITS_OWN) {
		waiting.rows[waiting.count].call = vt__wrapper_under_way;
		waiting.rows[waiting.count].copy = vt__driver_current;
		waiting.count++;
		vt__wrapper_under_way.is_known = false; /* so that the end is told */
	}
	vt__wrapper_under_way.ip = start->ip;
	vt__wrapper_under_way.sp = start->sp;
	vt__wrapper_under_way.record = start->record;
	vt__driver_current = copy;
	return true;
}

bool vt__nested_end(void)
{
	if (waiting.count == 0)
		return false;
	resume();
	return true;
}

bool vt__nested_is_inside(const struct vt__unwind_start *start)
{
	const struct vt__driver *driver = vt__driver();

	meet_thread();
	if (!vt__wrapper_under_way.sp)
		return false;
	judge_all(start, driver ? (uintptr_t)driver->cuDriverGetVersion : 0);
	return vt__wrapper_under_way.sp != 0;
}

void vt__nested_thread_ends(void)
{
	meet_thread();
	while (vt__wrapper_under_way.sp) {
		vt__process_call_left();
		resume();
	}
}
