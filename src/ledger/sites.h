/*
 * Call sites: one record for each stack, device, API and kind together.
 *
 * Not thread-safe: the ledger's lock covers it.
 */
#ifndef VT_LEDGER_SITES_H
#define VT_LEDGER_SITES_H

#include <stdint.h>

#include "recording/store.h"
#include "ledger/strings.h"

struct vt__site_node;

struct vt__sites {
	struct vt__site_node *table;
};

/* What makes a site beside its stack, and where its records are: records stay
 * where they are for as long as there is a recording. */
struct vt__site_use {
	struct vt_format_site *record;
	struct vt_format_device *device_record;
	const char *api; /* NULL: there is no site */
	int32_t device;  /* ordinal */
	uint32_t kind;
	uint32_t number; /* of the record */
};

/* The number of the site, made if there is none; VT_FORMAT_NONE when it could
 * not be kept. `stack` and `device` are numbers of records, `api` a static string. */
uint32_t vt__sites_find(struct vt__sites *sites, struct vt__store *store,
			struct vt__strings *strings, uint32_t stack, uint32_t device,
			const char *api, uint32_t kind, uint64_t now_ns);

#endif
