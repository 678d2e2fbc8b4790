/* Finds the program headers of an object that the loader's map names. */
#include "config.h"

#include "preload/base/elf_map.h"

#include <errno.h>

#include "unwind/loaded.h"

/* While the loader still loads it, it is not found: then its headers are not known. */
bool vt__elf_of_map(const struct link_map *map, struct vt__elf *out)
{
	struct vt__loaded loaded = {.headers = NULL};
	int saved = errno;
	bool found = vt__loaded_at((uintptr_t)map->l_ld, NULL, &loaded) &&
		     loaded.bias == map->l_addr;

	errno = saved;
	return vt__elf_read_at(map->l_addr, map->l_ld, found ? loaded.headers : NULL,
			       found ? loaded.header_count : 0, out);
}

bool vt__elf_of_loaded(const struct vt__loaded *object, struct vt__elf *out)
{
	const struct dl_phdr_info info = {
		.dlpi_addr = object->bias,
		.dlpi_name = object->name,
		.dlpi_phdr = object->headers,
		.dlpi_phnum = (ElfW(Half))object->header_count,
	};

	return vt__elf_read(&info, out);
}

/* What is mapped without being loaded is at none of the addresses that the loader knows. */
void *vt__elf_defined_by(const struct vt__loaded *object, const char *name)
{
	struct vt__loaded there;
	struct vt__elf elf;
	void *symbol = vt__elf_of_loaded(object, &elf) ? vt__elf_symbol(&elf, name) : NULL;

	if (!symbol || !vt__loaded_at((uintptr_t)symbol, NULL, &there) ||
	    there.bias != object->bias)
		return NULL;
	return symbol;
}
