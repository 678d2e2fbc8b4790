/*
 * The part of the recording's format about faults of a device: the errors that say of one, and
 * what had been freed before.
 *
 * A fault is a FINDING of class VT_FINDING_FAULT, one for each context that met it.
 */
#ifndef VT_LEDGER_FORMAT_FAULTS_H
#define VT_LEDGER_FORMAT_FAULTS_H

#include <stdint.h>

/* Errors after which the context, or the process, can do nothing more with its device: each call
 * from then on ends with them. VT_FAULT(CUresult, name in JSON, words) */
#define VT_FAULTS(VT_FAULT)                                                                        \
	VT_FAULT(214, "ecc_uncorrectable", "an ECC error of the memory that cannot be corrected")  \
	VT_FAULT(220, "nvlink_uncorrectable", "an NVLink error that cannot be corrected")          \
	VT_FAULT(226, "contained", "an error of the device that it contained")                     \
	VT_FAULT(700, "illegal_address", "a load or store at an illegal address")                  \
	VT_FAULT(702, "launch_timeout", "a kernel that ran past the time limit")                   \
	VT_FAULT(710, "assert", "an assert in a kernel")                                           \
	VT_FAULT(714, "hardware_stack_error",                                                      \
		 "a corrupt stack, or one that ran over, in a kernel")                             \
	VT_FAULT(715, "illegal_instruction", "an illegal instruction in a kernel")                 \
	VT_FAULT(716, "misaligned_address", "a load or store at a misaligned address")             \
	VT_FAULT(717, "invalid_address_space",                                                     \
		 "an instruction for some address spaces alone, at an address of another")         \
	VT_FAULT(718, "invalid_pc", "a program counter that left its address space")               \
	VT_FAULT(719, "launch_failed", "an exception in a kernel")                                 \
	VT_FAULT(721, "tensor_memory_leak", "a kernel that kept tensor memory")                    \
	VT_FAULT(810, "mps_client_terminated", "the end of this client by the MPS server")         \
	VT_FAULT(911, "external_device", "an error of another device (async error)")

/* What a free was; of a context's end nothing is known but that. */
enum vt_freed_how {
	VT_FREED_BY_PROGRAM = 0,
	VT_FREED_BY_RESET = 1,
};

/* Bits of vt_format_freed.flags */
enum vt_freed_flag {
	VT_FREED_FENCED = 1, /* its addresses are kept out of use (option quarantine) */
};

/* Frees that are kept with a fault: the latest. */
#define VT_FORMAT_FREED_MOST 1024u

/* Memory that had been freed before a fault. Of one finding the latest free comes first. */
struct vt_format_freed {
	uint32_t finding;    /* number of the FINDING */
	uint32_t site;       /* number of the SITE that allocated it */
	uint32_t free_stack; /* VT_FORMAT_NONE: not known */
	uint32_t how;        /* enum vt_freed_how */
	uint64_t address;
	uint64_t bytes;
	/* It was freed between these two, as far as it is known: 0 and the time of the fault. */
	uint64_t after_ns;
	uint64_t before_ns;
	uint32_t flags;
	uint32_t reserved;
};

_Static_assert(sizeof(struct vt_format_freed) == 56, "no hidden padding");

#endif
