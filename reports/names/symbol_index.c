/*
 * Finds the symbol at an address of a module, after one pass over its symbol tables.
 *
 * The pass counts symbols by ranges of addresses, a second one over what was kept puts them
 * there; nothing is sorted. Names are not touched before one is asked for: they are most of
 * the bytes of a symbol table.
 */
#include "config.h"

#include "reports/names/symbol_index.h"

#include <gelf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define RANGES_MOST 65536u
#define SYMBOLS_OF_RANGE 8u /* about */

struct entry {
	GElf_Addr value, size;
	int number;      /* of libdwfl; those that other files see come last */
	uint8_t binding; /* higher is better */
};

struct range {
	size_t first;  /* entry */
	GElf_Addr end; /* the farthest of all entries up to those of this range */
};

struct vt__symbol_index {
	Dwfl_Module *module;
	struct entry *entries;
	struct range *ranges; /* one more than there are */
	size_t count, range_count;
	GElf_Addr low;
	unsigned shift;
	int first_global; /* number */
};

/* ---- The pass ------------------------------------------------------------------ */

static uint8_t binding_of(const GElf_Sym *symbol)
{
	switch (GELF_ST_BIND(symbol->st_info)) {
	case STB_GLOBAL:
		return 3;
	case STB_WEAK:
		return 2;
	case STB_LOCAL:
		return 1;
	default:
		return 0;
	}
}

/* Of a section of the file; not a number, which may be far from all of them. */
static bool is_place(const GElf_Sym *symbol)
{
	const unsigned type = GELF_ST_TYPE(symbol->st_info);

	return symbol->st_name && symbol->st_shndx != SHN_UNDEF && symbol->st_shndx != SHN_ABS &&
	       symbol->st_shndx != SHN_COMMON && type != STT_SECTION && type != STT_FILE &&
	       type != STT_TLS;
}

static bool is_of_arm(Dwfl_Module *module)
{
	GElf_Addr bias;
	GElf_Ehdr header;
	Elf *elf = dwfl_module_getelf(module, &bias);

	return elf && gelf_getehdr(elf, &header) && header.e_machine == EM_AARCH64;
}

/* 64-bit Arm's tables have labels that say where code and data begin, and name nothing: $x, $d,
 * $x.9. */
static bool is_mapping_symbol(const char *name, const GElf_Sym *symbol)
{
	return GELF_ST_TYPE(symbol->st_info) == STT_NOTYPE && symbol->st_size == 0 &&
	       name[0] == '$' && (name[1] == 'x' || name[1] == 'd') &&
	       (name[2] == '\0' || name[2] == '.');
}

static struct entry *read_symbols(struct vt__symbol_index *index, int count)
{
	struct entry *entries = reallocarray(NULL, (size_t)count + 1, sizeof(*entries));
	const bool has_mapping_symbols = is_of_arm(index->module);

	for (int i = 1; entries && i < count; i++) {
		GElf_Sym symbol;
		GElf_Addr value;
		const char *name = dwfl_module_getsym_info(index->module, i, &symbol, &value, NULL,
							   NULL, NULL);

		if (!name || !is_place(&symbol) ||
		    (has_mapping_symbols && is_mapping_symbol(name, &symbol)))
			continue;
		entries[index->count++] = (struct entry){
			.value = value,
			.size = symbol.st_size,
			.number = i,
			.binding = binding_of(&symbol),
		};
	}
	return entries;
}

static size_t range_of(const struct vt__symbol_index *index, GElf_Addr address)
{
	const GElf_Addr range = (address - index->low) >> index->shift;

	return range < index->range_count ? (size_t)range : index->range_count - 1;
}

/* Ranges of a power of two bytes, so many that few symbols begin in each. */
static void choose_ranges(struct vt__symbol_index *index, const struct entry *entries)
{
	GElf_Addr high = 0;
	size_t most = index->count / SYMBOLS_OF_RANGE + 2; /* one would need all 64 bits */

	index->low = UINT64_MAX;
	for (size_t i = 0; i < index->count; i++) {
		const GElf_Addr value = entries[i].value;

		index->low = value < index->low ? value : index->low;
		high = value > high ? value : high;
	}
	most = most < RANGES_MOST ? most : RANGES_MOST;
	while ((high - index->low) >> index->shift >= most)
		index->shift++;
	index->range_count = (size_t)((high - index->low) >> index->shift) + 1;
}

static GElf_Addr end_of(const struct entry *entry)
{
	GElf_Addr end;

	return __builtin_add_overflow(entry->value, entry->size, &end) ? UINT64_MAX : end;
}

/* Puts the entries into their ranges, each range in the order of the table. */
static bool put(struct vt__symbol_index *index, const struct entry *entries)
{
	struct range *ranges = calloc(index->range_count + 1, sizeof(*ranges));
	size_t first = 0;
	GElf_Addr end = 0;

	index->ranges = ranges;
	index->entries = reallocarray(NULL, index->count, sizeof(*entries));
	if (!ranges || !index->entries)
		return false;
	for (size_t i = 0; i < index->count; i++) {
		struct range *range = &ranges[range_of(index, entries[i].value)];

		range->first++; /* how many, for now */
		if (end_of(&entries[i]) > range->end)
			range->end = end_of(&entries[i]);
	}
	for (size_t i = 0; i <= index->range_count; i++) {
		const size_t count = ranges[i].first;

		ranges[i].first = first;
		first += count;
		end = ranges[i].end > end ? ranges[i].end : end;
		ranges[i].end = end;
	}
	for (size_t i = 0; i < index->count; i++)
		index->entries[ranges[range_of(index, entries[i].value)].first++] = entries[i];
	for (size_t i = index->range_count; i > 0; i--)
		ranges[i].first = ranges[i - 1].first;
	ranges[0].first = 0;
	return true;
}

struct vt__symbol_index *vt__symbol_index_new(Dwfl_Module *module)
{
	struct vt__symbol_index *index = calloc(1, sizeof(*index));
	const int count = dwfl_module_getsymtab(module);
	struct entry *entries;
	bool made;

	if (!index)
		return NULL;
	index->module = module;
	index->first_global = dwfl_module_getsymtab_first_global(module);
	if (count < 1 || index->first_global < 0)
		return index;
	entries = read_symbols(index, count);
	made = entries;
	if (made && index->count) {
		choose_ranges(index, entries);
		made = put(index, entries);
	}
	free(entries);
	if (made)
		return index;
	vt__symbol_index_free(index);
	return NULL;
}

void vt__symbol_index_free(struct vt__symbol_index *index)
{
	if (!index)
		return;
	free(index->ranges);
	free(index->entries);
	free(index);
}

/* ---- The choice ------------------------------------------------------------------ */

/* A symbol that begins nearer is better, then one that more files see, then a shorter one. */
static bool is_better(const struct entry *entry, const struct entry *best)
{
	if (!best || entry->value != best->value)
		return !best || entry->value > best->value;
	if (entry->binding != best->binding)
		return entry->binding > best->binding;
	return entry->size != best->size ? entry->size < best->size : entry->number < best->number;
}

/* What is known of an address. */
struct candidates {
	const struct entry *global, *local; /* the best whose range holds it */
	const struct entry *label;          /* the last without a size that is nearest */
	GElf_Addr nearest; /* the end of what begins before it; labels below hide */
};

static bool is_local(const struct vt__symbol_index *index, const struct entry *entry)
{
	return entry->number < index->first_global;
}

static void consider(const struct vt__symbol_index *index, size_t range, GElf_Addr address,
		     struct candidates *candidates)
{
	for (size_t i = index->ranges[range].first; i < index->ranges[range + 1].first; i++) {
		const struct entry *entry = &index->entries[i];
		const struct entry **best = is_local(index, entry) ? &candidates->local
								   : &candidates->global;

		if (entry->value > address)
			continue;
		if (end_of(entry) > candidates->nearest)
			candidates->nearest = end_of(entry);
		if (address - entry->value < entry->size && is_better(entry, *best))
			*best = entry;
	}
}

/* Whether libdwfl meets `entry` later: it looks at those that only their own file sees at last,
 * and not at all if another stands right at the address. */
static bool is_later(const struct vt__symbol_index *index, const struct entry *entry,
		     const struct entry *than, GElf_Addr address)
{
	if (!than || is_local(index, entry) == is_local(index, than))
		return true; /* they come in the order of the table */
	return is_local(index, entry) == (entry->value != address);
}

/* Labels: handwritten assembly has symbols without a size. The last one counts. */
static void look_for_label(const struct vt__symbol_index *index, GElf_Addr address,
			   struct candidates *candidates)
{
	const size_t range = range_of(index, candidates->nearest);

	for (size_t i = index->ranges[range].first; i < index->ranges[range + 1].first; i++) {
		const struct entry *entry = &index->entries[i];

		if (!entry->size && entry->value == candidates->nearest &&
		    is_later(index, entry, candidates->label, address))
			candidates->label = entry;
	}
}

static Elf_Scn *section_of(const struct vt__symbol_index *index, Dwarf_Addr address)
{
	Dwarf_Addr bias;

	return dwfl_module_address_section(index->module, &address, &bias);
}

static bool is_in_its_section(const struct vt__symbol_index *index, const struct entry *label,
			      Dwarf_Addr address)
{
	return section_of(index, label->value) == section_of(index, address);
}

static const struct entry *choose(const struct vt__symbol_index *index, Dwarf_Addr address)
{
	struct candidates candidates = {0};
	size_t range = range_of(index, address);

	consider(index, range, address, &candidates);
	for (; range && index->ranges[range - 1].end > address; range--)
		consider(index, range - 1, address, &candidates);
	if (candidates.global)
		return candidates.global;
	if (range && index->ranges[range - 1].end > candidates.nearest)
		candidates.nearest = index->ranges[range - 1].end;
	if (candidates.nearest <= address && candidates.nearest >= index->low)
		look_for_label(index, address, &candidates);
	if (candidates.label && !is_in_its_section(index, candidates.label, address))
		candidates.label = NULL;
	return candidates.local ? candidates.local : candidates.label;
}

const char *vt__symbol_index_find(const struct vt__symbol_index *index, Dwarf_Addr address)
{
	const struct entry *found = index->count && address >= index->low ? choose(index, address)
									  : NULL;
	GElf_Sym symbol;
	GElf_Addr value;
	const char *name = found ? dwfl_module_getsym_info(index->module, found->number, &symbol,
							   &value, NULL, NULL, NULL)
				 : NULL;

	return name && *name ? name : NULL;
}
