/* Finds the real driver and its functions. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/attributes.h"
#include "unwind/own_stack.h"
#include "preload/base/options.h"
#include "preload/driver/driver.h"
#include "base/elf.h"
#include "preload/base/elf_map.h"
#include "preload/base/real_dlsym.h"

#define SIMULATED "vramtrack_simulated_driver" /* exported by no other driver */

static const char *const names[] = {
#define ROW(symbol, ...) #symbol,
	VT_DRIVER_API(ROW) VT_DRIVER_WAITS(ROW) VT_DRIVER_DOORS(ROW) VT_DRIVER_QUERIES(ROW)
#undef ROW
};

enum {
	POINTERS = sizeof(names) / sizeof(names[0])
};

static struct copy {
	/* The same words as functions and as an array to fill; in the order of `names`. */
	union {
		struct vt__driver functions;
		_Atomic(void *) pointers[POINTERS];
	};
	atomic_bool simulated;
	_Atomic(uintptr_t) bias; /* 0: the number is free */
} copies[VT__DRIVER_COPIES] __attribute__((aligned(64)));

_Static_assert(sizeof(struct vt__driver) == POINTERS * sizeof(void *), "one pointer a name");

VT__READ_OFTEN _Atomic(const struct vt__driver *) vt__driver_attached[VT__DRIVER_COPIES];

_Thread_local unsigned vt__driver_current __attribute__((tls_model("initial-exec")));

typedef void *look_up(const void *library, const char *name);

/* Threads that come here together write the same values: none has to wait. */
static void fill(struct copy *copy, look_up *find, const void *library)
{
	for (size_t i = 0; i < POINTERS; i++)
		atomic_store_explicit(&copy->pointers[i], find(library, names[i]),
				      memory_order_relaxed);
	atomic_store_explicit(&copy->simulated, find(library, SIMULATED) != NULL,
			      memory_order_relaxed);
	(void)vt__options(); /* from now on vt__options_known() is asked */
	atomic_store_explicit(&vt__driver_attached[copy - copies], &copy->functions,
			      memory_order_release);
}

/* Acquire: the copy's functions and pointers were stored before it was attached. */
static bool is_attached(unsigned number)
{
	return atomic_load_explicit(&vt__driver_attached[number], memory_order_acquire) != NULL;
}

static void *find_by_handle(const void *library, const char *name)
{
	return vt__real_dlsym((void *)(uintptr_t)library, name);
}

static void *find_in_object(const void *library, const char *name)
{
	return vt__elf_symbol(library, name);
}

static void attach_first(void *closure)
{
	const struct vt__driver **attached = closure;
	void *library = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
	struct link_map *map;

	if (!library || dlinfo(library, RTLD_DI_LINKMAP, &map) != 0)
		return;
	atomic_store(&copies[0].bias, map->l_addr);
	fill(&copies[0], find_by_handle, library);
	*attached = &copies[0].functions;
}

const struct vt__driver *vt__driver_attach(unsigned number)
{
	const struct vt__driver *attached = NULL;

	if (number == 0)
		vt__own_stack_run(attach_first, &attached);
	return attached;
}

const struct vt__driver *vt__driver(void)
{
	const struct vt__driver *driver = vt__driver_copy(vt__driver_current);

	for (unsigned other = 0; !driver && other < VT__DRIVER_COPIES; other++)
		if (other != vt__driver_current)
			driver = vt__driver_copy(other);
	return driver;
}

/* Whether the number is the copy's, now or already. */
static bool claim(struct copy *copy, uintptr_t bias)
{
	uintptr_t expected = 0;

	return atomic_compare_exchange_strong(&copy->bias, &expected, bias) || expected == bias;
}

int vt__driver_add(const struct link_map *driver, bool in_base)
{
	struct vt__elf elf;

	for (unsigned i = 0; i < VT__DRIVER_COPIES; i++)
		if (is_attached(i) && atomic_load(&copies[i].bias) == driver->l_addr)
			return (int)i;
	if (!vt__elf_of_map(driver, &elf))
		return -ENOENT;
	for (unsigned i = in_base ? 0 : 1; i < VT__DRIVER_COPIES; i++) {
		if (!claim(&copies[i], driver->l_addr))
			continue;
		fill(&copies[i], find_in_object, &elf);
		return (int)i;
	}
	return -ENOSPC;
}

static int add_at(const void *address)
{
	struct link_map *driver;
	struct vt__elf elf;
	Lmid_t space;
	Dl_info info;

	if (!dladdr1(address, &info, (void **)&driver, RTLD_DL_LINKMAP) || !driver ||
	    !vt__elf_of_map(driver, &elf) || !vt__elf_is_driver(&elf, driver->l_name))
		return -ENOENT;
	if (dlinfo(driver, RTLD_DI_LMID, &space) != 0)
		return -ENOENT;
	if (space == LM_ID_BASE && !dlopen(driver->l_name, RTLD_LAZY | RTLD_NOLOAD))
		return -ENOENT;
	if (space == LM_ID_BASE)
		vt__driver_copy(0); /* which number is whose is decided by the name */
	return vt__driver_add(driver, space == LM_ID_BASE);
}

struct adding {
	const void *address;
	int added;
};

static void add_on_own_stack(void *closure)
{
	struct adding *it = closure;

	it->added = add_at(it->address);
}

int vt__driver_add_at(const void *address)
{
	struct adding it = {.address = address};

	vt__own_stack_run(add_on_own_stack, &it);
	return it.added;
}

void vt__driver_remove(const struct link_map *driver)
{
	for (unsigned i = 0; i < VT__DRIVER_COPIES; i++) {
		if (atomic_load(&copies[i].bias) != driver->l_addr)
			continue;
		atomic_store(&vt__driver_attached[i], NULL);
		atomic_store(&copies[i].bias, 0);
	}
}

bool vt__driver_knows(uintptr_t bias)
{
	for (unsigned i = 0; i < VT__DRIVER_COPIES; i++)
		if (is_attached(i) && atomic_load(&copies[i].bias) == bias)
			return true;
	return false;
}

bool vt__driver_is_simulated(void)
{
	const struct vt__driver *driver = vt__driver();

	for (unsigned i = 0; i < VT__DRIVER_COPIES; i++)
		if (driver == &copies[i].functions)
			return atomic_load(&copies[i].simulated);
	return false;
}
