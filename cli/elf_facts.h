/* What an ELF file says of itself that matters to tracking. */
#ifndef VT_CLI_ELF_FACTS_H
#define VT_CLI_ELF_FACTS_H

#include <stdbool.h>

struct vt__elf_facts {
	bool has_build_id;
	bool has_lines;         /* debug information in it */
	bool has_debug_link;    /* names a file that has it */
	bool has_functions;     /* a table of symbols: it is not stripped */
	bool has_unwind_tables; /* .eh_frame */
	bool has_device_code;   /* made by nvcc */
	bool names_driver;      /* the text libcuda.so: it opens it, or a runtime in it does */
	bool has_runtime;       /* defines functions of the CUDA runtime */
	bool answers_lookups;   /* defines dlsym or dlvsym */
	bool wraps_driver;      /* defines functions of the driver that allocate or look up */
	bool opens_namespaces;  /* uses dlmopen */
	bool has_asan, has_other_sanitizer; /* uses or defines the start of one */
	bool is_python;                     /* defines Python's interpreter */
};

/* 0 or -errno; -ENOEXEC: no ELF file. */
int vt__elf_facts_read(const char *path, struct vt__elf_facts *out);

#endif
