/*
 * The table of cuGetProcAddress. It names every exported symbol without its type, and so
 * includes no header that declares them.
 */
#include "config.h"

#include "simulate/driver/doors/proc_address.h"

#define LEGACY(base, version, symbol) void symbol(void);
#define PER_THREAD LEGACY
#include "toolkit/include/vt_driver_versions.h"
#undef LEGACY
#undef PER_THREAD

const struct vt__proc_address vt__proc_addresses[] = {
#define LEGACY(base, version, symbol) {#base, version, false, symbol},
#define PER_THREAD(base, version, symbol) {#base, version, true, symbol},
#include "toolkit/include/vt_driver_versions.h"
#undef LEGACY
#undef PER_THREAD
};

const size_t vt__proc_address_count = sizeof(vt__proc_addresses) / sizeof(vt__proc_addresses[0]);
