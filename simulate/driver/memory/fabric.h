/* Handles of a fabric, which go from process to process as bytes. */
#ifndef VT_SIMULATE_FABRIC_H
#define VT_SIMULATE_FABRIC_H

#include "simulate/driver/memory/memory_file.h"
#include "simulate/driver/state.h"

/* Whether memory can be shared by these types of handles (option fabric). Called entered. */
CUresult vt__handle_types_possible(unsigned long long types);

/* The bytes of a handle for a whole file of this process. */
CUresult vt__fabric_export(enum vt__name_purpose purpose, int file, void *handle);

/* Opens what such bytes name, held as long as the file is open here; a descriptor, or -EINVAL. */
int vt__fabric_open(enum vt__name_purpose purpose, const void *handle);

#endif
