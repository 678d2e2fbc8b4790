/*
 * Images whose kernels use the device heap, or do not, in each form; and images that lie.
 * usage: device_heap FORM [malloc]
 */
#define __CUDA_API_VERSION_INTERNAL /* every name is the exported one */
#include <cuda.h>

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hazard.h"
#include "refuse_calls.h"

#define ROOM 4096u

/* In the program's file, as cudart's images are. */
static const char text_with[] = ".version 8.0\n.target sm_90\n.address_size 64\n"
				".extern .func (.param .b64 r) malloc (.param .b64 n);\n";
static const char text_without[] = ".version 8.0\n.target sm_90\n.address_size 64\n"
				   ".extern .func (.param .b64 r) my_malloc (.param .b64 n);\n"
				   ".extern .func (.param .b64 r) malloc2 (.param .b64 n);\n";

/* A cubin's headers, its names, and its symbols: of malloc, which is another's. */
static size_t make_cubin(unsigned char *at, bool with)
{
	static const char names[] = "\0mallocs\0malloc";
	Elf64_Sym symbols[2] = {
		{0}, {.st_name = with ? 9 : 1, .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC)}};
	Elf64_Shdr sections[3] = {
		{0},
		{.sh_type = SHT_STRTAB, .sh_size = sizeof(names)},
		{.sh_type = SHT_SYMTAB, .sh_size = sizeof(symbols), .sh_link = 1}};
	Elf64_Ehdr header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			     .e_machine = 190,
			     .e_shoff = sizeof(header),
			     .e_shentsize = sizeof(*sections),
			     .e_shnum = 3};

	sections[1].sh_offset = sizeof(header) + sizeof(sections);
	sections[2].sh_offset = sections[1].sh_offset + sizeof(names);
	memcpy(at, &header, sizeof(header));
	memcpy(at + sizeof(header), sections, sizeof(sections));
	memcpy(at + sections[1].sh_offset, names, sizeof(names));
	memcpy(at + sections[2].sh_offset, symbols, sizeof(symbols));
	return sections[2].sh_offset + sizeof(symbols);
}

/* One entry, behind one that is compressed. */
static size_t make_fat(unsigned char *at, bool with, bool compressed)
{
	static const struct {
		uint32_t magic;
		uint16_t version, bytes;
		uint64_t content;
	} header = {0xba55ed50, 1, 16, ROOM - 16};
	struct {
		uint16_t kind, version;
		uint32_t bytes;
		uint64_t content;
	} entry = {2, 0x101, 64, 64};
	unsigned char *second = at + sizeof(header) + entry.bytes + entry.content;

	memcpy(at, &header, sizeof(header));
	memcpy(at + sizeof(header), &entry, sizeof(entry));
	memset(at + sizeof(header) + entry.bytes, 0x28, entry.content);
	entry.content = compressed ? 64 : make_cubin(second + entry.bytes, with);
	memcpy(second, &entry, sizeof(entry));
	return ROOM;
}

/* At the end of what is mapped: what reads on ends the process. */
static unsigned char *end_of_page(const unsigned char *image, size_t bytes)
{
	unsigned char *pages = mmap(NULL, 2 * ROOM, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	MUST(pages != MAP_FAILED && munmap(pages + ROOM, ROOM) == 0);
	return memcpy(pages + ROOM - bytes, image, bytes);
}

static FRAME void load(const void *image)
{
	CUmodule module;

	CALL(cuModuleLoadData(&module, image));
	CALL(cuModuleUnload(module));
}

static void start(void)
{
	CUcontext context;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
}

static int text(char **arguments)
{
	start();
	load(arguments[0] ? text_with : text_without);
	return 0;
}

static int cubin(char **arguments)
{
	unsigned char image[ROOM];

	start();
	load(end_of_page(image, make_cubin(image, arguments[0] != NULL)));
	return 0;
}

static int fat(char **arguments)
{
	unsigned char image[ROOM] = {0};

	start();
	load(end_of_page(image, make_fat(image, arguments[0] != NULL, false)));
	return 0;
}

static int compressed(char **arguments)
{
	static struct {
		uint32_t magic, version;
		const void *data, *more;
	} wrapper = {0x466243b1, 1, NULL, NULL};
	unsigned char image[ROOM] = {0};
	CUlibrary library;

	(void)arguments;
	start();
	wrapper.data = end_of_page(image, make_fat(image, true, true));
	CALL(cuLibraryLoadData(&library, &wrapper, NULL, NULL, 0, NULL, NULL, 0));
	CALL(cuLibraryUnload(library));
	return 0;
}

/* Neither memory nor a file is read from here on as the shim does it. */
static int refused(char **arguments)
{
	CUmodule module;

	start();
	MUST(refuse_call(SYS_process_vm_readv, EPERM) && refuse_call(SYS_pread64, EIO));
	load(text_with);
	CALL(cuModuleLoad(&module, arguments[0]));
	CALL(cuModuleUnload(module));
	return 0;
}

/* A cubin of more sections than are read, all of them empty, before one with malloc. */
static const unsigned char *make_long_fat(void)
{
	const size_t bytes = ROOM + 0x10000 * sizeof(Elf64_Shdr);
	unsigned char *image = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	Elf64_Ehdr header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64},
			     .e_shentsize = sizeof(Elf64_Shdr),
			     .e_shnum = UINT16_MAX};
	unsigned char *cubin = image + 16 + 64; /* in the first entry */

	MUST(image != MAP_FAILED);
	make_fat(image, true, false);
	header.e_shoff = (uint64_t)(image + ROOM - cubin);
	memcpy(cubin, &header, sizeof(header));
	return image;
}

/* Sections, symbols and entries behind all that there is, and rings of them. */
static int lies(char **arguments)
{
	unsigned char image[ROOM] = {0};
	Elf64_Ehdr header;
	Elf64_Shdr table;

	(void)arguments;
	start();
	make_cubin(image, true);
	memcpy(&header, image, sizeof(header));
	memcpy(&table, image + header.e_shoff + 2 * sizeof(table), sizeof(table));
	table.sh_offset = UINT64_MAX - 8;
	memcpy(image + header.e_shoff + 2 * sizeof(table), &table, sizeof(table));
	load(end_of_page(image, 512));
	header.e_shoff = UINT64_MAX - 63;
	memcpy(image, &header, sizeof(header));
	load(end_of_page(image, 512));
	load(end_of_page(image, 5));
	memset(image, 0, sizeof(image));
	make_fat(image, true, true);
	memset(image + 16, 0, 16); /* an entry of no bytes */
	load(end_of_page(image, ROOM));
	make_fat(image, true, true);
	memset(image + 24, 0xff, 8); /* one that ends before it begins */
	load(end_of_page(image, ROOM));
	load(make_long_fat());
	return 0;
}

/* Code from more files than are named, each a link to PATH, and from memory, of which nothing can
 * be known. usage: files PATH COUNT */
static int files(char **arguments)
{
	const int count = atoi(arguments[1]);
	char name[64];
	unsigned char image[ROOM];
	FILE *out = fopen(arguments[0], "wb");
	size_t bytes = make_cubin(image, true);
	CUmodule module;

	MUST(out && fwrite(image, 1, bytes, out) == bytes && fclose(out) == 0);
	start();
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "made%d.cubin", i);
		MUST(link(arguments[0], name) == 0);
		CALL(cuModuleLoad(&module, name));
		CALL(cuModuleUnload(module));
		MUST(unlink(name) == 0);
	}
	load(end_of_page(image, 5));
	return 0;
}

/* file PATH [malloc] */
static int file(char **arguments)
{
	unsigned char image[ROOM];
	FILE *out = fopen(arguments[0], "wb");
	CUmodule module;
	size_t bytes = make_cubin(image, arguments[1] != NULL);

	MUST(out && fwrite(image, 1, bytes, out) == bytes && fclose(out) == 0);
	start();
	CALL(cuModuleLoad(&module, arguments[0]));
	CALL(cuModuleUnload(module));
	return 0;
}

static const struct hazard_case cases[] = {
	{"text", text},       {"cubin", cubin}, {"fat", fat},   {"compressed", compressed},
	{"refused", refused}, {"lies", lies},   {"file", file}, {"files", files},
};

HAZARD_MAIN(cases)
