/* Counts what goes through the doors, and looks for what passes them by. */
#include "config.h"

#include "preload/recorder/coverage.h"

#include <ctype.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "ledger/coverage.h"
#include "unwind/own_stack.h"
#include "preload/driver/driver.h"
#include "preload/driver/drivers.h"
#include "base/elf.h"
#include "preload/base/elf_map.h"
#include "preload/recorder/in_front.h"
#include "preload/recorder/process.h"
#include "preload/recorder/source.h"
#include "preload/base/real_dlsym.h"

static struct {
	_Atomic(uint64_t) doors[VT_DOOR_COUNT];
	_Atomic(uint64_t) handles_unseen; /* times */
	atomic_bool audited;
	atomic_bool has_users; /* somebody reached for the driver where it can be seen */
	atomic_bool looked;    /* while the process ran */
	atomic_bool ended;
} known;

static void tell(struct vt__ledger *ledger)
{
	uint64_t doors[VT_DOOR_COUNT];

	for (unsigned door = 0; door < VT_DOOR_COUNT; door++)
		doors[door] = atomic_load_explicit(&known.doors[door], memory_order_relaxed);
	vt__ledger_doors(ledger, doors, atomic_load(&known.audited));
}

void vt__coverage_begin(struct vt__ledger *ledger)
{
	uint64_t unseen = atomic_load_explicit(&known.handles_unseen, memory_order_relaxed);

	tell(ledger);
	while (unseen--)
		vt__ledger_lose(ledger, VT_LOSS_LIBRARY_HANDLES);
}

/* Counts, which lead to nothing: no order. */
void vt__coverage_count(enum vt_door door)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	atomic_fetch_add_explicit(&known.doors[door], 1, memory_order_relaxed);
	if (ledger)
		tell(ledger);
}

void vt__coverage_handles_unseen(void)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	atomic_fetch_add_explicit(&known.handles_unseen, 1, memory_order_relaxed);
	if (ledger)
		vt__ledger_lose(ledger, VT_LOSS_LIBRARY_HANDLES);
}

void vt__coverage_met_user(void)
{
	if (!atomic_load_explicit(&known.has_users, memory_order_relaxed))
		atomic_store_explicit(&known.has_users, true, memory_order_relaxed);
}

void vt__coverage_audited(void)
{
	atomic_store(&known.audited, true);
}

/* ---- Looking through the process ----------------------------------------- */

struct look {
	struct vt__found_drivers found;
	struct vt__ledger *ledger;   /* NULL: only to see whether there is anything to tell */
	const struct link_map *only; /* NULL: all objects */
	uintptr_t dlsym;             /* libc's */
	struct vt__in_front in_front;
	const char *taker; /* path of a library that answers look-ups itself */
	bool has_users;    /* an object is bound to a driver, or to the wrappers */
	unsigned unreached;
	/* of the object at hand */
	const char *path;
	const struct dl_phdr_info *info; /* NULL: not in our namespace */
	const char *symbol;              /* that it reaches past the recorder; NULL: none */
	const char *driver;              /* that it is bound to */
};

/* The loader has no name for the program itself. */
static const char *path_of(const struct look *look, char *buffer, size_t room)
{
	ssize_t length = -1;

	if (!look->path[0])
		length = readlink("/proc/self/exe", buffer, room - 1);
	if (length < 0)
		return look->path;
	buffer[length] = '\0';
	return buffer;
}

static void tell_object(struct look *look)
{
	struct vt__passage passage = {
		.sort = VT_PASSAGE_NEWER_ABI, .path = look->driver, .symbol = look->symbol};
	char buffer[4096];

	look->unreached++;
	if (!look->ledger)
		return;
	if (!look->driver || vt__source.wraps(look->symbol)) {
		passage.sort = VT_PASSAGE_OBJECT_UNREACHED;
		passage.path = path_of(look, buffer, sizeof(buffer));
	}
	vt__ledger_passage(look->ledger, &passage);
}

/* Of many symbols the one that says most: an allocation's. Whether to go on looking. */
static bool name_symbol(struct look *look, const char *symbol)
{
	bool allocates = strstr(symbol, "Alloc") != NULL;

	if (!look->symbol || allocates)
		look->symbol = symbol;
	return !allocates;
}

/* The parts of the driver itself, of CUPTI and of this package: what they ask
 * the driver is not the program's. */
static bool is_left_alone(const char *path)
{
	static const char *const prefixes[] = {"libcupti.", "libvramtrack_", "libnvidia-",
					       "libcudadebugger."};
	const char *name = vt__elf_file_name(path);

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

static bool names_function_of_driver(const char *symbol)
{
	return symbol[0] == 'c' && symbol[1] == 'u' && isupper((unsigned char)symbol[2]);
}

static bool is_own(const struct look *look, uintptr_t address)
{
	return address >= look->found.own_start && address < look->found.own_end;
}

static bool look_at_function(struct look *look, const char *symbol, uintptr_t address)
{
	const struct vt__found_driver *driver = vt__drivers_at(&look->found, address);
	bool wrapped = vt__source.wraps_base(symbol);

	if (driver || is_own(look, address))
		look->has_users = true;
	else if (look->info && wrapped && !atomic_load(&known.audited))
		vt__in_front_meet(&look->in_front, address, look->info->dlpi_addr, symbol);
	if (!driver || !wrapped)
		return true;
	look->driver = driver->path;
	return name_symbol(look, symbol);
}

/* A slot that was not needed yet points into its own object and says nothing. */
static bool look_at_slot(const char *symbol, uintptr_t *slot, void *closure)
{
	struct look *look = closure;

	if (names_function_of_driver(symbol))
		return look_at_function(look, symbol, *slot);
	/* the audit object sees what libc's dlsym finds */
	if (!look->info || strcmp(symbol, "dlsym") != 0 || is_own(look, *slot) ||
	    atomic_load(&known.audited) || !vt__names_driver(look->info))
		return true;
	if (*slot == look->dlsym)
		return name_symbol(look, symbol);
	vt__in_front_meet(&look->in_front, *slot, look->info->dlpi_addr, symbol);
	return true;
}

/* `info`: of our namespace; NULL elsewhere. */
static void look_at_object(struct look *look, const struct vt__elf *elf, const char *path,
			   const struct dl_phdr_info *info)
{
	if (vt__elf_is_driver(elf, path) || is_left_alone(path))
		return;
	look->path = path;
	look->info = info;
	look->symbol = NULL;
	look->driver = NULL;
	vt__elf_each_slot(elf, look_at_slot, look);
	if (look->symbol)
		tell_object(look);
}

static int look_at_loaded(struct dl_phdr_info *info, size_t bytes, void *closure)
{
	struct look *look = closure;
	struct vt__elf elf;

	(void)bytes;
	if (look->only &&
	    (look->only->l_addr != info->dlpi_addr || look->only->l_name != info->dlpi_name))
		return 0;
	if (vt__takes_lookups(info->dlpi_name))
		look->taker = info->dlpi_name;
	if (vt__elf_read(info, &elf))
		look_at_object(look, &elf, info->dlpi_name, info);
	return 0;
}

/* The other namespaces whose driver is reached: whoever there is not bound to
 * the wrappers passes them by. Holds the loader's lock, as it is called. */
static int look_elsewhere(struct dl_phdr_info *info, size_t bytes, void *closure)
{
	struct look *look = closure;
	struct vt__elf elf;

	(void)info;
	(void)bytes;
	for (unsigned i = 0; i < look->found.count; i++) {
		const struct link_map *map = look->found.drivers[i].map;

		if (!map || !vt__driver_knows(map->l_addr))
			continue;
		while (map->l_prev)
			map = map->l_prev;
		for (; map; map = map->l_next)
			if (vt__elf_of_map(map, &elf))
				look_at_object(look, &elf, map->l_name, NULL);
	}
	return 1;
}

/* Inside the loader's lock nothing may be asked that takes another of its locks. */
static void look_at_objects(struct look *look)
{
	if (vt__source.kind != VT_SOURCE_PRELOAD || look->found.count == 0)
		return;
	look->dlsym = (uintptr_t)vt__find_dlsym();
	dl_iterate_phdr(look_at_loaded, look);
	if (!look->only)
		dl_iterate_phdr(look_elsewhere, look);
}

static bool is_reached(const struct look *look, const struct vt__found_driver *driver)
{
	if (!vt__driver_knows(driver->elf.bias))
		return false;
	return driver->map || look->has_users || atomic_load(&known.has_users) ||
	       vt__source.kind == VT_SOURCE_CUPTI;
}

static void look_at_drivers(struct look *look)
{
	vt__driver_copy(0);
	for (unsigned i = 0; i < look->found.count; i++) {
		const struct vt__found_driver *driver = &look->found.drivers[i];
		bool reached = is_reached(look, driver);

		if (!reached && !vt__drivers_is_initialised(driver))
			continue;
		look->unreached += !reached;
		if (look->ledger)
			vt__ledger_passage(
				look->ledger,
				&(struct vt__passage){.sort = reached ? VT_PASSAGE_DRIVER
								      : VT_PASSAGE_DRIVER_UNREACHED,
						      .path = driver->path});
	}
}

static bool is_any_initialised(const struct vt__found_drivers *found)
{
	for (unsigned i = 0; i < found->count; i++)
		if (vt__drivers_is_initialised(&found->drivers[i]))
			return true;
	return false;
}

static bool is_recording(struct vt__ledger *ledger)
{
	return ledger && vt__ledger_path(ledger);
}

/* What passed the recorder by is there to stay; whether a driver is reached, only
 * the end can tell. */
static void look_once(void *ledger)
{
	struct look look = {.ledger = ledger};

	vt__drivers_find(&look.found);
	look_at_objects(&look);
}

bool vt__coverage_thread_called(void)
{
	static _Thread_local bool counted __attribute__((tls_model("initial-exec")));
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	int saved = errno;

	if (!counted)
		vt__coverage_count(VT_DOOR_CALLS);
	counted = true;
	vt__coverage_met_user();
	if (!is_recording(ledger))
		return false;
	if (!atomic_exchange(&known.looked, true))
		vt__own_stack_run(look_once, ledger);
	errno = saved;
	return true;
}

/* What the audit object saw, no such library has hidden. */
static void tell_taker(struct look *look)
{
	if (!look->taker || atomic_load(&known.audited))
		return;
	look->unreached++;
	if (look->ledger)
		vt__ledger_passage(look->ledger,
				   &(struct vt__passage){.sort = VT_PASSAGE_IN_FRONT,
							 .path = look->taker,
							 .symbol = "cuGetProcAddress"});
}

/* Only the end can tell who never came to the shim. */
static void look_through(struct look *look)
{
	look->in_front.count = 0;
	look_at_objects(look);
	tell_taker(look);
	look->unreached += vt__in_front_tell(&look->in_front, look->ledger);
	look_at_drivers(look);
}

struct ending {
	struct vt__ledger *(*begin)(void);
};

static void look_at_end(void *closure)
{
	const struct ending *it = closure;
	struct look look = {.ledger = vt__process_ledger_if_any()};

	if (!is_recording(look.ledger))
		look.ledger = NULL;
	vt__drivers_find(&look.found);
	look_through(&look);
	if (!look.ledger && look.unreached && is_any_initialised(&look.found)) {
		look.ledger = it->begin();
		look_through(&look);
	}
	if (look.ledger)
		tell(look.ledger);
}

void vt__coverage_end(struct vt__ledger *begin(void))
{
	struct ending it = {begin};
	int saved = errno;

	if (atomic_exchange(&known.ended, true) || !vt__source.is_at_work())
		return;
	vt__source.ends();
	vt__own_stack_run(look_at_end, &it);
	errno = saved;
}

static void look_at_closing(void *handle)
{
	struct look look = {.ledger = vt__process_ledger_if_any(), .only = handle};

	vt__drivers_find(&look.found);
	look_at_objects(&look);
}

void vt__coverage_closing(void *handle)
{
	int saved = errno;

	if (handle && is_recording(vt__process_ledger_if_any()))
		vt__own_stack_run(look_at_closing, handle);
	errno = saved;
}
