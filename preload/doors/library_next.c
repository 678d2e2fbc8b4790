/* Finds the library's function that a linked call goes to, and remembers it by the caller. */
#include "config.h"

#include "preload/doors/library_next.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/elf.h"
#include "unwind/loaded.h"
#include "unwind/own_stack.h"
#include "preload/base/elf_map.h"
#include "preload/base/real_dlsym.h"
#include "preload/doors/copies.h"

#define NOT_NUMBERED 1 /* its handles are addresses: no release has another's */

static const struct {
	const char *name;
	const char *file;
	bool is_numbered;
} functions[VT__LIBRARY_FUNCTIONS] = {
#define MAKES_HANDLE(name, file, ...) {#name, file, false},
#define MAKES_NUMBER(name, file, ...) {#name, file, true},
#define ENDS(name, file, type, number) {#name, file, sizeof(type) < sizeof(void *)},
	VT__LIBRARY_MAKES(MAKES_HANDLE, MAKES_NUMBER) VT__LIBRARY_ENDS(ENDS)
#undef MAKES_HANDLE
#undef MAKES_NUMBER
#undef ENDS
};

/* What comes after this object in the global scope and is no release of the library: a function of
 * the user's that wraps it. Of objects that are loaded with the program. */
static struct {
	_Atomic(void *) function;
	uintptr_t start; /* of its object; written once, before any thread asks */
} wrapping[VT__LIBRARY_FUNCTIONS];

/* ---- What is known of callers ---------------------------------------------- */

/* By the place of the call; good until something is unloaded. */
#define CALLERS 256u
struct caller {
	uintptr_t ip;
	enum vt__library_function function;
	unsigned unloads;
	struct vt__library_next next;
};
static struct caller callers[CALLERS];
static atomic_bool callers_taken; /* who finds it so does without */
static atomic_uint unloads;

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

static bool is_known(enum vt__library_function function, uintptr_t ip, unsigned now,
		     struct vt__library_next *out)
{
	const struct caller *slot = slot_of(ip);
	bool known;

	if (!take_callers())
		return false;
	known = slot->ip == ip && slot->function == function && slot->unloads == now &&
		slot->next.function;
	if (known)
		*out = slot->next;
	leave_callers();
	return known;
}

/* ---- Releases --------------------------------------------------------------- */

#define RELEASES_MOST 16u

/* How many releases of the library are loaded, and the first one's function. */
static unsigned look_at_releases(enum vt__library_function function, void **first)
{
	struct vt__loaded_path path;
	struct vt__loaded library;
	unsigned count = 0;

	for (unsigned i = 0;
	     i < RELEASES_MOST && vt__loaded_like(functions[function].file, i, &path, &library);
	     i++) {
		void *defined = vt__elf_defined_by(&library, functions[function].name);

		*first = count == 0 ? defined : *first;
		count += defined != NULL;
	}
	return count;
}

static bool is_file_of(const char *path, enum vt__library_function function)
{
	const char *file = functions[function].file;

	return strncmp(vt__elf_file_name(path), file, strlen(file)) == 0;
}

static bool is_release(const void *address, enum vt__library_function function)
{
	struct vt__loaded_path path;
	struct vt__loaded there;

	return vt__loaded_at((uintptr_t)address, &path, &there) && is_file_of(there.name, function);
}

/* A function of another library's, which wraps the only release that there is, belongs to that
 * one: it may wrap what makes a number, and not what ends it. */
uint32_t vt__library_release_of(enum vt__library_function function, void *found)
{
	void *first = NULL;

	if (!functions[function].is_numbered)
		return NOT_NUMBERED;
	if (!is_release(found, function) && look_at_releases(function, &first) == 1)
		found = first;
	return vt__release_at((uintptr_t)found);
}

/* ---- A library of the user's behind us --------------------------------------- */

/* Another copy of ours passes on as we do. */
static bool is_other_copy(const struct vt__loaded *object)
{
	const char *copy = vt__other_copy();

	return copy && (uintptr_t)copy >= object->start && (uintptr_t)copy < object->end;
}

/* Marks what an object of another name than the library's defines. */
static int look_at_object(struct dl_phdr_info *object, size_t size, void *closure)
{
	bool *defined = closure;
	uintptr_t start, end;
	struct vt__elf elf;

	(void)size;
	vt__elf_range(object, &start, &end);
	if (((uintptr_t)functions >= start && (uintptr_t)functions < end) ||
	    !vt__elf_read(object, &elf))
		return 0;
	for (unsigned i = 0; i < VT__LIBRARY_FUNCTIONS; i++)
		defined[i] |= !is_file_of(object->dlpi_name, i) &&
			      vt__elf_symbol(&elf, functions[i].name);
	return 0;
}

/* The loader is asked only where there is something: what it does not find it says by malloc, which
 * may be the program's own, and in place of what it has to say to the program. */
static void look_behind(void *unused)
{
	bool defined[VT__LIBRARY_FUNCTIONS] = {false};
	struct vt__loaded object;

	(void)unused;
	vt__loaded_init();
	dl_iterate_phdr(look_at_object, defined);
	for (unsigned i = 0; i < VT__LIBRARY_FUNCTIONS; i++) {
		void *found = defined[i] ? vt__real_dlsym(RTLD_NEXT, functions[i].name) : NULL;

		if (defined[i] && !found)
			dlerror(); /* not the program's */
		if (!found || is_release(found, i) ||
		    !vt__loaded_at((uintptr_t)found, NULL, &object) || is_other_copy(&object))
			continue;
		wrapping[i].start = object.start;
		atomic_store_explicit(&wrapping[i].function, found, memory_order_relaxed);
	}
}

void vt__library_next_prepare(void)
{
	vt__own_stack_run(look_behind, NULL);
	/* what a constructor before ours called is found again */
	atomic_fetch_add_explicit(&unloads, 1, memory_order_relaxed);
}

/* One that a constructor before ours opened may go. */
static void drop_unloaded(void)
{
	for (unsigned i = 0; i < VT__LIBRARY_FUNCTIONS; i++)
		if (wrapping[i].start && !vt__loaded_still(wrapping[i].start))
			atomic_store_explicit(&wrapping[i].function, NULL, memory_order_relaxed);
}

/* No order: who calls a library that another thread unloads is lost with or without it. */
void vt__library_next_forget(void)
{
	drop_unloaded();
	atomic_fetch_add_explicit(&unloads, 1, memory_order_relaxed);
}

/* ---- Finding what a call goes to ----------------------------------------------- */

struct finding {
	enum vt__library_function function;
	uintptr_t ip; /* of the caller; 0: nobody calls */
	const void *ours;
	struct vt__library_next next;
};

/* What the caller's own libraries define. Not the caller itself, which may be one that stands in
 * front of us and calls what comes after it: that is in `own`, where it cannot be. */
static void *of_callers_libraries(const struct finding *it, void **own)
{
	struct vt__loaded_path path;
	struct vt__loaded caller;
	void *handle = NULL, *found = NULL;

	if (it->ip && vt__loaded_at(it->ip, &path, &caller) && *caller.name)
		handle = dlopen(caller.name, RTLD_LAZY | RTLD_NOLOAD);
	if (!handle)
		return NULL;
	found = vt__real_dlsym(handle, functions[it->function].name);
	vt__real_dlclose(handle);
	if (found == it->ours)
		return NULL;
	if ((uintptr_t)found < caller.start || (uintptr_t)found >= caller.end)
		return found;
	if (vt__real_dlsym(RTLD_DEFAULT, functions[it->function].name) == it->ours)
		*own = found;
	return NULL;
}

/* As the loader would: what comes after this object in the global scope, but for another release of
 * the library than the caller's, whose symbols have another version. Where there is none, what the
 * caller itself defines: to open the library at the first call. */
static void *ask_loader(const struct finding *it)
{
	void *global = vt__real_dlsym(RTLD_NEXT, functions[it->function].name);
	void *found = global, *own = NULL;

	if (!global || is_release(global, it->function)) {
		found = of_callers_libraries(it, &own);
		found = found ? found : global ? global : own;
	}
	if (!found)
		dlerror(); /* not the program's */
	return found;
}

static void find(void *closure)
{
	struct finding *it = closure;
	void *found = atomic_load_explicit(&wrapping[it->function].function, memory_order_relaxed);
	void *first = NULL;

	if (!found && look_at_releases(it->function, &first) != 1)
		found = ask_loader(it);
	found = found ? found : first;
	it->next.function = found;
	if (found && it->ip)
		it->next.release = vt__library_release_of(it->function, found);
}

struct vt__library_next vt__library_next_linked(enum vt__library_function function,
						const void *ours, uintptr_t ip)
{
	const unsigned now = atomic_load_explicit(&unloads, memory_order_relaxed);
	struct finding it = {.function = function, .ip = ip, .ours = ours};
	const int saved = errno;

	if (is_known(function, ip, now, &it.next))
		return it.next;
	vt__own_stack_run(find, &it);
	if (it.next.function && take_callers()) {
		*slot_of(ip) = (struct caller){ip, function, now, it.next};
		leave_callers();
	}
	errno = saved;
	return it.next;
}
