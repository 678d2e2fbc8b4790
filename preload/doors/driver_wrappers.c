/* Maps the driver's functions to their wrappers, and back. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "preload/base/abi_name.h"
#include "preload/doors/driver_wrappers.h"

void *vt__driver_wrapper_in(unsigned copy, const void *address)
{
	const struct vt__driver *driver = address ? vt__driver_copy(copy) : NULL;

	for (size_t i = 0; driver && i < VT__WRAPPED; i++)
		if (*(void *const *)((const char *)driver + vt__wrapped[i].offset) == address)
			return vt__wrapped[i].wrappers[copy];
	return NULL;
}

void *vt__driver_wrapper_at(const void *address)
{
	void *wrapper = NULL;
	int added, saved;

	if (!address)
		return NULL;
	for (unsigned copy = 0; !wrapper && copy < VT__DRIVER_COPIES; copy++)
		wrapper = vt__driver_wrapper_in(copy, address);
	if (wrapper)
		return wrapper;
	saved = errno;
	added = vt__driver_add_at(address);
	errno = saved;
	return added < 0 ? NULL : vt__driver_wrapper_in((unsigned)added, address);
}

/* Its row, VT__WRAPPED if there is none. */
static size_t find(const char *name)
{
	size_t row = 0;

	if (name[0] != 'c' || name[1] != 'u') /* nearly all of a process's look-ups */
		return VT__WRAPPED;
	while (row < VT__WRAPPED && strcmp(vt__wrapped[row].name, name) != 0)
		row++;
	return row;
}

void *vt__driver_wrapper_named(unsigned copy, const char *name)
{
	size_t row = find(name);

	return row < VT__WRAPPED ? vt__wrapped[row].wrappers[copy] : NULL;
}

bool vt__driver_wraps(const char *name)
{
	return find(name) < VT__WRAPPED;
}

bool vt__driver_wraps_base(const char *name)
{
	for (size_t i = 0; name[0] == 'c' && name[1] == 'u' && i < VT__WRAPPED_WAITS; i++)
		if (vt__abi_same_base(vt__wrapped[i].name, name))
			return true;
	return false;
}

const char *vt__driver_wrapper_name(const void *address)
{
	for (size_t i = 0; i < VT__WRAPPED; i++)
		for (unsigned copy = 0; copy < VT__DRIVER_COPIES; copy++)
			if (vt__wrapped[i].wrappers[copy] == address)
				return vt__wrapped[i].name;
	return NULL;
}

bool vt__driver_is_wrapper(const void *address)
{
	return vt__driver_wrapper_name(address) != NULL;
}
