/* dlsym and cuGetProcAddress: look up first, then give the wrapper of what was found. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "base/attributes.h"
#include "base/lookup_takers.h"
#include "unwind/loaded.h"
#include "unwind/own_stack.h"
#include "preload/recorder/coverage.h"
#include "preload/doors/copies.h"
#include "preload/doors/doors.h"
#include "preload/doors/driver_wrappers.h"
#include "preload/doors/library_handles.h"
#include "preload/driver/nvml.h"
#include "preload/recorder/in_front.h"
#include "preload/doors/newer.h"
#include "preload/base/elf_map.h"
#include "preload/base/options.h"
#include "preload/base/real_dlsym.h"
#include "preload/base/attributes.h"

VT__BEFORE_SANITIZER void *vt__dlsym_target(void)
{
	return (void *)vt__find_dlsym();
}

struct asked_about {
	const void *caller;
	const char *name; /* of the function that is looked up */
	bool is_left_alone;
};

/* CUPTI's own calls are not the program's; one that refuses any function but the driver's gets
 * that of those that it wraps. */
static void ask_whose(void *closure)
{
	static const char *const checkers[] = {
#define VT_IDENTITY_CHECKER(prefix) prefix,
		VT_IDENTITY_CHECKERS(VT_IDENTITY_CHECKER)
#undef VT_IDENTITY_CHECKER
	};
	struct asked_about *it = closure;
	struct vt__loaded_path path;
	struct vt__loaded object;
	struct vt__elf elf;
	const char *file;

	if (!vt__loaded_at((uintptr_t)it->caller, &path, &object))
		return;
	file = vt__elf_file_name(object.name);
	it->is_left_alone = strncmp(file, "libcupti.", 9) == 0;
	for (size_t i = 0; i < sizeof(checkers) / sizeof(checkers[0]); i++)
		if (strncmp(file, checkers[i], strlen(checkers[i])) == 0)
			it->is_left_alone = vt__elf_of_loaded(&object, &elf) &&
					    vt__elf_symbol(&elf, it->name);
}

static bool is_left_alone(const void *caller, const char *name)
{
	struct asked_about it = {.caller = caller, .name = name};
	int saved = errno;

	vt__own_stack_run(ask_whose, &it);
	errno = saved;
	return it.is_left_alone;
}

/* A look-up through the global scope ends at our own exports, whether a driver
 * is there or not. */
static void *ours_if_driver(void *exported, const char *name)
{
	if (vt__driver_copy(0))
		return exported;
	return vt__real_dlsym(RTLD_NEXT, name);
}

/* The wrapper that a look-up which found `function` is answered with; else `function`. */
static void *answer(void *function, void *wrapper, const void *caller)
{
	if (!wrapper || is_left_alone(caller, vt__driver_wrapper_name(wrapper)))
		return function;
	vt__coverage_count(VT_DOOR_WRAPPERS);
	return wrapper;
}

/* The same for a function that no wrapper knows: counted when it is called. */
static void *answer_newer(void *function, const char *name, int version, const void *caller)
{
	if (is_left_alone(caller, name))
		return function;
	return vt__newer_stub(function, name, version, NULL);
}

/* A name whose base is wrapped, and which is not. Behind the caller only libc
 * can look. */
static struct vt__dlsym_answer ask_newer(void *handle, const char *name, void *caller)
{
	void *found = vt__real_dlsym(handle == RTLD_NEXT ? RTLD_DEFAULT : handle, name);

	if (found && handle == RTLD_NEXT)
		vt__newer_met(found, name, 0);
	else if (found)
		found = answer_newer(found, name, 0, caller);
	return (struct vt__dlsym_answer){found, handle != RTLD_NEXT};
}

static void load_nvml(void *unused)
{
	(void)unused;
	vt__nvml_load();
}

/* Once; who comes meanwhile goes on without, as where NVML is not there: no order. */
void vt__prepare_measuring(void)
{
	static _Atomic(bool) is_done;

	if (!atomic_exchange_explicit(&is_done, true, memory_order_relaxed) &&
	    vt__options()->accounts)
		vt__own_stack_run(load_nvml, NULL);
}

/* "cu" and a capital letter, as in cuMemAlloc and unlike cudaMalloc. */
static bool is_like_the_drivers(const char *name)
{
	return name[0] == 'c' && name[1] == 'u' && name[2] >= 'A' && name[2] <= 'Z';
}

struct vt__dlsym_answer vt__dlsym_ask(void *handle, const char *name, void *caller)
{
	const struct vt__dlsym_answer go_on = {NULL, 0};
	void *found;

	if (!vt__is_at_work())
		return go_on;
	if (!is_like_the_drivers(name))
		return vt__library_handles_ask(handle, name);
	vt__in_front_came(caller);
	if (!vt__driver_wraps(name) && vt__driver_wraps_base(name))
		return ask_newer(handle, name, caller);
	if (handle == RTLD_NEXT)
		return go_on;
	vt__coverage_met_user();
	if (!vt__driver_wraps(name))
		return go_on;
	vt__coverage_count(VT_DOOR_DLSYM);
	vt__prepare_measuring();
	found = vt__real_dlsym(handle, name);
	if (vt__driver_is_wrapper(found))
		found = ours_if_driver(found, name);
	if (vt__driver_is_wrapper(found))
		found = answer(found, found, NULL);
	else
		found = answer(found, vt__driver_wrapper_at(found), caller);
	return (struct vt__dlsym_answer){found, 1};
}

/* A look-up by version, and what was found by it. */
struct found {
	const char *name;
	int version;
	void **function;
};

static void hand_out_wrapper(unsigned copy, CUresult result, const struct found *found,
			     const void *caller)
{
	void **function = found->function, *wrapper;
	int saved = errno;

	vt__coverage_count(VT_DOOR_PROC_ADDRESS);
	if (result == CUDA_SUCCESS && function && *function && vt__is_at_work()) {
		wrapper = vt__driver_wrapper_in(copy, *function);
		if (wrapper)
			*function = answer(*function, wrapper, caller);
		else if (vt__driver_wraps_base(found->name) && !vt__driver_is_wrapper(*function))
			*function = answer_newer(*function, found->name, found->version, caller);
	}
	errno = saved;
}

#define RESOLVERS(wrapper, copy, v1, v2)                                                           \
	wrapper v1(const char *symbol, void **function, int version, cuuint64_t flags)             \
	{                                                                                          \
		const struct vt__driver *driver = vt__driver_copy(copy);                           \
		const struct found found = {symbol, version, function};                            \
		CUresult result;                                                                   \
                                                                                                   \
		if (!driver || !driver->cuGetProcAddress)                                          \
			return VT__NO_DRIVER;                                                      \
		result = driver->cuGetProcAddress(symbol, function, version, flags);               \
		hand_out_wrapper(copy, result, &found, __builtin_return_address(0));               \
		return result;                                                                     \
	}                                                                                          \
	wrapper v2(const char *symbol, void **function, int version, cuuint64_t flags,             \
		   CUdriverProcAddressQueryResult *status)                                         \
	{                                                                                          \
		const struct vt__driver *driver = vt__driver_copy(copy);                           \
		const struct found found = {symbol, version, function};                            \
		CUresult result;                                                                   \
                                                                                                   \
		if (!driver || !driver->cuGetProcAddress_v2)                                       \
			return VT__NO_DRIVER;                                                      \
		result = driver->cuGetProcAddress_v2(symbol, function, version, flags, status);    \
		hand_out_wrapper(copy, result, &found, __builtin_return_address(0));               \
		return result;                                                                     \
	}

RESOLVERS(VT__WRAPPER, 0, cuGetProcAddress, cuGetProcAddress_v2)
RESOLVERS(CUresult CUDAAPI, 1, vt__second_cuGetProcAddress, vt__second_cuGetProcAddress_v2)
