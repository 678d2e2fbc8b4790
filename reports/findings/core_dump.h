/*
 * What a GPU core dump says of the threads that met an exception, and of the multiprocessors.
 *
 * A dump has no address of the memory that was used, but the registers of the threads: a 64-bit
 * address lies in two of them. The file is hostile input, as a recording is.
 */
#ifndef VT_REPORTS_CORE_DUMP_H
#define VT_REPORTS_CORE_DUMP_H

#include <stddef.h>
#include <stdint.h>

#include "reports/text/message.h"

#define VT__CORE_THREADS_MOST 32u /* that are told of */
#define VT__CORE_REGISTERS_MOST 256u
#define VT__CORE_PROCESSORS_MOST 8u

struct vt__core_thread {
	uint32_t exception; /* its own, or that of its warp, 0: not known */
	uint64_t pc;        /* of the error, or where it stands */
	uint32_t block[3], thread[3];
	uint32_t register_count;
	uint32_t registers[VT__CORE_REGISTERS_MOST];
};

/* A multiprocessor that met an exception. Where its warps were gone by the time of the dump,
 * nothing else is told of it: no thread, no register. */
struct vt__core_processor {
	uint64_t number;
	uint32_t exception;
	uint64_t pc; /* 0: not known */
};

struct vt__core_dump {
	struct vt__core_thread *threads;
	size_t count;
	size_t all; /* with an exception, also those that are not told of */
	struct vt__core_processor processors[VT__CORE_PROCESSORS_MOST];
	size_t processor_count;
};

/* 0 and a dump to be released; -EINVAL: it is none, or -errno, and a message in one line. */
int vt__core_dump_read(const char *path, struct vt__core_dump *out,
		       char message[VT__MESSAGE_BYTES]);
void vt__core_dump_release(struct vt__core_dump *dump);

/* "Warp Illegal Address", as cuda-gdb has it; "unknown exception". Static. */
const char *vt__core_exception(uint32_t exception);

#endif
