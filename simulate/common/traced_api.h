/*
 * Every exported function of the driver, once: what CUPTI can report. The doors
 * (driver_doors.c) and the names of the functions themselves (traced_names.h) come from here.
 *
 * A new exported function gets a row in one of the three files, and is then written under its
 * public name like all others.
 */
#ifndef VT_SIMULATE_TRACED_API_H
#define VT_SIMULATE_TRACED_API_H

#include "simulate/common/traced_memory.h"
#include "simulate/common/traced_program.h"
#include "simulate/common/traced_stream.h"

#define VT_TRACED(CALL, BARE)                                                                      \
	VT_TRACED_MEMORY(CALL, BARE) VT_TRACED_PROGRAM(CALL, BARE) VT_TRACED_STREAM(CALL, BARE)

#endif
