/*
 * Extent, build-id and path of a loaded object, from its program headers.
 */
#include "config.h"

#include "ledger/modules_scan.h"

#include <elf.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/text.h"

#define VDSO_PATH "[vdso]"

static void read_extent(const struct vt__loaded *loaded, struct vt__object *object)
{
	object->start = UINT64_MAX;
	object->end = 0;
	for (unsigned i = 0; i < loaded->header_count; i++) {
		const ElfW(Phdr) *header = &loaded->headers[i];
		uint64_t start = loaded->bias + header->p_vaddr;

		if (header->p_type != PT_LOAD)
			continue;
		if (start < object->start)
			object->start = start;
		if (start + header->p_memsz > object->end)
			object->end = start + header->p_memsz;
	}
}

/* Notes are read only where the loader has mapped them. */
static bool is_loaded(const struct vt__loaded *loaded, const ElfW(Phdr) * note)
{
	for (unsigned i = 0; i < loaded->header_count; i++) {
		const ElfW(Phdr) *load = &loaded->headers[i];

		if (load->p_type == PT_LOAD && (load->p_flags & PF_R) &&
		    note->p_vaddr >= load->p_vaddr &&
		    note->p_vaddr + note->p_filesz <= load->p_vaddr + load->p_filesz)
			return true;
	}
	return false;
}

static void read_build_id(const uint8_t *notes, size_t bytes, size_t align,
			  struct vt__object *object)
{
	ElfW(Nhdr) note;

	while (bytes >= sizeof(note)) {
		size_t name, size;

		memcpy(&note, notes, sizeof(note));
		name = ((size_t)note.n_namesz + align - 1) / align * align;
		size = sizeof(note) + name + ((size_t)note.n_descsz + align - 1) / align * align;
		if (size > bytes)
			return;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof("GNU") &&
		    memcmp(notes + sizeof(note), "GNU", sizeof("GNU")) == 0 &&
		    note.n_descsz <= sizeof(object->build_id)) {
			memcpy(object->build_id, notes + sizeof(note) + name, note.n_descsz);
			object->build_id_bytes = (uint8_t)note.n_descsz;
			return;
		}
		notes += size;
		bytes -= size;
	}
}

static bool holds(const struct vt__object *object, uint64_t address)
{
	return address >= object->start && address < object->end;
}

bool vt__object_read(uintptr_t address, struct vt__loaded_path *path, struct vt__object *out)
{
	uint64_t vdso = getauxval(AT_SYSINFO_EHDR);
	struct vt__loaded found, *loaded = &found;
	struct vt__object object = {0};

	if (!vt__loaded_at(address, path, loaded))
		return false;
	object.bias = loaded->bias;
	object.name = loaded->name;
	read_extent(loaded, &object);
	if (!holds(&object, address))
		return false;
	for (unsigned i = 0; i < loaded->header_count && !object.build_id_bytes; i++) {
		const ElfW(Phdr) *header = &loaded->headers[i];

		if (header->p_type == PT_NOTE && is_loaded(loaded, header))
			read_build_id((const uint8_t *)(loaded->bias + header->p_vaddr),
				      header->p_filesz, header->p_align == 8 ? 8 : 4, &object);
	}
	object.is_vdso = vdso && holds(&object, vdso);
	object.is_main = !object.name[0] || (uintptr_t)loaded->headers == getauxval(AT_PHDR);
	object.is_shim = !object.is_main && holds(&object, (uintptr_t)&vt__object_read);
	*out = object;
	return true;
}

void vt__object_path(const struct vt__object *object, const char *program, char *path, size_t room)
{
	struct vt__text text = {.bytes = path, .room = room};

	path[0] = '\0';
	if (object->is_main || object->is_vdso) {
		vt__text_add(&text, object->is_main ? program : VDSO_PATH);
		return;
	}
	/* A library opened by a relative path keeps it; the folder it is
	 * relative to is, as a rule, still the current one. */
	if (object->name[0] != '/' && strchr(object->name, '/') && getcwd(path, room)) {
		text.length = strlen(path);
		vt__text_add(&text, "/");
	}
	vt__text_add(&text, object->name);
}
