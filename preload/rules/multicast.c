/* What the calls for multicast objects mean: they take no memory of their own,
 * and hold what is bound to them. */
#include "config.h"

#include "preload/rules/call.h"
#include "preload/rules/vmm_objects.h"

static void after_create(struct vt__call *call, const void *arguments)
{
	const cuMulticastCreate_params *p = (const cuMulticastCreate_params *)arguments;
	struct vt__seen_allocation seen = {.kind = VT_KIND_MULTICAST, .device = VT__DEVICE_NONE};

	if (call->result == CUDA_SUCCESS)
		vt__vmm_enter(call, p->mcHandle, &seen);
}

struct holding {
	struct vt__vmm_range range;
	uint64_t memory; /* handle or address */
};

static void hold_handle(const struct vt__stack *stack, void *closure)
{
	const struct holding *it = closure;

	vt__vmm_held(vt__vmm_hold(it->memory, &it->range, stack));
}

static void hold(const struct vt__call *call, CUmemGenericAllocationHandle multicast,
		 CUdevice device, size_t offset, size_t size, CUmemGenericAllocationHandle memory)
{
	struct holding it = {vt__vmm_bindings(multicast, device, offset, size), memory};

	vt__record_with_stack(&call->start, hold_handle, &it);
}

static void hold_address(const struct vt__stack *stack, void *closure)
{
	const struct holding *it = closure;

	vt__vmm_held(vt__vmm_hold_at(it->memory, &it->range, stack));
}

static void hold_at(const struct vt__call *call, CUmemGenericAllocationHandle multicast,
		    CUdevice device, size_t offset, size_t size, CUdeviceptr memory)
{
	struct holding it = {vt__vmm_bindings(multicast, device, offset, size), memory};

	vt__record_with_stack(&call->start, hold_address, &it);
}

/* Memory whose device the driver does not tell counts as not bound. */
static void after_bind(struct vt__call *call, const void *arguments)
{
	const cuMulticastBindMem_params *p = (const cuMulticastBindMem_params *)arguments;
	const struct vt__driver *driver = call->driver;
	CUmemAllocationProp told;

	if (call->result != CUDA_SUCCESS || !driver->cuMemGetAllocationPropertiesFromHandle ||
	    driver->cuMemGetAllocationPropertiesFromHandle(&told, p->memHandle) != CUDA_SUCCESS)
		return;
	hold(call, p->mcHandle, told.location.id, p->mcOffset, p->size, p->memHandle);
}

/* This one says the device; an unbinding names it too. */
static void after_bind_v2(struct vt__call *call, const void *arguments)
{
	const cuMulticastBindMem_v2_params *p = (const cuMulticastBindMem_v2_params *)arguments;

	if (call->result == CUDA_SUCCESS)
		hold(call, p->mcHandle, p->dev, p->mcOffset, p->size, p->memHandle);
}

/* Memory of a pool is the pool's and is not held. */
static void after_bind_address(struct vt__call *call, const void *arguments)
{
	const cuMulticastBindAddr_params *p = (const cuMulticastBindAddr_params *)arguments;

	if (call->result == CUDA_SUCCESS)
		hold_at(call, p->mcHandle, vt__call_device_at(call, p->memptr), p->mcOffset,
			p->size, p->memptr);
}

static void after_bind_address_v2(struct vt__call *call, const void *arguments)
{
	const cuMulticastBindAddr_v2_params *p = (const cuMulticastBindAddr_v2_params *)arguments;

	if (call->result == CUDA_SUCCESS)
		hold_at(call, p->mcHandle, p->dev, p->mcOffset, p->size, p->memptr);
}

static struct vt__vmm_range unbound(const void *arguments)
{
	const cuMulticastUnbind_params *p = (const cuMulticastUnbind_params *)arguments;

	return vt__vmm_bindings(p->mcHandle, p->dev, p->mcOffset, p->size);
}

static bool before_unbind(struct vt__call *call, const void *arguments)
{
	const struct vt__vmm_range range = unbound(arguments);

	(void)call;
	vt__vmm_mark(&range);
	return true;
}

static void after_unbind(struct vt__call *call, const void *arguments)
{
	const struct vt__vmm_range range = unbound(arguments);

	vt__vmm_ended(call, &range);
}

VT__RULES(cuMulticastCreate, VMM, VT_KIND_MULTICAST, NULL, after_create);
VT__RULES(cuMulticastBindMem, VMM, -1, NULL, after_bind);
VT__RULES(cuMulticastBindAddr, VMM, -1, NULL, after_bind_address);
VT__RULES(cuMulticastBindMem_v2, VMM, -1, NULL, after_bind_v2);
VT__RULES(cuMulticastBindAddr_v2, VMM, -1, NULL, after_bind_address_v2);
VT__RULES(cuMulticastUnbind, VMM, -1, before_unbind, after_unbind);
