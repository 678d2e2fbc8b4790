/*
 * Extent, name and build-id of the loaded object that holds an address.
 */
#ifndef VT_LEDGER_MODULES_SCAN_H
#define VT_LEDGER_MODULES_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "recording/format.h"
#include "unwind/loaded.h"

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

/* False if no object holds the address. `path` is room for the name. Takes no lock
 * of the loader; may change errno. */
bool vt__object_read(uintptr_t address, struct vt__loaded_path *path, struct vt__object *out);

/* The object's path, absolute where that is possible, in `path`. */
void vt__object_path(const struct vt__object *object, const char *program, char *path, size_t room);

#endif
