/*
 * Objects whose dynamic section lies: made up in memory, at the end of a page behind
 * which nothing can be read.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "base/arch/arch.h"
#include "base/elf.h"

#define FAR 0x10000000u

enum {
	PAGE = 4096,
	DYNAMIC_ENTRIES = 12
};

/* All that an object needs to define cuOne and call cuTwo. */
struct made {
	ElfW(Dyn) dynamic[DYNAMIC_ENTRIES];
	ElfW(Sym) symbols[3];
	ElfW(Rela) relocations[2];
	uint32_t gnu_hash[8];
	uint32_t hash[6];
	uintptr_t slots[2];
	char strings[24]; /* last: behind it nothing can be read */
};

struct object {
	struct made *made;
	ElfW(Phdr) headers[2];
	struct dl_phdr_info info;
};

static uint32_t gnu_hash_of(const char *name)
{
	uint32_t hash = 5381;

	for (; *name; name++)
		hash = hash * 33 + (unsigned char)*name;
	return hash;
}

static void say(struct made *made, size_t *at, ElfW(Sxword) tag, uintptr_t value)
{
	made->dynamic[*at].d_tag = tag;
	made->dynamic[(*at)++].d_un.d_ptr = value;
}

static void fill(struct made *made)
{
	static const char strings[24] = "\0libcuda.so\0cuOne\0cuTwo";
	size_t at = 0;

	memcpy(made->strings, strings, sizeof(strings));
	made->symbols[1] = (ElfW(Sym)){.st_name = 18}; /* cuTwo: of another object */
	made->symbols[2] = (ElfW(Sym)){.st_name = 12, .st_shndx = 1, .st_value = 64};
	for (unsigned i = 0; i < 2; i++)
		made->relocations[i] = (ElfW(Rela)){
			.r_offset = offsetof(struct made, slots) + i * sizeof(uintptr_t),
			.r_info = ELF64_R_INFO(1, VT__ARCH_JUMP_SLOT),
		};
	/* one bucket, symbols from 2 on, one word of filter */
	memcpy(made->gnu_hash, (const uint32_t[8]){1, 2, 1, 0, 0, 0, 2, gnu_hash_of("cuOne") | 1},
	       sizeof(made->gnu_hash));
	memcpy(made->hash, (const uint32_t[6]){1, 3, 2, 0, 0, 1}, sizeof(made->hash));
	say(made, &at, DT_STRTAB, (uintptr_t)made->strings);
	say(made, &at, DT_STRSZ, sizeof(made->strings));
	say(made, &at, DT_SYMTAB, (uintptr_t)made->symbols);
	say(made, &at, DT_SONAME, 1);
	say(made, &at, DT_GNU_HASH, (uintptr_t)made->gnu_hash);
	say(made, &at, DT_HASH, (uintptr_t)made->hash);
	say(made, &at, DT_JMPREL, (uintptr_t)made->relocations);
	say(made, &at, DT_PLTRELSZ, sizeof(made->relocations));
	say(made, &at, DT_NULL, 0);
}

static void make(struct object *out)
{
	uint8_t *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			      -1, 0);

	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_int_equal(mprotect(pages + PAGE, PAGE, PROT_NONE), 0);
	out->made = (struct made *)(pages + PAGE - sizeof(struct made));
	fill(out->made);
	memset(out->headers, 0, sizeof(out->headers));
	out->headers[0] = (ElfW(Phdr)){
		.p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_memsz = sizeof(struct made)};
	out->headers[1] = (ElfW(Phdr)){.p_type = PT_DYNAMIC};
	out->info = (struct dl_phdr_info){
		.dlpi_addr = (uintptr_t)out->made, .dlpi_phdr = out->headers, .dlpi_phnum = 2};
}

static void unmake(struct object *object)
{
	munmap((uint8_t *)object->made + sizeof(struct made) - PAGE, (size_t)2 * PAGE);
}

static bool count_slot(const char *symbol, uintptr_t *slot, void *closure)
{
	unsigned *count = closure;

	*slot += strlen(symbol);
	++*count;
	return true;
}

/* Does all that can be done with it. How many slots there are; -1: it cannot be read. */
static int use(const struct object *object, struct vt__elf *elf, void **found)
{
	unsigned count = 0;

	*found = NULL;
	if (!vt__elf_read(&object->info, elf))
		return -1;
	vt__elf_is_driver(elf, "");
	*found = vt__elf_symbol(elf, "cuOne");
	vt__elf_symbol(elf, "cuNone");
	vt__elf_each_slot(elf, count_slot, &count);
	return (int)count;
}

static void what_is_true_is_found(void **state)
{
	struct object object;
	struct vt__elf elf;
	void *found;

	(void)state;
	make(&object);
	assert_int_equal(use(&object, &elf, &found), 2);
	assert_string_equal(elf.soname, "libcuda.so");
	assert_ptr_equal(found, (uint8_t *)object.made + 64);
	object.made->dynamic[4].d_tag = DT_DEBUG; /* the other table */
	assert_int_equal(use(&object, &elf, &found), 2);
	assert_ptr_equal(found, (uint8_t *)object.made + 64);
	assert_true(vt__elf_read_at(object.info.dlpi_addr, object.made->dynamic, NULL, 0, &elf));
	assert_string_equal(elf.soname, "libcuda.so");
	unmake(&object);
}

static void offsets_outside_of_the_strings_name_nothing(void **state)
{
	struct object object;
	struct vt__elf elf;
	void *found;

	(void)state;
	make(&object);
	object.made->dynamic[3].d_un.d_val = FAR; /* DT_SONAME */
	object.made->symbols[2].st_name = FAR;
	object.made->symbols[1].st_name = sizeof(object.made->strings);
	assert_int_equal(use(&object, &elf, &found), 0);
	assert_string_equal(elf.soname, "");
	assert_null(found);
	assert_true(vt__elf_read_at(object.info.dlpi_addr, object.made->dynamic, NULL, 0, &elf));
	assert_string_equal(elf.soname, "");
	unmake(&object);
}

static void tables_end_with_their_segment(void **state)
{
	struct object object;
	struct vt__elf elf;
	void *found;

	(void)state;
	make(&object);
	object.made->dynamic[1].d_un.d_val = FAR;  /* DT_STRSZ */
	object.made->dynamic[7].d_un.d_val = FAR;  /* DT_PLTRELSZ */
	memset(object.made->strings + 18, 'x', 6); /* a string without an end */
	object.made->relocations[1].r_offset = FAR;
	object.made->relocations[0].r_info = ELF64_R_INFO(FAR, VT__ARCH_JUMP_SLOT);
	assert_int_equal(use(&object, &elf, &found), 0);
	assert_non_null(found);
	unmake(&object);
}

/* Each word of it, one by one: nothing is read that is not there. */
static void every_lie_is_survived(void **state)
{
	static const uint64_t lies[] = {0,          1,          7,          FAR,
					0x7fffffff, 0xffffffff, UINT64_MAX, UINT64_MAX - 7};
	struct object object;
	struct vt__elf elf;
	void *found;

	(void)state;
	for (size_t at = 0; at < sizeof(struct made); at += sizeof(uint32_t)) {
		for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
			size_t bytes = at % 8 || i < 4 ? 4 : 8;

			make(&object);
			memcpy((uint8_t *)object.made + at, &lies[i], bytes);
			use(&object, &elf, &found);
			unmake(&object);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_true_is_found),
		cmocka_unit_test(offsets_outside_of_the_strings_name_nothing),
		cmocka_unit_test(tables_end_with_their_segment),
		cmocka_unit_test(every_lie_is_survived),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
