/*
 * The public functions for marks, of a tracker and of a thread on it.
 */
#include "config.h"

#include "library/account_private.h"
#include "library/error.h"

static vt_status fail_null(void)
{
	return vt__fail(VT_ERROR_INVALID_ARGUMENT, "the tracker is NULL");
}

static vt_status fail_no_memory(void)
{
	return vt__fail(VT_ERROR_OUT_OF_HOST_MEMORY, "no host memory for a mark");
}

static vt_status fail_no_mark(const char *whose)
{
	return vt__fail(VT_ERROR_NOT_FOUND, "%s has no mark on the tracker to take off", whose);
}

vt_status vt_tracker_push_mark(vt_tracker *tracker)
{
	int error;

	if (!tracker)
		return fail_null();
	vt__lock_hold(&tracker->account->lock);
	error = vt__marks_push(&tracker->account->marks);
	vt__lock_let_go(&tracker->account->lock);
	return error ? fail_no_memory() : VT_OK;
}

vt_status vt_tracker_pop_mark(vt_tracker *tracker, vt_mark_result *out)
{
	vt_mark_result result;
	bool was_there;

	if (!tracker)
		return fail_null();
	vt__lock_hold(&tracker->account->lock);
	was_there = vt__marks_pop(&tracker->account->marks, &result);
	vt__lock_let_go(&tracker->account->lock);
	if (!was_there)
		return fail_no_mark("the process");
	if (out)
		*out = result;
	return VT_OK;
}

vt_status vt_tracker_push_thread_mark(vt_tracker *tracker)
{
	struct vt__marks *marks;

	if (!tracker)
		return fail_null();
	marks = vt__thread_marks_make(tracker->account->id);
	return marks && vt__marks_push(marks) == 0 ? VT_OK : fail_no_memory();
}

vt_status vt_tracker_pop_thread_mark(vt_tracker *tracker, vt_mark_result *out)
{
	struct vt__marks *marks;
	vt_mark_result result;

	if (!tracker)
		return fail_null();
	marks = vt__thread_marks_find(tracker->account->id);
	if (!marks || !vt__marks_pop(marks, &result))
		return fail_no_mark("the thread");
	if (!marks->depth)
		vt__thread_marks_forget(tracker->account->id);
	if (out)
		*out = result;
	return VT_OK;
}
