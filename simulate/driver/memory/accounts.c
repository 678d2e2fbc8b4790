/* How full each device is and by whom, for the simulated NVML. */
#include "config.h"

#include "simulate/common/accounts.h"
#include "simulate/driver/checkpoint.h"
#include "simulate/driver/memory/overhead.h"
#include "simulate/driver/memory/resident.h"

extern const struct vt__accounts vramtrack_simulated_accounts;

static unsigned int contexts_of(CUdevice device)
{
	const struct vt__object *object = vt__object_from(0);
	unsigned int count = 0;

	while (object) {
		const struct CUctx_st *context = (const struct CUctx_st *)object;

		count += object->kind == VT_CONTEXT && context->alive &&
			 context->device == device && !context->parent;
		object = vt__object_from(object->node.key + 1);
	}
	return count;
}

static bool account_of(int ordinal, struct vt__device_account *account)
{
	const struct vt__device *device;
	size_t managed, own;
	unsigned int contexts;

	if (!vt__enter_any_time())
		return false;
	device = vt__device(ordinal);
	if (device) {
		contexts = contexts_of(ordinal);
		managed = vt__resident_charged(device) +
			  contexts * vt__overhead(VT_OVERHEAD_CONTEXT_UNLISTED);
		own = device->used - device->other - managed;
		if (vt__checkpoint_is_away())
			own = managed = contexts = 0;
		*account = (struct vt__device_account){
			.total = device->total,
			.own = own,
			.managed = managed,
			.other = device->other,
			.in_use = own || contexts,
		};
	}
	vt__leave();
	return device != NULL;
}

const struct vt__accounts vramtrack_simulated_accounts = {
	.size = sizeof(struct vt__accounts),
	.device = account_of,
};
