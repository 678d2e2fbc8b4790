/*
 * What the audit object (audit.c) asks of the shim. It finds the table in the
 * shim's symbols, since the two lie in namespaces of their own and share no
 * library; both belong to one version of this package.
 */
#ifndef VT_PRELOAD_AUDIT_H
#define VT_PRELOAD_AUDIT_H

#include <link.h>
#include <stdbool.h>
#include <stdint.h>

#define VT__AUDIT_INTERFACE "vramtrack_audit_interface"
#define VT__AUDIT_VERSION 1u

struct vt__audit_interface {
	uint32_t version;
	/* Once, before any constructor of the program runs. */
	void (*begin)(void);
	/* The wrapper of the function that `driver` exports as `name`; NULL if it
	 * has none. `in_base`: the driver is in the program's own namespace.
	 * Called inside the loader: takes no lock. */
	void *(*wrapper)(const struct link_map *driver, bool in_base, const char *name);
	/* The driver is about to be unloaded. */
	void (*gone)(const struct link_map *driver);
};

#endif
