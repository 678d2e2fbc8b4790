/*
 * Writes a recording whose stacks lie in functions of big libraries, to measure how long names
 * take.
 *
 * many_places RECORDING PLACES LIBRARY...: as many places, spread over the functions of the
 * libraries, in stacks of 16 frames, an allocation each. "vramtrack report RECORDING" names them.
 */
#include "config.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/make_recording.h"

#define DEPTH 16
#define LIBRARIES_MOST 16
#define CALL_BYTES 4 /* into the function: a return address lies behind its call */

/* Where functions are, of one library. */
struct library {
	uint64_t *places;
	size_t count, capacity;
	uint32_t module;
};

static void add_function(struct library *library, const GElf_Sym *symbol)
{
	if (GELF_ST_TYPE(symbol->st_info) != STT_FUNC || symbol->st_size <= CALL_BYTES)
		return;
	if (library->count == library->capacity) {
		library->capacity = library->capacity ? 2 * library->capacity : 4096;
		library->places = reallocarray(library->places, library->capacity,
					       sizeof(*library->places));
		if (!library->places)
			abort();
	}
	library->places[library->count++] = symbol->st_value + CALL_BYTES;
}

static void add_functions(struct library *library, Elf *elf)
{
	for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));) {
		GElf_Shdr header;
		Elf_Data *data;
		GElf_Sym symbol;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_DYNSYM)
			continue;
		data = elf_getdata(section, NULL);
		for (int i = 0; data && gelf_getsym(data, i, &symbol); i++)
			add_function(library, &symbol);
	}
}

static int read_library(struct made *made, const char *path, struct library *library)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf *elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ_MMAP, NULL);
	struct vt_format_module *record;
	const void *id;
	ssize_t bytes;

	if (elf)
		add_functions(library, elf);
	if (!elf || !library->count) {
		fprintf(stderr, "many_places: %s: no functions in it\n", path);
		return -1;
	}
	library->module = made_module(made, path, 0);
	record = made_record(made, VT_FORMAT_MODULE, library->module);
	bytes = dwelf_elf_gnu_build_id(elf, &id);
	if (bytes > 0 && (size_t)bytes <= sizeof(record->build_id)) {
		memcpy(record->build_id, id, (size_t)bytes);
		record->build_id_bytes = (uint8_t)bytes;
	}
	elf_end(elf);
	close(fd);
	return 0;
}

/* Each place is in one stack, and as far from the next as can be. */
static void fill(struct made *made, const struct library *libraries, size_t count, size_t places)
{
	const uint32_t device = made_device(made, 0, "NVIDIA H200", 150754820096ull);
	const uint32_t api = made_string(made, "cuMemAlloc_v2");
	uint64_t frames[DEPTH];

	for (size_t i = 0; i < places; i += DEPTH) {
		uint32_t site;

		for (size_t frame = 0; frame < DEPTH; frame++) {
			const struct library *library = &libraries[(i + frame) % count];
			const size_t at = (i + frame) * library->count / (places + DEPTH);

			frames[frame] = VT_FORMAT_MAKE_FRAME(library->module, library->places[at]);
		}
		site = made_site(made, made_stack(made, frames, DEPTH), device, api,
				 VT_KIND_LINEAR);
		made_allocation(made, site, 0x700000000000ull + i * 512, 512);
	}
}

int main(int argc, char **argv)
{
	struct library libraries[LIBRARIES_MOST] = {{0}};
	const size_t count = argc > 3 ? (size_t)argc - 3 : 0;
	struct made *made = made_new();
	int error = 0;

	if (!count || count > LIBRARIES_MOST) {
		fputs("usage: many_places RECORDING PLACES LIBRARY...\n", stderr);
		return 2;
	}
	elf_version(EV_CURRENT);
	for (size_t i = 0; i < count && !error; i++)
		error = read_library(made, argv[i + 3], &libraries[i]);
	if (!error) {
		fill(made, libraries, count, strtoul(argv[2], NULL, 0));
		error = made_write(made, argv[1]);
	}
	for (size_t i = 0; i < count; i++)
		free(libraries[i].places);
	made_free(made);
	return error != 0;
}
