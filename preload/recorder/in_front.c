/* Distinguishes libraries that lead past the shim from those that only are in front of it. */
#include "config.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/attributes.h"
#include "ledger/coverage.h"
#include "base/elf.h"
#include "base/lookup_takers.h"
#include "preload/recorder/in_front.h"

enum {
	PAGE_SHIFT = 12, /* of the least page; larger ones are several of these */
	PAGES = 128      /* a process has few places that look the driver up */
};

/* Pages of code that came to the shim's dlsym for a function of the driver. */
static _Atomic(uintptr_t) pages[PAGES];

void vt__in_front_came(const void *caller)
{
	uintptr_t page = (uintptr_t)caller >> PAGE_SHIFT, expected;

	for (size_t i = 0; i < PAGES; i++) {
		expected = atomic_load_explicit(&pages[i], memory_order_relaxed);
		if (!expected)
			atomic_compare_exchange_strong(&pages[i], &expected, page);
		if (!expected || expected == page)
			return;
	}
}

/* Numbers of pages, which lead to nothing: no order. */
static bool came_from(uintptr_t start, uintptr_t end)
{
	for (size_t i = 0; i < PAGES; i++) {
		uintptr_t page = atomic_load_explicit(&pages[i], memory_order_relaxed);

		if (page >= start >> PAGE_SHIFT && page <= (end - 1) >> PAGE_SHIFT)
			return true;
	}
	return false;
}

void vt__in_front_meet(struct vt__in_front *in_front, uintptr_t target, uintptr_t from,
		       const char *symbol)
{
	for (unsigned i = 0; i < in_front->count; i++)
		if (in_front->met[i].target == target)
			return;
	if (in_front->count == VT__IN_FRONT_MOST)
		return;
	in_front->met[in_front->count].target = target;
	in_front->met[in_front->count].from = from;
	in_front->met[in_front->count++].symbol = symbol;
}

bool vt__takes_lookups(const char *path)
{
	static const char *const libraries[] = {
#define VT_LOOKUP_TAKER(name, library, commands, variables) library,
		VT_LOOKUP_TAKERS(VT_LOOKUP_TAKER)
#undef VT_LOOKUP_TAKER
	};

	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
		if (strcmp(vt__elf_file_name(path), libraries[i]) == 0)
			return true;
	return false;
}

/* memmem would do, but for whose it may be. */
VT__READS_FOREIGN static bool has_name_of_driver(const char *at, size_t bytes)
{
	static const char name[] = "libcuda.so";
	size_t matched = 0;

	/* Its first letter is nowhere else in it: what does not go on can only begin anew. */
	for (size_t i = 0; i < bytes && matched < sizeof(name) - 1; i++)
		matched = at[i] == name[matched] ? matched + 1 : at[i] == name[0];
	return matched == sizeof(name) - 1;
}

bool vt__names_driver(const struct dl_phdr_info *info)
{
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		if (segment->p_type == PT_LOAD && (segment->p_flags & PF_R) &&
		    !(segment->p_flags & PF_W) &&
		    has_name_of_driver((const char *)(info->dlpi_addr + segment->p_vaddr),
				       segment->p_filesz))
			return true;
	}
	return false;
}

struct search {
	const struct vt__in_front *in_front;
	struct vt__ledger *ledger;
	unsigned count;
};

/* Whether it has a dlsym of its own, or finds libc's past the shim. */
static bool note_dlvsym(const char *symbol, uintptr_t *slot, void *closure)
{
	bool *found = closure;

	(void)slot;
	*found = strcmp(symbol, "dlvsym") == 0;
	return !*found;
}

static bool looks_up_by_itself(const struct dl_phdr_info *info)
{
	bool found = false;
	struct vt__elf elf;

	if (!vt__elf_read(info, &elf))
		return false;
	found = vt__elf_symbol(&elf, "dlsym") != NULL;
	if (!found)
		vt__elf_each_slot(&elf, note_dlvsym, &found);
	return found;
}

static void enter(const struct search *search, const char *path, const char *symbol)
{
	char program[4096];
	ssize_t length;

	if (!path[0]) { /* the program itself */
		length = readlink("/proc/self/exe", program, sizeof(program) - 1);
		program[length < 0 ? 0 : length] = '\0';
		path = program;
	}
	vt__ledger_passage(
		search->ledger,
		&(struct vt__passage){.sort = VT_PASSAGE_IN_FRONT, .path = path, .symbol = symbol});
}

static int look_at_object(struct dl_phdr_info *info, size_t bytes, void *closure)
{
	struct search *search = closure;
	const char *symbol = NULL;
	uintptr_t start, end;

	(void)bytes;
	vt__elf_range(info, &start, &end);
	for (unsigned i = 0; i < search->in_front->count && !symbol; i++) {
		uintptr_t target = search->in_front->met[i].target;

		if (target >= start && target < end &&
		    search->in_front->met[i].from != info->dlpi_addr)
			symbol = search->in_front->met[i].symbol;
	}
	if (!symbol || vt__takes_lookups(info->dlpi_name) || came_from(start, end) ||
	    !looks_up_by_itself(info) || (strcmp(symbol, "dlsym") != 0 && !vt__names_driver(info)))
		return 0;
	search->count++;
	if (search->ledger)
		enter(search, info->dlpi_name, symbol);
	return 0;
}

unsigned vt__in_front_tell(const struct vt__in_front *in_front, struct vt__ledger *ledger)
{
	struct search search = {.in_front = in_front, .ledger = ledger};

	if (in_front->count)
		dl_iterate_phdr(look_at_object, &search);
	return search.count;
}
