/*
 * Handles of CUDA's libraries: counts those that are made and ended, and passes each call on.
 *
 * Two versions of a library may be in a process, and a handle is of the one that made it. So a call
 * goes where it would go without this: of a caller that is linked, to what its own libraries
 * define; of one that looked the function up, to what it was answered with.
 */
#include "config.h"

#include "preload/doors/library_handles.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/attributes.h"
#include "unwind/loaded.h"
#include "unwind/own_stack.h"
#include "preload/base/attributes.h"
#include "preload/base/real_dlsym.h"
#include "preload/doors/copies.h"
#include "preload/doors/wrapper.h"
#include "preload/rules/call.h"

#define NOT_INITIALIZED 1 /* of each library */

/* Numbers of the table's rows. */
enum function {
#define FUNCTION(name, ...) OF_##name,
	VT__LIBRARY_MAKES(FUNCTION, FUNCTION)
	VT__LIBRARY_ENDS(FUNCTION)
#undef FUNCTION
		FUNCTIONS
};

static const struct vt__api apis[FUNCTIONS] = {
#define MAKES(name, ...) {#name, VT__SPACE_OBJECT, VT_KIND_LIBRARY_HANDLE},
#define ENDS(name, ...) {#name, VT__SPACE_OBJECT, -1},
	VT__LIBRARY_MAKES(MAKES, MAKES) VT__LIBRARY_ENDS(ENDS)
#undef MAKES
#undef ENDS
};

/* ---- Where a call goes ----------------------------------------------------- */

/* What a program that looked a function up was answered with in truth: the first answer; who gets
 * another is given that, and is not seen. */
static _Atomic(void *) looked_up[FUNCTIONS];

/* Of linked callers, by the place of the call; good until something is unloaded. */
#define CALLERS 256u
struct caller {
	uintptr_t ip;
	enum function function;
	unsigned unloads;
	void *next;
};
static struct caller callers[CALLERS];
static atomic_bool callers_taken; /* who finds it so does without */
static atomic_uint unloads;

/* No order: who calls a library that another thread unloads is lost with or without it. */
void vt__library_handles_forget(void)
{
	atomic_fetch_add_explicit(&unloads, 1, memory_order_relaxed);
}

static bool take_callers(void)
{
	return !atomic_exchange_explicit(&callers_taken, true, memory_order_acquire);
}

static void leave_callers(void)
{
	atomic_store_explicit(&callers_taken, false, memory_order_release);
}

static struct caller *slot_of(uintptr_t ip)
{
	return &callers[(ip ^ ip >> 8) % CALLERS];
}

static void *known_next(enum function function, uintptr_t ip, unsigned now)
{
	const struct caller *slot = slot_of(ip);
	void *next = NULL;

	if (!take_callers())
		return NULL;
	if (slot->ip == ip && slot->function == function && slot->unloads == now)
		next = slot->next;
	leave_callers();
	return next;
}

struct finding {
	uintptr_t ip;
	const char *name;
	const void *ours;
	void *found;
};

/* In the caller's own libraries, then in all that come after this one: as the loader would, but
 * for what stands in front. */
static void find(void *closure)
{
	struct finding *it = closure;
	struct vt__loaded_path path;
	struct vt__loaded caller;
	void *handle = NULL;

	if (vt__loaded_at(it->ip, &path, &caller) && *caller.name)
		handle = dlopen(caller.name, RTLD_LAZY | RTLD_NOLOAD);
	if (handle) {
		it->found = vt__real_dlsym(handle, it->name);
		vt__real_dlclose(handle);
	}
	if (!it->found || it->found == it->ours)
		it->found = vt__real_dlsym(RTLD_NEXT, it->name);
	if (!it->found)
		dlerror(); /* not the program's */
}

static void *find_linked(enum function function, const void *ours, uintptr_t ip)
{
	const unsigned now = atomic_load_explicit(&unloads, memory_order_relaxed);
	struct finding it = {.ip = ip, .name = apis[function].name, .ours = ours};
	const int saved = errno;

	it.found = known_next(function, ip, now);
	if (it.found)
		return it.found;
	vt__own_stack_run(find, &it);
	if (it.found && take_callers()) {
		*slot_of(ip) = (struct caller){ip, function, now, it.found};
		leave_callers();
	}
	errno = saved;
	return it.found;
}

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

static void record_made(enum function function, uint64_t handle,
			const struct vt__unwind_start *start, const void *next)
{
	const struct vt__call call = {.driver = vt__driver(),
				      .api = &apis[function],
				      .start = *start,
				      .result = CUDA_SUCCESS};
	struct vt__seen_allocation seen = {
		.kind = VT_KIND_LIBRARY_HANDLE, .device = VT__DEVICE_CURRENT, .address = handle};

	if (!begin(start, next))
		return;
	vt__call_allocated(&call, &seen);
	end();
}

/* It is taken out first: another thread's may get the same address as soon as it is gone. */
static void record_ending(enum function function, uint64_t handle,
			  const struct vt__unwind_start *start, const void *next,
			  struct vt__seen_free *seen)
{
	seen->known = seen->intent = 0;
	if (!begin(start, next))
		return;
	vt__record_freeing(&apis[function], handle, start, seen);
	end();
}

/* A library that refuses says that it is not initialized, or why not: the handle is there still. */
static void record_refused(enum function function, const struct vt__unwind_start *start,
			   const void *next, struct vt__seen_free *seen)
{
	if (!seen->known || !begin(start, next))
		return;
	vt__record_unusual_free(vt__process_ledger_if_any(), &apis[function], seen,
				CUDA_ERROR_NOT_INITIALIZED, start);
	end();
}

/* ---- The functions --------------------------------------------------------- */

/* Each twice: as what linked callers call, and as what a look-up is answered with. */
#define MAKES_BY(name, function, find_next, parameters, arguments, number)                         \
	int function parameters                                                                    \
	{                                                                                          \
		const struct vt__unwind_start start = VT__UNWIND_HERE();                           \
		int(*const next) parameters = (int(*) parameters)(find_next);                      \
		const int status = next ? next arguments : NOT_INITIALIZED;                        \
                                                                                                   \
		if (status == 0)                                                                   \
			record_made(OF_##name, number(*made), &start, (const void *)next);         \
		return status;                                                                     \
	}

#define ENDS_BY(name, function, find_next, type, number)                                           \
	int function(type handle)                                                                  \
	{                                                                                          \
		const struct vt__unwind_start start = VT__UNWIND_HERE();                           \
		int (*const next)(type) = (int (*)(type))(find_next);                              \
		struct vt__seen_free seen;                                                         \
		int status;                                                                        \
                                                                                                   \
		if (!next)                                                                         \
			return NOT_INITIALIZED;                                                    \
		record_ending(OF_##name, number(handle), &start, (const void *)next, &seen);       \
		status = next(handle);                                                             \
		if (status != 0)                                                                   \
			record_refused(OF_##name, &start, (const void *)next, &seen);              \
		return status;                                                                     \
	}

#define LINKED(name) find_linked(OF_##name, (const void *)&name, start.ip)
#define LOOKED_UP(name) atomic_load_explicit(&looked_up[OF_##name], memory_order_acquire)

#define MAKES_HANDLE(name, parameters, arguments)                                                  \
	VT__EXPORT int name parameters;                                                            \
	MAKES_BY(name, name, LINKED(name), parameters, arguments, VT__ADDRESS)                     \
	static MAKES_BY(name, looked_up_##name, LOOKED_UP(name), parameters, arguments, VT__ADDRESS)
#define MAKES_NUMBER(name, parameters, arguments)                                                  \
	VT__EXPORT int name parameters;                                                            \
	MAKES_BY(name, name, LINKED(name), parameters, arguments, VT__NUMBER)                      \
	static MAKES_BY(name, looked_up_##name, LOOKED_UP(name), parameters, arguments, VT__NUMBER)
VT__LIBRARY_MAKES(MAKES_HANDLE, MAKES_NUMBER)

#define ENDS(name, type, number)                                                                   \
	VT__EXPORT int name(type handle);                                                          \
	ENDS_BY(name, name, LINKED(name), type, number)                                            \
	static ENDS_BY(name, looked_up_##name, LOOKED_UP(name), type, number)
VT__LIBRARY_ENDS(ENDS)
#undef ENDS

/* ---- Look-ups -------------------------------------------------------------- */

static void *const linked_functions[FUNCTIONS] = {
#define ROW(name, ...) (void *)&name,
	VT__LIBRARY_MAKES(ROW, ROW) VT__LIBRARY_ENDS(ROW)
#undef ROW
};

static void *const looked_up_functions[FUNCTIONS] = {
#define ROW(name, ...) (void *)&looked_up_##name,
	VT__LIBRARY_MAKES(ROW, ROW) VT__LIBRARY_ENDS(ROW)
#undef ROW
};

static void *answer(unsigned function, void *found)
{
	void *first = NULL;

	/* through the global scope, which ends at our own whether a library is there or not */
	if (found == linked_functions[function])
		return vt__real_dlsym(RTLD_NEXT, apis[function].name) ? found : NULL;
	if (!found || atomic_compare_exchange_strong(&looked_up[function], &first, found) ||
	    first == found)
		return found ? looked_up_functions[function] : NULL;
	return found;
}

struct vt__dlsym_answer vt__library_handles_ask(void *handle, const char *name)
{
	unsigned function = 0;

	while (function < FUNCTIONS && strcmp(apis[function].name, name) != 0)
		function++;
	if (function == FUNCTIONS || handle == RTLD_NEXT)
		return (struct vt__dlsym_answer){NULL, 0};
	return (struct vt__dlsym_answer){answer(function, vt__real_dlsym(handle, name)), 1};
}
