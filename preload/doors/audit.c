/*
 * The audit object (LD_AUDIT): what the loader binds to a driver function, by
 * a link or by dlsym, in whatever namespace, is bound to the shim's wrapper.
 *
 * So it reaches those that LD_PRELOAD does not: libraries that were opened with
 * RTLD_DEEPBIND or in a namespace of their own (dlmopen). The loader tells of
 * a binding once; calls are not traced. Where there is no shim nothing is
 * changed.
 */
#include "config.h"

#include <link.h>
#include <stddef.h>
#include <string.h>

#include "preload/doors/audit.h"
#include "base/elf.h"
#include "base/lookup_takers.h"

#define EXPORT __attribute__((visibility("default")))

/* What an object is, in the low bits of its cookie; the rest is its link map. */
enum sort {
	SORT_OTHER,
	SORT_DRIVER,           /* in the program's own namespace */
	SORT_DRIVER_ELSEWHERE, /* in another */
	SORT_LEFT_ALONE,       /* binds to the driver itself */
	SORT_CHECKER,          /* the same, of functions that it wraps */
	SORT_BITS = 7
};

/* Read at any time once `began`; written before, when there is one thread. */
static const struct vt__audit_interface *shim;
static bool began;

static enum sort sort_in(const uintptr_t *cookie)
{
	return (enum sort)(*cookie & SORT_BITS);
}

static const struct link_map *map_of(const uintptr_t *cookie)
{
	return (const struct link_map *)(*cookie & ~(uintptr_t)SORT_BITS);
}

/* Not LAV_CURRENT, which is that of the headers: on 64-bit Arm glibc since 2.35 takes no object of
 * version 1, and what is built here is used there. Version 2 changed what la_pltenter gets,
 * which is not defined here. */
#define VERSION_MOST 2u

EXPORT unsigned la_version(unsigned version)
{
	return version < VERSION_MOST ? version : VERSION_MOST;
}

/* The parts of this package ask the driver itself, and calls of CUPTI's are not
 * the program's. */
static bool is_left_alone(const char *path)
{
	const char *name = vt__elf_file_name(path);

	return strncmp(name, "libcupti.", 9) == 0 || strncmp(name, "libvramtrack_", 13) == 0;
}

static bool is_checker(const char *path)
{
	static const char *const checkers[] = {
#define VT_IDENTITY_CHECKER(prefix) prefix,
		VT_IDENTITY_CHECKERS(VT_IDENTITY_CHECKER)
#undef VT_IDENTITY_CHECKER
	};
	const char *name = vt__elf_file_name(path);

	for (size_t i = 0; i < sizeof(checkers) / sizeof(checkers[0]); i++)
		if (strncmp(name, checkers[i], strlen(checkers[i])) == 0)
			return true;
	return false;
}

static enum sort sort_of(const struct link_map *map, Lmid_t space)
{
	const struct vt__audit_interface *found = NULL;
	struct vt__elf elf;

	if (!vt__elf_read_at(map->l_addr, map->l_ld, NULL, 0, &elf))
		return SORT_OTHER;
	if (vt__elf_is_driver(&elf, map->l_name))
		return space == LM_ID_BASE ? SORT_DRIVER : SORT_DRIVER_ELSEWHERE;
	if (space == LM_ID_BASE && !began)
		found = vt__elf_symbol(&elf, VT__AUDIT_INTERFACE);
	if (found && !shim)
		shim = found;
	if (found || is_left_alone(map->l_name))
		return SORT_LEFT_ALONE;
	return is_checker(map->l_name) ? SORT_CHECKER : SORT_OTHER;
}

EXPORT unsigned la_objopen(struct link_map *map, Lmid_t space, uintptr_t *cookie)
{
	enum sort sort = sort_of(map, space);

	*cookie = (uintptr_t)map | sort;
	switch (sort) {
	case SORT_DRIVER:
	case SORT_DRIVER_ELSEWHERE:
		return LA_FLG_BINDTO;
	case SORT_LEFT_ALONE:
		return 0;
	default:
		return LA_FLG_BINDFROM;
	}
}

/* All objects of the start are relocated: from here on the shim can be called. */
EXPORT void la_preinit(uintptr_t *cookie)
{
	(void)cookie;
	if (shim && shim->version != VT__AUDIT_VERSION)
		shim = NULL;
	if (shim)
		shim->begin();
	began = true;
}

/* Whether the object that binds wants to be led to the wrapper. */
static bool is_led(const uintptr_t *from, const char *name)
{
	const struct link_map *map = map_of(from);
	struct vt__elf elf;

	if (sort_in(from) != SORT_CHECKER)
		return sort_in(from) == SORT_OTHER;
	return !vt__elf_read_at(map->l_addr, map->l_ld, NULL, 0, &elf) ||
	       !vt__elf_symbol(&elf, name);
}

EXPORT uintptr_t la_symbind64(ElfW(Sym) * symbol, unsigned number, uintptr_t *from, uintptr_t *to,
			      unsigned *flags, const char *name)
{
	enum sort driver = sort_in(to);
	void *wrapper = NULL;

	(void)number;
	*flags |= LA_SYMB_NOPLTENTER | LA_SYMB_NOPLTEXIT;
	if (began && shim && (driver == SORT_DRIVER || driver == SORT_DRIVER_ELSEWHERE) &&
	    is_led(from, name))
		wrapper = shim->wrapper(map_of(to), driver == SORT_DRIVER, name);
	return wrapper ? (uintptr_t)wrapper : symbol->st_value;
}

EXPORT unsigned la_objclose(uintptr_t *cookie)
{
	enum sort sort = sort_in(cookie);

	if (began && shim && (sort == SORT_DRIVER || sort == SORT_DRIVER_ELSEWHERE))
		shim->gone(map_of(cookie));
	return 0;
}
