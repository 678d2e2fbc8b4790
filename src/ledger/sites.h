/*
 * Call sites: one record for each stack, device, API and kind together.
 *
 * Not thread-safe: the ledger's lock covers it.
 */
#ifndef VT_LEDGER_SITES_H
#define VT_LEDGER_SITES_H

#include <stdint.h>

#include "ledger/ledger.h"
#include "recording/store.h"
#include "ledger/strings.h"

struct vt__site_node;

struct vt__sites {
	struct vt__site_node *table;
};

/* Where a site's changes are counted: records stay where they are for as long as there is a
 * recording. In 28 bytes, that a node of a stack has them in one line of the cache. */
struct vt__site_places {
	struct vt_format_site *site;
	struct vt_format_total *kind;   /* of the device */
	struct vt_format_total *bucket; /* of the device */
	struct vt__what what;
} __attribute__((packed, aligned(4)));

/* A site, and what makes one beside its stack and that. Of a stack that only frees: the site that
 * was freed last. */
struct vt__site_use {
	struct vt__site_places places;
	uint32_t number; /* of the record */
	const char *api; /* of what allocates; NULL: no site is used to allocate */
};

/* The number of the site, made if there is none; VT_FORMAT_NONE when it could
 * not be kept. `stack` and `device` are numbers of records, `api` a static string. */
uint32_t vt__sites_find(struct vt__sites *sites, struct vt__store *store,
			struct vt__strings *strings, uint32_t stack, uint32_t device,
			const char *api, uint32_t kind, uint64_t now_ns);

#endif
