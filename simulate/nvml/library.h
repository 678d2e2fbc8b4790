/* What the parts of the simulated NVML share: its life and the state of the devices. */
#ifndef VT_SIMULATE_NVML_LIBRARY_H
#define VT_SIMULATE_NVML_LIBRARY_H

#include "simulate/common/accounts.h"
#include "simulate/nvml/nvml.h"

/* Whether nvmlInit was called more often than nvmlShutdown. Thread-safe. */
bool vt__nvml_running(void);

/* Number of devices, from VRAMTRACK_SIMULATE. */
unsigned int vt__nvml_devices(void);

/* The driver's limit of each device, 0: none. */
unsigned long long vt__nvml_limit_of_cgroup(void);

/* Process id of the other process. */
unsigned int vt__nvml_other_process(void);

/*
 * The account of a device: the driver's, or that of an idle device while this process has
 * not initialised the driver.
 */
struct vt__device_account vt__nvml_account(int ordinal);

/* Copies a text with its end; NVML_ERROR_INSUFFICIENT_SIZE if the room is too small. */
nvmlReturn_t vt__nvml_text(const char *text, char *room, unsigned int length);

#endif
