/* The wrappers as the source of what is recorded: the shim's half of recorder/source.h. */
#include "config.h"

#include <link.h>

#include "preload/base/elf_map.h"
#include "preload/base/message.h"
#include "preload/doors/copies.h"
#include "preload/doors/driver_wrappers.h"
#include "preload/doors/nested.h"
#include "preload/recorder/source.h"

/* CUPTI's source leaves to the wrappers what only one of them can do. */
static bool has_company(void)
{
	return false;
}

static void say_other_copy(const char *path)
{
	const char *version = vt__other_copy();
	struct vt__loaded_path found;
	struct vt__loaded other;

	if (version && vt__loaded_at((uintptr_t)version, &found, &other))
		vt__message("vramtrack: the shim was loaded twice, from two places: %s, version "
			    "%s, does the recording, and %s, version %s, stands aside: name only "
			    "one in LD_PRELOAD\n",
			    path, vramtrack_preload_instance, other.name, version);
}

/* Says it of the first that has such a function, unless that is the driver. Not by dlsym: a
 * constructor may hold the loader's lock and wait for this call. */
static int look_behind(struct dl_phdr_info *object, size_t bytes, void *closure)
{
	const char *const name = object->dlpi_name ? object->dlpi_name : "";
	bool *passed = closure; /* this object */
	struct vt__elf elf;

	(void)bytes;
	if (!vt__elf_read(object, &elf))
		return 0;
	if (vt__elf_symbol(&elf, "vramtrack_preload_instance")) {
		*passed = true;
		return 0;
	}
	if (!*passed || !vt__elf_symbol(&elf, "cuMemAlloc_v2"))
		return 0;
	if (!vt__elf_is_driver(&elf, name))
		vt__message("vramtrack: %s wraps functions of the driver and stands behind the "
			    "shim, so that calls do not come to it: name it before the shim in "
			    "LD_PRELOAD, as 'vramtrack run' does\n",
			    name);
	return 1;
}

/* Calls that come to the wrappers first go on to the driver itself. */
static void say_behind(void)
{
	bool passed = false;

	dl_iterate_phdr(look_behind, &passed);
}

static void prepare(const char *path)
{
	say_other_copy(path);
	say_behind();
}

const struct vt__source vt__source = {
	.kind = VT_SOURCE_PRELOAD,
	.is_at_work = vt__is_at_work,
	.wraps = vt__driver_wraps,
	.wraps_base = vt__driver_wraps_base,
	.has_company = has_company,
	.ends = vt__nested_thread_ends,
	.prepare = prepare,
};
