/*
 * What the simulated driver tells the simulated NVML: how full each device is. NVML finds
 * struct vt__accounts by the symbol VT_ACCOUNTS_SYMBOL; the types are plain, for neither side
 * includes the other's headers.
 *
 * A simulated device belongs to one process: another process that uses the simulated driver
 * has devices of its own and does not appear. What the options other_memory and other_process
 * say stands for everyone else.
 */
#ifndef VT_SIMULATE_ACCOUNTS_H
#define VT_SIMULATE_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#define VT_ACCOUNTS_SYMBOL "vramtrack_simulated_accounts"

struct vt__device_account {
	size_t total;   /* bytes */
	size_t own;     /* taken by this process, as NVML counts it */
	size_t managed; /* managed memory on the device, and what else is in no process's figure */
	size_t other;   /* taken by the other process */
	bool in_use;    /* this process has a context on it, or memory without one */
};

struct vt__accounts {
	size_t size; /* of this struct */

	/*
	 * The account of a device; false if this process has not initialised the driver, or
	 * there is no such device. After the driver's shutdown at exit it is the last state:
	 * memory is given back by the end of the process. Thread-safe.
	 */
	bool (*device)(int ordinal, struct vt__device_account *account);
};

#endif
