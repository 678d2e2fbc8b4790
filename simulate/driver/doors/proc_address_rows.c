/*
 * The table of cuGetProcAddress. It names every exported symbol without its type, and so
 * includes no header that declares them.
 */
#include "config.h"

#include "simulate/driver/doors/proc_address.h"
#include "simulate/driver/doors/proc_address_memory.h"
#include "simulate/driver/doors/proc_address_program.h"
#include "simulate/driver/doors/proc_address_stream.h"

#define ALL(LEGACY, PER_THREAD)                                                                    \
	VT_PROC_ADDRESS_MEMORY(LEGACY, PER_THREAD)                                                 \
	VT_PROC_ADDRESS_PROGRAM(LEGACY, PER_THREAD)                                                \
	VT_PROC_ADDRESS_STREAM(LEGACY, PER_THREAD)

#define DECLARE(base, version, suffix) void base##suffix(void);
ALL(DECLARE, DECLARE)

#define LEGACY_ROW(base, version, suffix) {#base, version, false, base##suffix},
#define PER_THREAD_ROW(base, version, suffix) {#base, version, true, base##suffix},
const struct vt__proc_address vt__proc_addresses[] = {ALL(LEGACY_ROW, PER_THREAD_ROW)};

const size_t vt__proc_address_count = sizeof(vt__proc_addresses) / sizeof(vt__proc_addresses[0]);
