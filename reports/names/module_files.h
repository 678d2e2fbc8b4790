/*
 * The files of a module of a recording: the module itself and its debug file, where they are the
 * ones that ran; and what there is to say about them.
 */
#ifndef VT_REPORTS_MODULE_FILES_H
#define VT_REPORTS_MODULE_FILES_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reports/names/dwarf_names.h"
#include "reports/names/frame_rules.h"
#include "reports/text/hash.h"

/* Folders of debug files, with colons between them; else those of libdwfl. */
#define VT__DEBUG_PATH_VARIABLE "VRAMTRACK_DEBUG_PATH"

#define VT__BUILD_ID_BYTES 32 /* as many as a recording keeps */

/* The files of a module. */
struct vt__opened {
	Dwfl *dwfl;
	Dwfl_Module *names; /* NULL: there are none */
	struct vt__units units;
};

struct vt__module {
	UT_hash_handle hh;
	char *key; /* the build-id, then the path, which ends it */
	const char *path;
	const uint8_t *build_id;
	size_t build_id_bytes;
	uint64_t recorded_ns;
	bool opened;
	struct vt__opened all; /* with its debug file, wherever that is found */
	struct vt__opened own; /* without one; unused where there is none */
	bool own_opened;
	char *note;
	enum vt__role role; /* of code without a name, as is the next */
	bool kept;
};

/* Opens them, unless as many modules as may be have theirs open. */
void vt__module_open(struct vt__module *module, size_t opened, size_t opened_most);

/* The files with the names that do not depend on what else this machine has. */
struct vt__opened *vt__module_own(struct vt__module *module);

/* Debug information that is there and cannot be read is not the same as none. */
void vt__module_damaged(struct vt__module *module, const char *why);

void vt__module_free(struct vt__module *module);

#endif
