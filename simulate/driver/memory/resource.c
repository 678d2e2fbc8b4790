/* Parts of a device that green contexts are made of: multiprocessors, split by number. */
#include "config.h"

#include <string.h>

#include "simulate/driver/green.h"

/* As on compute capability 9.0; without regard to co-scheduling, pairs. */
#define SM_COUNT 132
#define SM_ALIGNMENT 8
#define SM_ALIGNMENT_ALONE 2
#define SPLIT_FLAGS                                                                                \
	(CU_DEV_SM_RESOURCE_SPLIT_IGNORE_SM_COSCHEDULING |                                         \
	 CU_DEV_SM_RESOURCE_SPLIT_MAX_POTENTIAL_CLUSTER_SIZE)

/* Kept in the padding: where a resource came from. */
struct mark {
	char magic[8];
	CUdevice device;
	bool split;
};

static const char magic[8] = "vt-sm-1";

_Static_assert(sizeof(struct mark) <= sizeof(((CUdevResource *)0)->_internal_padding),
	       "the mark fits into the padding");

static struct mark mark_of(const CUdevResource *resource)
{
	struct mark mark;

	memcpy(&mark, resource->_internal_padding, sizeof(mark));
	return mark;
}

static CUdevResource sms(unsigned int count, CUdevice device, bool split)
{
	CUdevResource resource;
	struct mark mark = {.device = device, .split = split};

	memset(&resource, 0, sizeof(resource));
	memcpy(mark.magic, magic, sizeof(magic));
	memcpy(resource._internal_padding, &mark, sizeof(mark));
	resource.type = CU_DEV_RESOURCE_TYPE_SM;
	resource.sm.smCount = count;
	resource.sm.minSmPartitionSize = SM_ALIGNMENT;
	resource.sm.smCoscheduledAlignment = SM_ALIGNMENT;
	return resource;
}

static bool from_us(const CUdevResource *resource)
{
	const struct mark mark = mark_of(resource);

	return resource->type == CU_DEV_RESOURCE_TYPE_SM &&
	       !memcmp(mark.magic, magic, sizeof(magic));
}

CUdevResource vt__resource_of_device(CUdevice device)
{
	return sms(SM_COUNT, device, false);
}

CUdevResource vt__resource_provisioned(const CUdevResource *resource)
{
	return sms(resource->sm.smCount, mark_of(resource).device, false);
}

CUresult cuDeviceGetDevResource(CUdevice device, CUdevResource *resource, CUdevResourceType type)
{
	CUresult result;

	if (!resource)
		return CUDA_ERROR_INVALID_VALUE;
	if (type != CU_DEV_RESOURCE_TYPE_SM)
		return CUDA_ERROR_INVALID_RESOURCE_TYPE;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	if (vt__device(device))
		*resource = vt__resource_of_device(device);
	else
		result = CUDA_ERROR_INVALID_DEVICE;
	vt__leave();
	return result;
}

/* Equal groups of at least minCount; what does not fill one remains. */
CUresult cuDevSmResourceSplitByCount(CUdevResource *result, unsigned int *nbGroups,
				     const CUdevResource *input, CUdevResource *remaining,
				     unsigned int useFlags, unsigned int minCount)
{
	bool alone = useFlags & CU_DEV_SM_RESOURCE_SPLIT_IGNORE_SM_COSCHEDULING;
	unsigned int unit = alone ? SM_ALIGNMENT_ALONE : SM_ALIGNMENT;
	unsigned int size, groups;

	if (!nbGroups || !input || useFlags & ~(unsigned int)SPLIT_FLAGS)
		return CUDA_ERROR_INVALID_VALUE;
	if (!from_us(input))
		return CUDA_ERROR_INVALID_RESOURCE_TYPE;
	if (minCount > input->sm.smCount || mark_of(input).split)
		return CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION;
	size = minCount ? (minCount + unit - 1) / unit * unit : unit;
	groups = input->sm.smCount / size;
	if (!groups)
		return CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION;
	if (result && groups > *nbGroups)
		groups = *nbGroups;
	for (unsigned int i = 0; result && i < groups; i++)
		result[i] = sms(size, mark_of(input).device, true);
	if (remaining)
		*remaining = sms(input->sm.smCount - groups * size, mark_of(input).device, true);
	*nbGroups = groups;
	return CUDA_SUCCESS;
}

/* Descriptors have no end of their own: there is no call that destroys one. */
CUresult cuDevResourceGenerateDesc(CUdevResourceDesc *phDesc, CUdevResource *resources,
				   unsigned int nbResources)
{
	CUdevResourceDesc made;
	unsigned int count = 0;
	CUresult result;

	if (!phDesc || !resources || !nbResources)
		return CUDA_ERROR_INVALID_VALUE;
	for (unsigned int i = 0; i < nbResources; i++) {
		if (!from_us(&resources[i]))
			return CUDA_ERROR_INVALID_RESOURCE_TYPE;
		if (mark_of(&resources[i]).device != mark_of(&resources[0]).device)
			return CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION;
		count += resources[i].sm.smCount;
	}
	if (count > SM_COUNT)
		return CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION;
	result = vt__enter();
	if (result != CUDA_SUCCESS)
		return result;
	made = vt__object_create(VT_RESOURCE, sizeof(*made), NULL);
	if (made) {
		made->device = mark_of(&resources[0]).device;
		made->resource = sms(count, made->device, true);
		*phDesc = made;
	}
	vt__leave();
	return made ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}
