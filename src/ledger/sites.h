/*
 * Call sites: one record for each stack, device, API and kind together.
 *
 * Not thread-safe: the ledger's lock covers it.
 */
#ifndef VT_LEDGER_SITES_H
#define VT_LEDGER_SITES_H

#include <stdint.h>

#include "ledger/stacks.h"
#include "ledger/store.h"
#include "ledger/strings.h"

struct vt__site_node;

struct vt__sites {
	struct vt__site_node *table;
};

/* The number of the site, made if there is none; VT_FORMAT_NONE when it could
 * not be kept. `api` is a static string. */
uint32_t vt__sites_look_up(struct vt__sites *sites, struct vt__store *store,
			   struct vt__strings *strings, struct vt__stack_node *stack,
			   uint32_t device, const char *api, uint32_t kind, uint64_t now_ns);

static inline uint32_t vt__sites_find(struct vt__sites *sites, struct vt__store *store,
				      struct vt__strings *strings, struct vt__stack_node *stack,
				      uint32_t device, const char *api, uint32_t kind,
				      uint64_t now_ns)
{
	if (stack->site != VT_FORMAT_NONE && stack->site_api == api &&
	    stack->site_device == device && stack->site_kind == kind)
		return stack->site;
	return vt__sites_look_up(sites, store, strings, stack, device, api, kind, now_ns);
}

#endif
