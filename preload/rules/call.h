/*
 * One call of a wrapped driver function, and the rules that say what it means.
 *
 * A rule sees a call twice: before the driver is asked, and after it answered.
 * The wrappers (wrappers.c) and the CUPTI source call the same rules, so that
 * a function means the same however it was seen. `arguments` points at the
 * function's symbol_params struct.
 *
 * Rules run only for a thread's outermost call, leave errno alone, and never
 * fail: an error is a counted loss in the recording.
 */
#ifndef VT_PRELOAD_CALL_H
#define VT_PRELOAD_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "unwind/unwind.h"
#include "preload/recorder/accounts.h"
#include "preload/life/begin.h"
#include "preload/driver/driver.h"
#include "preload/recorder/fence.h"
#include "preload/recorder/measure.h"
#include "preload/recorder/pool_table.h"
#include "preload/recorder/record.h"
#include "preload/recorder/refusal.h"
#include "preload/rules/vmm_table.h"

/* A copy of the driver's functions; a process has two when a namespace of its
 * own (dlmopen) brought a second libcuda. */
struct vt__call {
	const struct vt__driver *driver; /* the copy that was called */
	const struct vt__api *api;
	struct vt__unwind_start start;
	CUresult result;  /* what the program gets; for `before`, only if it returns false */
	uint8_t injected; /* enum vt_injected: the driver was not asked, this tool refused the call
			   */
	/* from `before` to `after` */
	struct {
		struct vt__seen_free freed;
		struct vt__pool pool;
		struct vt__graph_exec *graph_exec; /* graphs.c */
		int route;                         /* streams.c, ipc.c */
		bool flag;
		struct vt__vmm_release release;
	} kept;
	struct vt__measured measured; /* of rare calls alone */
};

struct vt__rules {
	struct vt__api api;
	/* Whether the driver is to be asked; NULL: yes. Where CUPTI tells of calls
	 * it is always asked: refusals and the quarantine are off then. */
	bool (*before)(struct vt__call *call, const void *arguments);
	void (*after)(struct vt__call *call, const void *arguments); /* NULL: nothing */
};

/* vt__rules_SYMBOL, for each row of VT_DRIVER_API; and what they do, as functions that the linker
 * can make part of the wrappers: whether the driver is to be asked, and after it was. */
#define API(symbol, parameters, arguments)                                                         \
	extern const struct vt__rules vt__rules_##symbol;                                          \
	bool vt__before_##symbol(struct vt__call *call, const void *seen);                         \
	void vt__after_##symbol(struct vt__call *call, const void *seen);
VT_DRIVER_API(API)
#undef API

#define VT__RULES_AS_FUNCTIONS(symbol)                                                             \
	inline bool vt__before_##symbol(struct vt__call *call, const void *arguments)              \
	{                                                                                          \
		return !vt__rules_##symbol.before || vt__rules_##symbol.before(call, arguments);   \
	}                                                                                          \
	inline void vt__after_##symbol(struct vt__call *call, const void *arguments)               \
	{                                                                                          \
		if (vt__rules_##symbol.after)                                                      \
			vt__rules_##symbol.after(call, arguments);                                 \
	}

/* ---- Rules that most functions have --------------------------------------
 * In the expressions `p` is the symbol_params struct. */

/* An allocation: enters `bytes` at `address` after a success, a finding where
 * there was no memory. `asked`: bytes known before the call. */
#define VT__RULES_ALLOCATES(symbol, space_, kind_, address_, asked_, bytes_)                       \
	static bool before_##symbol(struct vt__call *call, const void *arguments)                  \
	{                                                                                          \
		const symbol##_params *p = (const symbol##_params *)arguments;                     \
                                                                                                   \
		(void)p;                                                                           \
		return !vt__refusal_wanted() || vt__call_allowed(call, VT_KIND_##kind_, asked_);   \
	}                                                                                          \
	VT__AFTER_ALLOCATES(symbol, kind_, address_, asked_, bytes_)                               \
	VT__RULES(symbol, space_, VT_KIND_##kind_, before_##symbol, after_##symbol)

/* The latter half of it: after_SYMBOL. */
#define VT__AFTER_ALLOCATES(symbol, kind_, address_, asked_, bytes_)                               \
	static void after_##symbol(struct vt__call *call, const void *arguments)                   \
	{                                                                                          \
		const symbol##_params *p = (const symbol##_params *)arguments;                     \
		struct vt__seen_allocation seen = {.kind = VT_KIND_##kind_,                        \
						   .device = VT__DEVICE_CURRENT};                  \
                                                                                                   \
		if (call->result == CUDA_SUCCESS) {                                                \
			seen.address = (uint64_t)(address_);                                       \
			seen.bytes = (bytes_);                                                     \
		} else if (vt__is_worth_recording(call->result)) {                                 \
			seen.bytes = (asked_);                                                     \
		}                                                                                  \
		vt__call_allocated(call, &seen);                                                   \
	}

/* A free of what lies at `address`. */
#define VT__RULES_FREES(symbol, space_, address_)                                                  \
	static bool before_##symbol(struct vt__call *call, const void *arguments)                  \
	{                                                                                          \
		const symbol##_params *p = (const symbol##_params *)arguments;                     \
                                                                                                   \
		return vt__call_freeing(call, (uint64_t)(address_));                               \
	}                                                                                          \
	VT__RULES_AS_FUNCTIONS(symbol)                                                             \
	const struct vt__rules vt__rules_##symbol = {                                              \
		{#symbol, VT__SPACE_##space_, -1}, before_##symbol, vt__call_freed}

/* A call that makes something is over, measured or not. */
static inline void vt__call_measured(const struct vt__call *call, enum vt_charge what,
				     uint64_t context)
{
	const struct vt__making making = {.what = what,
					  .api = call->api,
					  .start = &call->start,
					  .context = context,
					  .made = call->result == CUDA_SUCCESS};

	vt__measure_made(&call->measured, &making);
}

/* Any other: `before` and `after` are functions of the file, or NULL. */
#define VT__RULES(symbol, space_, kind_, before_, after_)                                          \
	VT__RULES_AS_FUNCTIONS(symbol)                                                             \
	const struct vt__rules vt__rules_##symbol = {                                              \
		{#symbol, VT__SPACE_##space_, kind_}, before_, after_}

/* The parts that those are made of (call.c). */

/* Whether an allocation of `bytes` may go to the driver. If not, the call's
 * result is set. */
bool vt__call_allowed(struct vt__call *call, enum vt_kind kind, uint64_t bytes);

/* Whether the allocation was made here, at addresses of its own (option
 * quarantine=): then its result and address are set. */
bool vt__call_mapped(struct vt__call *call, CUdeviceptr *address, uint64_t bytes);

/* Takes the account that is due, and prints the report that was asked for. */
VT__APART void vt__call_do(enum vt__due due, const struct vt__seen_allocation *seen);

/* The driver did not do it: whether the device met a fault. */
VT__SELDOM void vt__call_failed(const struct vt__call *call);

/* The first thing that is told of the process, or a refusal. */
VT__SELDOM void vt__call_first_or_refused(const struct vt__call *call,
					  struct vt__seen_allocation *seen);

/* Enters what the call allocated, or was refused. */
static inline void vt__call_allocated(const struct vt__call *call, struct vt__seen_allocation *seen)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	enum vt__due due;

	if (VT__UNLIKELY(call->result != CUDA_SUCCESS) || VT__UNLIKELY(!ledger)) {
		vt__call_first_or_refused(call, seen);
		return;
	}
	due = vt__record_allocation(ledger, call->api, seen, &call->start);
	if (VT__UNLIKELY(due != VT__DUE_NOTHING))
		vt__call_do(due, seen);
}

/* Writes down what is about to be freed, until vt__call_freed(). */
VT__SELDOM void vt__call_intend(struct vt__call *call);

/* Takes what is to be freed out of the ledger. Whether the driver is to be
 * asked: not if the free is put off (option quarantine=). */
static inline bool vt__call_freeing(struct vt__call *call, uint64_t address)
{
	if (VT__UNLIKELY(!vt__record_freeing(call->api, address, &call->start, &call->kept.freed)))
		vt__call_intend(call);
	return VT__LIKELY(!vt__fence_wanted()) || call->api->space != VT__SPACE_DEVICE ||
	       !vt__fence_free(call->driver, address, &call->result);
}

/* The same of a handle, which is written down in any case. */
bool vt__call_freeing_handle(struct vt__call *call, uint64_t address);

/* Bytes of the allocation at `address` by the driver's word, 0 if it does not tell. */
uint64_t vt__call_size_at(const struct vt__call *call, CUdeviceptr address);

/* Ordinal of the device of the memory at `address`; VT__DEVICE_CURRENT if the
 * driver does not tell. */
int32_t vt__call_device_at(const struct vt__call *call, CUdeviceptr address);

/* The end of a free that vt__call_freeing() began. Has the form of a rule. */
void vt__call_freed(struct vt__call *call, const void *arguments);

#endif
