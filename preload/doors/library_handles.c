/*
 * Handles of CUDA's libraries: counts those that are made and ended, and passes each call on.
 *
 * A call of one that looked the function up goes to what it was answered with; any other to the
 * library, whoever called: of a call by a pointer, or of one that a compiler made a jump, the
 * caller is not known. It is found in /proc/self/maps, and not by the loader, whose lock another
 * thread may have. Only where a process has two releases of the library, and a handle is of the one
 * that made it, or where its file has another name, is the loader asked, for the caller.
 */
#include "config.h"

#include "preload/doors/library_handles.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/attributes.h"
#include "base/elf.h"
#include "unwind/loaded.h"
#include "unwind/own_stack.h"
#include "preload/base/attributes.h"
#include "preload/base/elf_map.h"
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

static const char *const files[FUNCTIONS] = {
#define FILE_OF(name, file, ...) file,
	VT__LIBRARY_MAKES(FILE_OF, FILE_OF) VT__LIBRARY_ENDS(FILE_OF)
#undef FILE_OF
};

static const struct vt__api apis[FUNCTIONS] = {
#define MAKES(name, ...) {#name, VT__SPACE_OBJECT, VT_KIND_LIBRARY_HANDLE},
#define ENDS(name, ...) {#name, VT__SPACE_OBJECT, -1},
	VT__LIBRARY_MAKES(MAKES, MAKES) VT__LIBRARY_ENDS(ENDS)
#undef MAKES
#undef ENDS
};

/* ---- Where a call goes ----------------------------------------------------- */

/* What a program that looked a function up was answered with in truth: the first answer, as long as
 * it is loaded; who gets another is given that, and is not seen. */
static _Atomic(void *) looked_up[FUNCTIONS];

/* By the place of the call; good until something is unloaded. */
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
	enum function function;
	uintptr_t ip; /* of the caller; 0: nobody calls */
	const void *ours;
	void *found;
};

#define RELEASES_MOST 16u

/* How many releases of the library are loaded, and the first one's function. */
static unsigned look_at_releases(const struct finding *it, void **first)
{
	struct vt__loaded_path path;
	struct vt__loaded library;
	unsigned count = 0;

	for (unsigned i = 0;
	     i < RELEASES_MOST && vt__loaded_like(files[it->function], i, &path, &library); i++) {
		void *defined = vt__elf_defined_by(&library, apis[it->function].name);

		*first = count == 0 ? defined : *first;
		count += defined != NULL;
	}
	return count;
}

static bool is_release(const void *function_address, enum function function)
{
	struct vt__loaded_path path;
	struct vt__loaded there;

	return vt__loaded_at((uintptr_t)function_address, &path, &there) &&
	       strncmp(vt__elf_file_name(there.name), files[function], strlen(files[function])) ==
		       0;
}

/* What the caller's own libraries define; not the caller itself, which may be one that stands in
 * front of us and calls what comes after it. */
static void *of_callers_libraries(const struct finding *it)
{
	struct vt__loaded_path path;
	struct vt__loaded caller;
	void *handle = NULL, *found = NULL;

	if (it->ip && vt__loaded_at(it->ip, &path, &caller) && *caller.name)
		handle = dlopen(caller.name, RTLD_LAZY | RTLD_NOLOAD);
	if (!handle)
		return NULL;
	found = vt__real_dlsym(handle, apis[it->function].name);
	vt__real_dlclose(handle);
	if (found == it->ours ||
	    ((uintptr_t)found >= caller.start && (uintptr_t)found < caller.end))
		return NULL;
	return found;
}

/* As the loader would: what comes after this object in the global scope, but for another release of
 * the library than the caller's, whose symbols have another version. */
static void ask_loader(struct finding *it)
{
	void *global = vt__real_dlsym(RTLD_NEXT, apis[it->function].name);

	it->found = global;
	if (!global || is_release(global, it->function)) {
		it->found = of_callers_libraries(it);
		it->found = it->found ? it->found : global;
	}
	if (!it->found)
		dlerror(); /* not the program's */
}

static void find(void *closure)
{
	struct finding *it = closure;
	void *first = NULL;

	if (look_at_releases(it, &first) != 1)
		ask_loader(it);
	if (!it->found)
		it->found = first;
}

static void *find_linked(enum function function, const void *ours, uintptr_t ip)
{
	const unsigned now = atomic_load_explicit(&unloads, memory_order_relaxed);
	struct finding it = {.function = function, .ip = ip, .ours = ours};
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

#define MAKES_HANDLE(name, file, parameters, arguments)                                            \
	VT__EXPORT int name parameters;                                                            \
	MAKES_BY(name, name, LINKED(name), parameters, arguments, VT__ADDRESS)                     \
	static MAKES_BY(name, looked_up_##name, LOOKED_UP(name), parameters, arguments, VT__ADDRESS)
#define MAKES_NUMBER(name, file, parameters, arguments)                                            \
	VT__EXPORT int name parameters;                                                            \
	MAKES_BY(name, name, LINKED(name), parameters, arguments, VT__NUMBER)                      \
	static MAKES_BY(name, looked_up_##name, LOOKED_UP(name), parameters, arguments, VT__NUMBER)
VT__LIBRARY_MAKES(MAKES_HANDLE, MAKES_NUMBER)

#define ENDS(name, file, type, number)                                                             \
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

/* A look-up through the global scope ends at our own whether a library is there or not. */
static void *ours_if_there(enum function function)
{
	struct finding it = {.function = function, .ours = linked_functions[function]};

	vt__own_stack_run(find, &it);
	if (it.found)
		return linked_functions[function];
	return vt__real_dlsym(RTLD_NEXT, apis[function].name); /* NULL, and dlerror() says so */
}

/* Whether calls by a look-up go to what was found from now on. */
static bool follow(enum function function, void *found)
{
	struct vt__loaded library;
	void *first = NULL;

	if (atomic_compare_exchange_strong(&looked_up[function], &first, found) || first == found)
		return true;
	return !vt__loaded_at((uintptr_t)first, NULL, &library) &&
	       atomic_compare_exchange_strong(&looked_up[function], &first, found);
}

static void *answer(enum function function, void *found)
{
	if (found == linked_functions[function])
		return ours_if_there(function);
	return found && follow(function, found) ? looked_up_functions[function] : found;
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
