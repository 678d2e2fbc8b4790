/*
 * Finds the functions at one address of one opened module in its DWARF and
 * symbol table.
 */
#include "config.h"

#include "reports/names/dwarf_names.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/names/demangle.h"
#include "reports/names/symbol_index.h"

struct vt__unit_range {
	Dwarf_Addr start; /* of the module, bias added */
	Dwarf_Addr end;
	Dwarf_Off unit; /* offset of its DIE in .debug_info */
};

/* ---- The compilation unit of an address ----------------------------------- */

static bool add_range(struct vt__units *units, size_t *capacity, struct vt__unit_range range)
{
	if (units->count == *capacity) {
		const size_t more = *capacity ? *capacity * 2 : 64;
		struct vt__unit_range *grown = reallocarray(units->ranges, more, sizeof(*grown));

		if (!grown)
			return false;
		units->ranges = grown;
		*capacity = more;
	}
	units->ranges[units->count++] = range;
	return true;
}

static int by_start(const void *left, const void *right)
{
	const struct vt__unit_range *a = left, *b = right;

	return a->start < b->start ? -1 : a->start > b->start;
}

bool vt__has_debug_information(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t strings;

	if (elf_getshdrstrndx(elf, &strings))
		return false;
	while ((section = elf_nextscn(elf, section))) {
		const char *name = gelf_getshdr(section, &header)
					   ? elf_strptr(elf, strings, header.sh_name)
					   : NULL;

		if (name && !strcmp(name, ".debug_info") && header.sh_type != SHT_NOBITS)
			return true;
	}
	return false;
}

/* Clang and rustc write no .debug_aranges, which libdw's own look-up needs. */
static void build_units(Dwfl_Module *module, Dwarf *dwarf, struct vt__units *units)
{
	bool met = false;
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;
	size_t capacity = 0;

	units->built = true;
	while ((unit = dwfl_module_nextcu(module, unit, &bias))) {
		Dwarf_Addr base, start, end;
		ptrdiff_t at = 0;

		met = true;
		units->damaged |= dwarf_tag(unit) == DW_TAG_invalid;
		while ((at = dwarf_ranges(unit, at, &base, &start, &end)) > 0) {
			const struct vt__unit_range range = {start + bias, end + bias,
							     dwarf_dieoffset(unit)};

			if (start < end && !add_range(units, &capacity, range))
				return;
		}
	}
	if (!met && vt__has_debug_information(dwarf_getelf(dwarf)))
		units->damaged = true;
	if (units->count)
		qsort(units->ranges, units->count, sizeof(*units->ranges), by_start);
}

void vt__units_release(struct vt__units *units)
{
	vt__symbol_index_free(units->symbols);
	free(units->ranges);
	memset(units, 0, sizeof(*units));
}

/* libdw takes the nearest unit that .debug_aranges has, also for code of a unit that is
 * not in there, between or after those that are. */
static bool holds(Dwarf_Die *unit, Dwarf_Addr address)
{
	return dwarf_haspc(unit, address) > 0 ||
	       (!dwarf_hasattr(unit, DW_AT_low_pc) && !dwarf_hasattr(unit, DW_AT_ranges));
}

static bool look_up_unit(Dwfl_Module *module, struct vt__units *units, Dwarf_Addr address,
			 Dwarf_Die *unit, Dwarf_Addr *bias)
{
	Dwarf *dwarf = dwfl_module_getdwarf(module, bias);
	Dwarf_Die *known = dwfl_module_addrdie(module, address, bias);
	size_t low = 0;

	if (known && dwarf_tag(known) == DW_TAG_invalid)
		units->damaged = true;
	else if (known && holds(known, address - *bias)) {
		*unit = *known;
		return true;
	}
	if (!dwarf)
		return false;
	if (!units->built)
		build_units(module, dwarf, units);
	for (size_t high = units->count; low < high;) {
		const size_t middle = low + (high - low) / 2;

		if (units->ranges[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low && address < units->ranges[low - 1].end &&
	       dwarf_offdie(dwarf, units->ranges[low - 1].unit, unit);
}

/* ---- Names ----------------------------------------------------------------- */

/* libdwfl gives the nearest symbol before an address, however far. */
static bool is_code(Dwfl_Module *module, Dwarf_Addr address)
{
	Dwarf_Addr bias;
	Elf_Scn *section = dwfl_module_address_section(module, &address, &bias);
	GElf_Shdr header;

	return section && gelf_getshdr(section, &header) && header.sh_flags & SHF_EXECINSTR;
}

static const char *symbol_at(Dwfl_Module *module, const struct vt__units *units, Dwarf_Addr address)
{
	return is_code(module, address) ? vt__symbol_index_find(units->symbols, address) : NULL;
}

static const char *linkage_name(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	const char *name = NULL;

	if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute) ||
	    dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute))
		name = dwarf_formstring(&attribute);
	return name;
}

/* The DIE that was written, for one that the compiler derived from it. */
static Dwarf_Die origin_of(Dwarf_Die *die)
{
	static const unsigned links[] = {DW_AT_abstract_origin, DW_AT_specification};
	Dwarf_Die origin = *die;

	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		Dwarf_Attribute attribute;
		Dwarf_Die next;

		if (dwarf_attr(&origin, links[i], &attribute) &&
		    dwarf_formref_die(&attribute, &next))
			origin = next;
	}
	return origin;
}

static bool is_namespace(Dwarf_Die *die)
{
	const int tag = dwarf_tag(die);

	return tag == DW_TAG_namespace || tag == DW_TAG_class_type ||
	       tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

/* "model::Loader::load" from the DIEs around a function; the caller frees it. */
static char *qualified_name(Dwarf_Die *die)
{
	Dwarf_Die origin = origin_of(die), *around = NULL;
	const char *name = dwarf_diename(die);
	const int count = name ? dwarf_getscopes_die(&origin, &around) : 0;
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	for (int i = count - 1; out && i > 0; i--)
		if (is_namespace(&around[i]))
			fprintf(out, "%s::",
				dwarf_diename(&around[i]) ? dwarf_diename(&around[i])
							  : "(anonymous namespace)");
	free(around);
	if (!out)
		return NULL;
	fputs(name ? name : "", out);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

/*
 * The linkage name has namespaces and parameters. Functions that no other file
 * can call have none; if they are not inlined, the symbol table may. NULL if
 * out of memory, "" if there is no name.
 */
static char *name_of(Dwarf_Die *die, Dwfl_Module *module, const struct vt__units *units,
		     Dwarf_Addr address)
{
	const char *name = linkage_name(die);

	if (!name && dwarf_tag(die) == DW_TAG_subprogram) {
		name = symbol_at(module, units, address);
		if (name && !vt__is_mangled(name))
			name = NULL;
	}
	return name ? vt__demangle(name) : qualified_name(die);
}

static void line_at(Dwarf_Die *unit, Dwarf_Addr address, struct vt__symbol *symbol,
		    struct vt__units *units)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, address);
	Dwarf_Lines *lines;
	size_t count;
	int number = 0;

	if (!line) {
		units->damaged |= dwarf_hasattr(unit, DW_AT_stmt_list) &&
				  dwarf_getsrclines(unit, &lines, &count);
		return;
	}
	symbol->file = dwarf_linesrc(line, NULL, NULL);
	if (!dwarf_lineno(line, &number) && number > 0)
		symbol->line = (uint32_t)number;
}

/* Where the function of `die` was inlined: a line of the next function. */
static void call_of(Dwarf_Die *die, Dwarf_Die *unit, struct vt__symbol *caller)
{
	Dwarf_Attribute attribute;
	Dwarf_Files *files;
	Dwarf_Word number;
	size_t count;

	if (dwarf_attr(die, DW_AT_call_file, &attribute) && !dwarf_formudata(&attribute, &number) &&
	    !dwarf_getsrcfiles(unit, &files, &count) && number < count)
		caller->file = dwarf_filesrc(files, number, NULL, NULL);
	if (dwarf_attr(die, DW_AT_call_line, &attribute) && !dwarf_formudata(&attribute, &number) &&
	    number <= UINT32_MAX)
		caller->line = (uint32_t)number;
}

/* From the innermost scope outwards to the unit, through inlined calls. */
static int scopes_at(Dwarf_Die *unit, Dwarf_Addr address, Dwarf_Die **scopes)
{
	Dwarf_Die *found = NULL;
	int count = dwarf_getscopes(unit, address, &found);

	/* That list leaves the inlined call for where its function was written;
	 * the chain of the innermost one itself stays with the callers. */
	*scopes = NULL;
	if (count > 0) {
		Dwarf_Die innermost = found[0];

		count = dwarf_getscopes_die(&innermost, scopes);
	}
	free(found);
	return count;
}

static int names_from_scopes(Dwfl_Module *module, Dwarf_Die *unit, struct vt__units *units,
			     Dwarf_Addr address, Dwarf_Addr bias,
			     struct vt__symbol symbols[VT__INLINED_MAX])
{
	Dwarf_Die *scopes;
	const int count = scopes_at(unit, address - bias, &scopes);
	int used = 0;

	line_at(unit, address - bias, &symbols[0], units);
	for (int i = 0; i < count && used < VT__INLINED_MAX; i++) {
		const int tag = dwarf_tag(&scopes[i]);
		char *name;

		if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
			continue;
		name = name_of(&scopes[i], module, units, address);
		if (!name) {
			free(scopes);
			return -ENOMEM;
		}
		symbols[used].function = *name ? name : NULL;
		if (!*name)
			free(name);
		symbols[used++].inlined = tag == DW_TAG_inlined_subroutine;
		if (tag == DW_TAG_subprogram)
			break;
		if (used < VT__INLINED_MAX)
			call_of(&scopes[i], unit, &symbols[used]);
	}
	free(scopes);
	return used;
}

int vt__dwarf_names(Dwfl_Module *module, struct vt__units *units, uint64_t address,
		    struct vt__symbol symbols[VT__INLINED_MAX])
{
	Dwarf_Addr bias = 0;
	Dwarf_Die unit;
	const char *name;
	int count = 0;

	memset(symbols, 0, VT__INLINED_MAX * sizeof(*symbols));
	if (!units->symbols)
		units->symbols = vt__symbol_index_new(module);
	if (!units->symbols)
		return -ENOMEM;
	if (look_up_unit(module, units, address, &unit, &bias))
		count = names_from_scopes(module, &unit, units, address, bias, symbols);
	if (count)
		return count;
	name = symbol_at(module, units, address);
	if (!name)
		return symbols[0].file ? 1 : 0;
	symbols[0].function = vt__demangle(name);
	return symbols[0].function ? 1 : -ENOMEM;
}
