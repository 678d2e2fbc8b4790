/* The wrappers as the source of what is recorded: the shim's half of recorder/source.h. */
#include "config.h"

#include <dlfcn.h>

#include "preload/base/elf_map.h"
#include "preload/base/message.h"
#include "preload/base/real_dlsym.h"
#include "preload/doors/doors.h"
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
			    path, PACKAGE_VERSION, other.name, version);
}

/* Calls that come to the wrappers first go on to the driver itself. */
static void say_behind(void)
{
	const void *behind = vt__real_dlsym(RTLD_NEXT, "cuMemAlloc_v2");
	struct vt__loaded_path found;
	struct vt__loaded object;
	struct vt__elf elf;

	if (!behind || !vt__loaded_at((uintptr_t)behind, &found, &object) ||
	    !vt__elf_of_loaded(&object, &elf) || vt__elf_is_driver(&elf, object.name) ||
	    vt__elf_symbol(&elf, "vramtrack_preload_instance"))
		return;
	vt__message(
		"vramtrack: %s wraps functions of the driver and stands behind the shim, so that "
		"calls do not come to it: name it before the shim in LD_PRELOAD, as 'vramtrack "
		"run' does\n",
		object.name);
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
