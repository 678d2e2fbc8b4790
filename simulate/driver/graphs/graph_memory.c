/*
 * The memory of graphs: fixed addresses, what a launch takes of the device for them, and
 * what stays. Measured on an H100 (driver 580): the device is charged in blocks of 32 MiB,
 * from an upload or launch until cuDeviceGraphMemTrim finds them unused, and both numbers of
 * cuDeviceGetGraphMemAttribute, used and reserved, are what it is charged.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "simulate/driver/graphs/graph.h"

static struct vt__map memories; /* by address */

static size_t taken(const struct vt__graph_memory *memory)
{
	return vt__round_up(memory->size, VT_SPACE_UNIT);
}

static CUresult check(const CUDA_MEM_ALLOC_NODE_PARAMS *wanted)
{
	const CUmemPoolProps *properties = &wanted->poolProps;

	if (!wanted->bytesize || properties->allocType != CU_MEM_ALLOCATION_TYPE_PINNED ||
	    (wanted->accessDescCount && !wanted->accessDescs) ||
	    wanted->accessDescCount > (size_t)vt__device_count)
		return CUDA_ERROR_INVALID_VALUE;
	if (properties->location.type != CU_MEM_LOCATION_TYPE_DEVICE ||
	    properties->handleTypes != CU_MEM_HANDLE_TYPE_NONE)
		return CUDA_ERROR_NOT_SUPPORTED;
	if (!vt__device(properties->location.id))
		return CUDA_ERROR_INVALID_VALUE;
	if (wanted->bytesize > vt__device(properties->location.id)->total)
		return CUDA_ERROR_OUT_OF_MEMORY;
	return CUDA_SUCCESS;
}

static void destroy(struct vt__graph_memory *memory)
{
	free(memory->access);
	free(memory);
}

CUresult vt__graph_memory_create(const CUDA_MEM_ALLOC_NODE_PARAMS *wanted,
				 struct vt__graph_memory **memory)
{
	CUresult result = check(wanted);
	struct vt__graph_memory *made;

	if (result != CUDA_SUCCESS)
		return result;
	made = calloc(1, sizeof(*made));
	if (!made)
		return CUDA_ERROR_OUT_OF_MEMORY;
	made->access_count = wanted->accessDescCount;
	made->access = made->access_count ? calloc(made->access_count, sizeof(*made->access))
					  : NULL;
	if ((made->access_count && !made->access) ||
	    vt__space_take(NULL, VT_SPACE_ANYWHERE, wanted->bytesize, VT_SPACE_BLOCK,
			   &made->address)) {
		destroy(made);
		return CUDA_ERROR_OUT_OF_MEMORY;
	}
	if (made->access)
		memcpy(made->access, wanted->accessDescs,
		       made->access_count * sizeof(*made->access));
	made->size = wanted->bytesize;
	made->device = wanted->poolProps.location.id;
	made->properties = wanted->poolProps;
	made->holders = 1;
	vt__map_insert(&memories, &made->node, made->address);
	*memory = made;
	return CUDA_SUCCESS;
}

void vt__graph_memory_hold(struct vt__graph_memory *memory)
{
	memory->holders++;
}

void vt__graph_memory_release(struct vt__graph_memory *memory)
{
	if (--memory->holders)
		return;
	vt__map_remove(&memories, &memory->node);
	vt__space_give_back(NULL, VT_SPACE_ANYWHERE, memory->address, memory->size, VT_SPACE_BLOCK);
	destroy(memory);
}

static bool frees(CUgraph graph, CUdeviceptr address)
{
	for (CUgraphNode node = graph->first; node; node = node->next) {
		if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_FREE &&
		    node->work.as.freed == address)
			return true;
	}
	return false;
}

/* Freed in the graph that allocates it, once, or in other graphs, once in each. */
CUresult vt__graph_memory_plan_free(CUgraph graph, CUdeviceptr address)
{
	struct vt__graph_memory *memory = (struct vt__graph_memory *)vt__map_find(
		&memories, (uintptr_t)address);
	bool inside = memory && memory->owner == graph->id;

	if (!memory || memory->freed_inside || (inside && memory->freed_outside) ||
	    (memory->freed_outside && frees(graph, address)))
		return CUDA_ERROR_INVALID_VALUE;
	if (inside)
		memory->freed_inside = true;
	else
		memory->freed_outside = true;
	return CUDA_SUCCESS;
}

void vt__graph_memory_move(CUgraph child, CUgraph owner)
{
	for (CUgraphNode node = child->first; node; node = node->next) {
		if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
			node->work.as.allocation->owner = owner->id;
		else if (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
			vt__graph_memory_move(node->work.as.child, owner);
	}
}

/* What a run would do to the memory of each device. */
struct plan {
	bool valid;
	size_t now[VT_MOST_DEVICES];
	size_t most[VT_MOST_DEVICES];
};

static void plan_allocation(struct plan *plan, struct vt__graph_memory *memory)
{
	CUdevice device = memory->device;

	memory->planned = true;
	if (vt__region_starting(memory->address)) {
		plan->valid = false; /* left over, and charged already */
		return;
	}
	plan->now[device] += taken(memory);
	if (plan->now[device] > plan->most[device])
		plan->most[device] = plan->now[device];
}

static void plan_free(struct plan *plan, CUdeviceptr address)
{
	struct vt__graph_memory *memory = (struct vt__graph_memory *)vt__map_find(
		&memories, (uintptr_t)address);

	if (memory && memory->planned) {
		memory->planned = false;
		if (!vt__region_starting(memory->address))
			plan->now[memory->device] -= taken(memory);
	} else if (!memory || !vt__region_starting(memory->address)) {
		plan->valid = false;
	}
}

static void plan_run(struct plan *plan, CUgraph copy)
{
	for (CUgraphNode node = copy->first; node; node = node->next) {
		if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
			plan_allocation(plan, node->work.as.allocation);
		else if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_FREE)
			plan_free(plan, node->work.as.freed);
		else if (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
			plan_run(plan, node->work.as.child);
	}
}

static void forget_plan(CUgraph copy)
{
	for (CUgraphNode node = copy->first; node; node = node->next) {
		if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
			node->work.as.allocation->planned = false;
		else if (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
			forget_plan(node->work.as.child);
	}
}

/* The device is charged for so many bytes more than are in use. */
static CUresult reserve(CUdevice device, size_t bytes)
{
	struct vt__reserve *memory = &vt__devices[device].graph_memory;
	size_t held = vt__round_up(memory->used + bytes, VT_GRAPH_BLOCK);

	if (held > memory->held) {
		if (vt__charge(device, held - memory->held) != CUDA_SUCCESS)
			return CUDA_ERROR_OUT_OF_MEMORY;
		memory->held = held;
	}
	if (memory->held > memory->used_high)
		memory->used_high = memory->held;
	if (memory->held > memory->held_high)
		memory->held_high = memory->held;
	return CUDA_SUCCESS;
}

CUresult vt__graph_memory_prepare(CUgraph copy, bool launching)
{
	struct plan plan = {.valid = true};
	CUresult result = CUDA_SUCCESS;

	plan_run(&plan, copy);
	forget_plan(copy);
	if (launching && !plan.valid)
		return CUDA_ERROR_INVALID_VALUE;
	for (CUdevice i = 0; i < vt__device_count && result == CUDA_SUCCESS; i++) {
		if (plan.most[i])
			result = reserve(i, plan.most[i]);
	}
	return result;
}

CUresult vt__graph_memory_begin(struct vt__graph_memory *memory)
{
	const struct vt__region wanted = {
		.kind = VT_REGION_GRAPH,
		.size = memory->size,
		.charged = taken(memory),
		.device = memory->device,
		.graph_memory = memory,
		.readable = true,
		.writable = true,
	};

	/* A host function of this launch may have launched what holds it. */
	if (vt__region_starting(memory->address))
		return CUDA_ERROR_INVALID_VALUE;
	if (reserve(memory->device, wanted.charged) != CUDA_SUCCESS ||
	    !vt__region_enter(&wanted, memory->address))
		return CUDA_ERROR_OUT_OF_MEMORY;
	vt__devices[memory->device].graph_memory.used += wanted.charged;
	vt__graph_memory_hold(memory);
	return CUDA_SUCCESS;
}

void vt__graph_memory_drop(struct vt__region *region)
{
	vt__devices[region->device].graph_memory.used -= region->charged;
	vt__graph_memory_release(region->graph_memory);
}

void vt__graph_memory_free_left_over(CUgraph copy)
{
	for (CUgraphNode node = copy->first; node; node = node->next) {
		struct vt__region *region = NULL;

		if (node->work.type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
			region = vt__region_starting(node->work.as.allocation->address);
		else if (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
			vt__graph_memory_free_left_over(node->work.as.child);
		if (region)
			vt__region_destroy(region);
	}
}
