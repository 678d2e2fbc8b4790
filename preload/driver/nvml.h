/*
 * NVML, the driver's management library: how much of a device this process and
 * others have. Loaded at run time, with the driver's
 * functions or when it is first asked.
 *
 * Between two questions NVML is shut down, so that it keeps no file open in the
 * program. A question takes some 10 ms, most of it NVML's start (measured on a
 * machine with one H200).
 *
 * Thread-safe; asked outside of every lock. Leaves errno alone.
 */
#ifndef VT_PRELOAD_NVML_H
#define VT_PRELOAD_NVML_H

#include <stdbool.h>
#include <stdint.h>

/* What NVML does not tell: its own word for it, and that of a recording. */
#define VT__NVML_UNKNOWN UINT64_MAX

/* Bytes of a device, or VT__NVML_UNKNOWN. */
struct vt__nvml_shares {
	uint64_t process_bytes; /* of this process */
	uint64_t other_bytes;   /* of all others */
	uint64_t device_bytes;  /* in use of the device, whoever has them */
};

/* Loads and starts NVML. Returns 0; -ENOENT if there is no library, -EIO if it
 * does not start, -EBUSY while another thread loads it. */
int vt__nvml_begin(void);

/* Loads it, for a thread that asks the loader for something by itself and holds no lock of ours. */
void vt__nvml_load(void);

/* As vt__nvml_begin(), inside of calls that must not wait for the loader: -ENOENT where nobody has
 * loaded it yet. */
int vt__nvml_begin_if_loaded(void);

/* Between begin and end: asks for the device with that UUID. Processes are told
 * apart by their ids: where NVML does not list this one (another namespace of
 * process ids, a MIG instance) nothing is known. */
void vt__nvml_ask(const uint8_t uuid[16], struct vt__nvml_shares *out);

/* A limit that the driver keeps for a cgroup (from CUDA 13.4 on). Bytes. */
struct vt__nvml_limit {
	uint64_t hard_bytes, soft_bytes, used_bytes;
};

/* The same of the device's limit for the cgroup with that folder; false: there is none, or NVML is
 * too old to know. And what the device has in all. */
bool vt__nvml_limit(const uint8_t uuid[16], const char *folder, struct vt__nvml_limit *out);
bool vt__nvml_total(const uint8_t uuid[16], uint64_t *bytes);

/* For each begin that returned 0. */
void vt__nvml_end(void);

#endif
