/* What the calls for physical memory (cuMemCreate) mean, from its handle to its last mapping. */
#include "config.h"

#include "ledger/references.h"
#include "preload/rules/call.h"
#include "preload/recorder/process.h"
#include "preload/rules/sharing.h"
#include "preload/rules/vmm_objects.h"

static void lose(enum vt_loss loss)
{
	struct vt__ledger *ledger = vt__begin_ledger();

	if (ledger)
		vt__ledger_lose(ledger, loss);
}

void vt__vmm_enter(struct vt__call *call, const CUmemGenericAllocationHandle *handle,
		   struct vt__seen_allocation *seen)
{
	if (call->result == CUDA_SUCCESS) {
		seen->address = vt__vmm_add(*handle);
		if (!seen->address) {
			lose(VT_LOSS_ALLOCATIONS);
			return;
		}
	}
	vt__call_allocated(call, seen);
}

static void end(const struct vt__call *call, uint64_t object)
{
	struct vt__seen_free seen;

	vt__record_freeing(call->api, object, &call->start, &seen);
}

void vt__vmm_end(const struct vt__call *call, uint64_t object)
{
	uint64_t bound;

	end(call, object);
	while ((bound = vt__vmm_take_owned(object)) != 0)
		end(call, bound);
}

void vt__vmm_held(bool kept)
{
	if (!kept)
		lose(VT_LOSS_MAPPINGS);
}

void vt__vmm_ended(const struct vt__call *call, const struct vt__vmm_range *range)
{
	uint64_t object;

	if (call->result == CUDA_SUCCESS || vt__is_late(call->result))
		while ((object = vt__vmm_take_ended(range)) != 0)
			vt__vmm_end(call, object);
	else
		vt__vmm_unmark(range);
}

static bool before_create(struct vt__call *call, const void *arguments)
{
	const cuMemCreate_params *p = (const cuMemCreate_params *)arguments;

	return !vt__refusal_wanted() || vt__call_allowed(call, VT_KIND_VMM, p->size);
}

static void after_create(struct vt__call *call, const void *arguments)
{
	const cuMemCreate_params *p = (const cuMemCreate_params *)arguments;
	struct vt__seen_allocation seen = {.bytes = p->size};
	bool device;

	if (!vt__is_worth_recording(call->result))
		return;
	device = p->prop->location.type == CU_MEM_LOCATION_TYPE_DEVICE;
	seen.kind = device ? VT_KIND_VMM : VT_KIND_VMM_HOST;
	seen.device = device ? p->prop->location.id : VT__DEVICE_NONE;
	vt__vmm_enter(call, p->handle, &seen);
}

/* Another process's memory: counted, with no bytes of our own. What this
 * process exported itself can come back under the handle that it has here: one
 * more reference to it. */
struct importing {
	struct vt__call *call;
	CUmemGenericAllocationHandle *handle;
	uint64_t entered; /* number of what is another process's */
};

static void import(const struct vt__stack *stack, void *closure)
{
	struct importing *it = closure;
	struct vt__seen_allocation seen = {.kind = VT_KIND_VMM_IMPORTED,
					   .device = VT__DEVICE_CURRENT};

	if (vt__vmm_refer(*it->handle, stack))
		return;
	vt__vmm_enter(it->call, it->handle, &seen);
	it->entered = seen.address;
}

static void after_import(struct vt__call *call, const void *arguments)
{
	const cuMemImportFromShareableHandle_params *p =
		(const cuMemImportFromShareableHandle_params *)arguments;
	struct importing it = {call, p->handle, 0};

	if (call->result != CUDA_SUCCESS)
		return;
	vt__record_with_stack(&call->start, import, &it);
	if (!it.entered)
		return;
	if (p->shHandleType == CU_MEM_HANDLE_TYPE_FABRIC)
		vt__shared_physical(call, VT_SHARING_IMPORTED, VT_SHARING_FABRIC, p->osHandle,
				    it.entered);
	else
		vt__shared_physical(call, VT_SHARING_IMPORTED, VT_SHARING_DESCRIPTOR, NULL, 0);
}

static void retain(const struct vt__stack *stack, void *closure)
{
	const cuMemRetainAllocationHandle_params *p = closure;

	vt__vmm_retain(*p->handle, (uintptr_t)p->addr, stack);
}

static void after_retain(struct vt__call *call, const void *arguments)
{
	cuMemRetainAllocationHandle_params p = *(
		const cuMemRetainAllocationHandle_params *)arguments;

	if (call->result == CUDA_SUCCESS)
		vt__record_with_stack(&call->start, retain, &p);
}

static void map(const struct vt__stack *stack, void *closure)
{
	const cuMemMap_params *p = closure;
	const struct vt__vmm_range range = vt__vmm_addresses(p->ptr, p->size);

	vt__vmm_held(vt__vmm_hold(p->handle, &range, stack));
}

static void after_map(struct vt__call *call, const void *arguments)
{
	cuMemMap_params p = *(const cuMemMap_params *)arguments;

	if (call->result == CUDA_SUCCESS)
		vt__record_with_stack(&call->start, map, &p);
}

struct unmapping {
	struct vt__ledger *ledger;
	const struct vt__call *call;
	const struct vt__vmm_range *range;
};

static void note_unmap_refused(const struct vt__stack *stack, void *closure)
{
	const struct unmapping *it = closure;

	vt__ledger_unmap_refused(it->ledger, it->range->start, it->range->bytes,
				 it->call->api->name, (int32_t)it->call->result, stack);
}

/* What is mapped there stays alive. */
static void unmap_refused(const struct vt__call *call, const struct vt__vmm_range *range)
{
	struct unmapping it = {vt__process_ledger_if_any(), call, range};

	if (it.ledger)
		vt__record_with_stack(&call->start, note_unmap_refused, &it);
}

static bool before_unmap(struct vt__call *call, const void *arguments)
{
	const cuMemUnmap_params *p = (const cuMemUnmap_params *)arguments;
	const struct vt__vmm_range range = vt__vmm_addresses(p->ptr, p->size);

	(void)call;
	vt__vmm_mark(&range);
	return true;
}

static void after_unmap(struct vt__call *call, const void *arguments)
{
	const cuMemUnmap_params *p = (const cuMemUnmap_params *)arguments;
	const struct vt__vmm_range range = vt__vmm_addresses(p->ptr, p->size);

	vt__vmm_ended(call, &range);
	if (call->result != CUDA_SUCCESS && !vt__is_late(call->result))
		unmap_refused(call, &range);
}

static bool before_release(struct vt__call *call, const void *arguments)
{
	const cuMemRelease_params *p = (const cuMemRelease_params *)arguments;

	call->kept.release = vt__vmm_release(p->handle);
	call->kept.freed = (struct vt__seen_free){.address = p->handle};
	if (!call->kept.release.object || call->kept.release.refused)
		vt__record_intent(call->api, call->kept.release.object, &call->start,
				  &call->kept.freed);
	return true;
}

static void after_release(struct vt__call *call, const void *arguments)
{
	const cuMemRelease_params *p = (const cuMemRelease_params *)arguments;
	const struct vt__vmm_release *release = &call->kept.release;

	vt__record_intent_over(&call->kept.freed);
	if (call->result == CUDA_SUCCESS || vt__is_late(call->result)) {
		vt__vmm_released(release);
		if (release->ended)
			vt__vmm_end(call, release->object);
	} else {
		vt__vmm_unrelease(p->handle, release);
		vt__record_refused(vt__begin_ledger(), call->api, p->handle,
				   release->object ? release->object : p->handle, call->result,
				   &call->start);
	}
}

VT__RULES(cuMemCreate, VMM, VT_KIND_VMM, before_create, after_create);
VT__RULES(cuMemImportFromShareableHandle, VMM, VT_KIND_VMM_IMPORTED, NULL, after_import);
VT__RULES(cuMemRetainAllocationHandle, VMM, -1, NULL, after_retain);
VT__RULES(cuMemMap, VMM, -1, NULL, after_map);
VT__RULES(cuMemUnmap, VMM, -1, before_unmap, after_unmap);
VT__RULES(cuMemRelease, VMM, -1, before_release, after_release);
