/*
 * Reads what the loader tells of one object.
 */
#ifndef VT_LEDGER_MODULES_SCAN_H
#define VT_LEDGER_MODULES_SCAN_H

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/format.h"

struct vt__object {
	uint64_t bias;
	uint64_t start;
	uint64_t end;
	bool is_main;
	bool is_vdso;
	bool is_shim; /* holds this code, and is not the program itself */
	uint8_t build_id_bytes;
	uint8_t build_id[sizeof(((struct vt_format_module *)0)->build_id)];
	const char *name; /* as the loader has it */
};

/* Returns false for an object without code or data in memory. */
bool vt__object_read(const struct dl_phdr_info *info, bool is_first, struct vt__object *out);

/* The object's path, absolute where that is possible, in `path`. */
void vt__object_path(const struct vt__object *object, const char *program, char *path, size_t room);

#endif
