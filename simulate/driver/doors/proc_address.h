/* Every exported name of the driver by base name, CUDA version and stream mode. */
#ifndef VT_SIMULATE_PROC_ADDRESS_H
#define VT_SIMULATE_PROC_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

struct vt__proc_address {
	const char *base;
	int version;     /* the lowest that gets this one */
	bool per_thread; /* only with the per-thread default stream flag */
	void (*address)(void);
};

extern const struct vt__proc_address vt__proc_addresses[];
extern const size_t vt__proc_address_count;

#endif
