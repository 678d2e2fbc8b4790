/*
 * A loaded object as its dynamic section describes it, found by the loader's map: of any
 * namespace, without the loader's locks.
 */
#ifndef VT_PRELOAD_ELF_MAP_H
#define VT_PRELOAD_ELF_MAP_H

#include <link.h>
#include <stdbool.h>

#include "base/elf.h"
#include "unwind/loaded.h"

/* As vt__elf_read(). Keeps errno. */
bool vt__elf_of_map(const struct link_map *map, struct vt__elf *out);

/* The same of an object that was found by an address in it. */
bool vt__elf_of_loaded(const struct vt__loaded *object, struct vt__elf *out);

/* The function that such an object defines; NULL: none, or its file is mapped without being loaded.
 * May change errno. */
void *vt__elf_defined_by(const struct vt__loaded *object, const char *name);

#endif
