/* The shim's side of the audit object: gives the wrapper of what the loader binds. */
#include "config.h"

#include <stddef.h>

#include "preload/doors/audit.h"
#include "preload/recorder/coverage.h"
#include "preload/doors/driver_wrappers.h"
#include "base/elf.h"
#include "preload/base/elf_map.h"
#include "preload/doors/newer.h"
#include "preload/doors/wrapper.h"

static void begin(void)
{
	vt__coverage_audited();
}

static void *newer(const struct vt__elf *driver, const char *path, const char *name)
{
	void *function = vt__elf_symbol(driver, name);

	return function ? vt__newer_stub(function, name, 0, path) : NULL;
}

/* A driver is known from its first binding, of whatever function. */
static void *wrapper(const struct link_map *driver, bool in_base, const char *name)
{
	int copy = vt__driver_add(driver, in_base);
	struct vt__elf elf;
	void *found;

	if (copy < 0)
		return NULL;
	vt__coverage_met_user();
	found = vt__driver_wrapper_named((unsigned)copy, name);
	if (!found && vt__driver_wraps_base(name) && vt__elf_of_map(driver, &elf))
		return newer(&elf, driver->l_name, name);
	if (found)
		vt__coverage_count(VT_DOOR_AUDIT);
	return found;
}

VT__EXPORT extern const struct vt__audit_interface vramtrack_audit_interface;
const struct vt__audit_interface vramtrack_audit_interface = {
	.version = VT__AUDIT_VERSION,
	.begin = begin,
	.wrapper = wrapper,
	.gone = vt__driver_remove,
};
