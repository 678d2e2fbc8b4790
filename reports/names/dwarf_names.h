/*
 * Finds the functions at one address of one opened module in its DWARF and
 * symbol table.
 */
#ifndef VT_REPORTS_DWARF_NAMES_H
#define VT_REPORTS_DWARF_NAMES_H

#include <elfutils/libdwfl.h>

#include "reports/names/symbolizer.h"

/* A call into deeper than this many inlined functions loses the outermost. */
#define VT__INLINED_MAX 64

struct vt__symbol_index;

/* Where the compilation units and symbols of a module lie; zero it before the first use. */
struct vt__units {
	struct vt__unit_range *ranges;
	size_t count;
	bool built;
	bool damaged;                     /* units or lines could not be read */
	struct vt__symbol_index *symbols; /* NULL until the first name is asked for */
};

/* Whether the file has a .debug_info section of its own. */
bool vt__has_debug_information(Elf *elf);

void vt__units_release(struct vt__units *units);

/*
 * Fills `symbols` (innermost first) and returns how many, 0 if the address has
 * no name. `function` of each is the caller's to free; `file` lives as long as
 * the module. -ENOMEM.
 */
int vt__dwarf_names(Dwfl_Module *module, struct vt__units *units, uint64_t address,
		    struct vt__symbol symbols[VT__INLINED_MAX]);

#endif
