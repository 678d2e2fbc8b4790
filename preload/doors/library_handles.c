/*
 * Handles of CUDA's libraries: counts those that are made and ended, and passes each call on.
 *
 * A call of one that looked the function up goes to what it was answered with; any other to the
 * library that library_next.c finds.
 */
#include "config.h"

#include "preload/doors/library_handles.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/attributes.h"
#include "unwind/own_stack.h"
#include "preload/base/attributes.h"
#include "preload/base/real_dlsym.h"
#include "preload/doors/copies.h"
#include "preload/doors/library_next.h"
#include "preload/doors/wrapper.h"
#include "preload/recorder/coverage.h"
#include "preload/rules/call.h"

#define NOT_INITIALIZED 1 /* of each library */

static const struct vt__api apis[VT__LIBRARY_FUNCTIONS] = {
#define MAKES(name, ...) {#name, VT__SPACE_OBJECT, VT_KIND_LIBRARY_HANDLE},
#define ENDS(name, ...) {#name, VT__SPACE_OBJECT, -1},
	VT__LIBRARY_MAKES(MAKES, MAKES) VT__LIBRARY_ENDS(ENDS)
#undef MAKES
#undef ENDS
};

/* ---- What is recorded ------------------------------------------------------ */

/* Before a call or after it, never around it: what the library calls meanwhile is seen by itself.
 */
static bool begin(const struct vt__unwind_start *start, const void *next)
{
	return vt__driver() && vt__is_at_work() && vt__wrapper_begin(start, next, 0);
}

static void end(void)
{
	if (!vt__nested_end())
		vt__wrapper_under_way.sp = 0;
}

/* What the thread's last call of a function of the user's, which wraps the library's, was seen to
 * make: where that one looked the library's up. 0: nothing. */
static VT__THREAD_LOCAL uint64_t made_inside;

/* `number`: the handle, whatever release made it. */
static void record_made(enum vt__library_function function, uint64_t handle, uint64_t number,
			const struct vt__unwind_start *start, const struct vt__library_next *next)
{
	const struct vt__call call = {.driver = vt__driver(),
				      .api = &apis[function],
				      .start = *start,
				      .result = CUDA_SUCCESS};
	struct vt__seen_allocation seen = {
		.kind = VT_KIND_LIBRARY_HANDLE, .device = VT__DEVICE_CURRENT, .address = handle};

	if (number == made_inside || !begin(start, next->function))
		return;
	made_inside = number;
	if (next->release)
		vt__call_allocated(&call, &seen);
	else
		vt__coverage_handles_unseen();
	end();
}

/* It is taken out first: another thread's may get the same address as soon as it is gone. */
static void record_ending(enum vt__library_function function, uint64_t handle,
			  const struct vt__unwind_start *start, const struct vt__library_next *next,
			  struct vt__seen_free *seen)
{
	seen->known = seen->intent = 0;
	if (!next->release || !begin(start, next->function))
		return;
	vt__record_freeing(&apis[function], handle, start, seen);
	end();
}

/* A library that refuses says that it is not initialized, or why not: the handle is there still. */
static void record_refused(enum vt__library_function function, const struct vt__unwind_start *start,
			   const void *next, struct vt__seen_free *seen)
{
	if (!seen->known || !begin(start, next))
		return;
	vt__record_unusual_free(vt__process_ledger_if_any(), &apis[function], seen,
				CUDA_ERROR_NOT_INITIALIZED, start);
	end();
}

/* ---- The functions --------------------------------------------------------- */

#define MAKES_BY(name, as, find_next, parameters, arguments, number)                               \
	int as parameters                                                                          \
	{                                                                                          \
		const struct vt__unwind_start start = VT__UNWIND_HERE();                           \
		const struct vt__library_next to = find_next;                                      \
		int(*const next) parameters = (int(*) parameters)to.function;                      \
		int status = NOT_INITIALIZED;                                                      \
                                                                                                   \
		made_inside = 0;                                                                   \
		if (next)                                                                          \
			status = next arguments;                                                   \
		if (status == 0)                                                                   \
			record_made(VT__OF_##name, number(*made, to.release), number(*made, 0),    \
				    &start, &to);                                                  \
		return status;                                                                     \
	}

#define ENDS_BY(name, as, find_next, type, number)                                                 \
	int as(type handle)                                                                        \
	{                                                                                          \
		const struct vt__unwind_start start = VT__UNWIND_HERE();                           \
		const struct vt__library_next to = find_next;                                      \
		int (*const next)(type) = (int (*)(type))to.function;                              \
		struct vt__seen_free seen;                                                         \
		int status;                                                                        \
                                                                                                   \
		if (!next)                                                                         \
			return NOT_INITIALIZED;                                                    \
		record_ending(VT__OF_##name, number(handle, to.release), &start, &to, &seen);      \
		status = next(handle);                                                             \
		if (status != 0)                                                                   \
			record_refused(VT__OF_##name, &start, to.function, &seen);                 \
		return status;                                                                     \
	}

/* Each five times: as what linked callers call, and as what a look-up of each of several releases
 * is answered with. */
#define LINKED(name) vt__library_next_linked(VT__OF_##name, (const void *)&name, start.ip)
#define LOOKED_UP(name, place) vt__release_next(VT__OF_##name, place)
_Static_assert(VT__PLACES == 4, "each place has its functions");

#define MAKES(name, parameters, arguments, number)                                                 \
	VT__EXPORT int name parameters;                                                            \
	MAKES_BY(name, name, LINKED(name), parameters, arguments, number)                          \
	MAKES_AT(0, name, parameters, arguments, number)                                           \
	MAKES_AT(1, name, parameters, arguments, number)                                           \
	MAKES_AT(2, name, parameters, arguments, number)                                           \
	MAKES_AT(3, name, parameters, arguments, number)
#define MAKES_AT(place, name, parameters, arguments, number)                                       \
	static MAKES_BY(name, looked_up_##place##_##name, LOOKED_UP(name, place), parameters,      \
			arguments, number)
#define MAKES_HANDLE(name, file, parameters, arguments)                                            \
	MAKES(name, parameters, arguments, VT__ADDRESS)
#define MAKES_NUMBER(name, file, parameters, arguments)                                            \
	MAKES(name, parameters, arguments, VT__NUMBER)
VT__LIBRARY_MAKES(MAKES_HANDLE, MAKES_NUMBER)

#define ENDS_AT(place, name, type, number)                                                         \
	static ENDS_BY(name, looked_up_##place##_##name, LOOKED_UP(name, place), type, number)
#define ENDS(name, file, type, number)                                                             \
	VT__EXPORT int name(type handle);                                                          \
	ENDS_BY(name, name, LINKED(name), type, number)                                            \
	ENDS_AT(0, name, type, number)                                                             \
	ENDS_AT(1, name, type, number)                                                             \
	ENDS_AT(2, name, type, number)                                                             \
	ENDS_AT(3, name, type, number)
VT__LIBRARY_ENDS(ENDS)
#undef ENDS

/* ---- Look-ups -------------------------------------------------------------- */

static const struct {
	void *linked;
	void *looked_up[VT__PLACES];
} functions[VT__LIBRARY_FUNCTIONS] = {
#define ROW(name, ...)                                                                             \
	{(void *)&name,                                                                            \
	 {(void *)&looked_up_0_##name, (void *)&looked_up_1_##name, (void *)&looked_up_2_##name,   \
	  (void *)&looked_up_3_##name}},
	VT__LIBRARY_MAKES(ROW, ROW) VT__LIBRARY_ENDS(ROW)
#undef ROW
};

/* A look-up through the global scope ends at our own whether a library is there or not. */
static void *ours_if_there(enum vt__library_function function)
{
	void *linked = functions[function].linked;

	if (vt__library_next_linked(function, linked, 0).function)
		return linked;
	return vt__real_dlsym(RTLD_NEXT, apis[function].name); /* NULL, and dlerror() says so */
}

struct following {
	enum vt__library_function function;
	void *found;
	int place; /* -1: calls of it are not seen */
};

static void follow(void *closure)
{
	struct following *it = closure;
	const struct vt__library_next next = {it->found,
					      vt__library_release_of(it->function, it->found)};

	if (next.release)
		it->place = vt__release_place(it->function, &next);
}

/* Calls by a look-up go to what was found. */
static void *answer(enum vt__library_function function, void *found)
{
	struct following it = {.function = function, .found = found, .place = -1};
	const int saved = errno;

	if (found == functions[function].linked)
		return ours_if_there(function);
	if (!found)
		return NULL;
	vt__own_stack_run(follow, &it);
	if (it.place < 0)
		vt__coverage_handles_unseen();
	errno = saved;
	return it.place < 0 ? found : functions[function].looked_up[it.place];
}

struct vt__dlsym_answer vt__library_handles_ask(void *handle, const char *name)
{
	unsigned function = 0;

	while (function < VT__LIBRARY_FUNCTIONS && strcmp(apis[function].name, name) != 0)
		function++;
	if (function == VT__LIBRARY_FUNCTIONS || handle == RTLD_NEXT)
		return (struct vt__dlsym_answer){NULL, 0};
	return (struct vt__dlsym_answer){answer(function, vt__real_dlsym(handle, name)), 1};
}

static void forget(void *unused)
{
	(void)unused;
	vt__releases_forget();
	vt__library_next_forget();
}

void vt__library_handles_forget(void)
{
	vt__own_stack_run(forget, NULL);
}
