/*
 * Finds the symbol at an address of a module, after one pass over its symbol tables.
 *
 * libdwfl goes through all of them for each address: seconds, for some hundred addresses
 * of a library with 300,000 symbols. The choice among several is libdwfl's.
 */
#ifndef VT_REPORTS_SYMBOL_INDEX_H
#define VT_REPORTS_SYMBOL_INDEX_H

#include <elfutils/libdwfl.h>

struct vt__symbol_index;

/* NULL if out of memory. The module must outlive it. */
struct vt__symbol_index *vt__symbol_index_new(Dwfl_Module *module);
void vt__symbol_index_free(struct vt__symbol_index *index);

/* The symbol whose range holds the address, else the nearest label before it in its section.
 * Loan from the module; NULL: there is none. */
const char *vt__symbol_index_find(const struct vt__symbol_index *index, Dwarf_Addr address);

#endif
