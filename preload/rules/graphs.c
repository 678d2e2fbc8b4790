/* What the calls for graphs mean: nodes that allocate are only defined by them,
 * the memory comes and goes with the launches. */
#include "config.h"

#include <errno.h>

#include "ledger/know.h"
#include "preload/rules/graphs.h"
#include "preload/recorder/place.h"
#include "preload/recorder/scope.h"
#include "preload/rules/captures.h"

/* Some memory of a graph is not followed: counted. */
static void lose(void)
{
	struct vt__ledger *ledger = vt__begin_ledger();

	if (ledger)
		vt__ledger_lose(ledger, VT_LOSS_GRAPH_NODES);
}

/* ---- Nodes --------------------------------------------------------------- */

static void refused(struct vt__call *call, uint64_t bytes)
{
	struct vt__seen_allocation wanted = {
		.kind = VT_KIND_GRAPH, .device = VT__DEVICE_CURRENT, .bytes = bytes};

	vt__call_allocated(call, &wanted);
}

struct defining {
	struct vt__ledger *ledger;
	const struct vt__call *call;
	uint64_t address;
	uint64_t bytes;
};

static void define(const struct vt__stack *stack, void *closure)
{
	const struct defining *it = closure;
	const struct vt__graph_origin origin = {
		.stack = *stack,
		.api = it->call->api->name,
		.purpose = vt__scope.purpose,
		.label = vt__scope.label,
	};

	vt__ledger_know_definition(it->ledger, it->address, it->bytes, stack);
	if (!vt__graph_define(it->address, &origin))
		lose();
}

void vt__graphs_define(struct vt__call *call, uint64_t address, uint64_t bytes)
{
	struct defining it = {.call = call, .address = address, .bytes = bytes};

	if (call->result == CUDA_ERROR_OUT_OF_MEMORY)
		refused(call, bytes);
	it.ledger = call->result == CUDA_SUCCESS ? vt__begin_ledger() : NULL;
	if (it.ledger)
		vt__record_with_stack(&call->start, define, &it);
}

/* Only after these results are the arguments known to be good. */
static void after_add_allocation(struct vt__call *call, const void *arguments)
{
	const cuGraphAddMemAllocNode_params *p = (const cuGraphAddMemAllocNode_params *)arguments;

	if (vt__is_worth_recording(call->result))
		vt__graphs_define(call, p->nodeParams->dptr, p->nodeParams->bytesize);
}

static void added(struct vt__call *call, const CUgraphNodeParams *node)
{
	if (vt__is_worth_recording(call->result) && node->type == CU_GRAPH_NODE_TYPE_MEM_ALLOC)
		vt__graphs_define(call, node->alloc.dptr, node->alloc.bytesize);
}

static void after_add(struct vt__call *call, const void *arguments)
{
	added(call, ((const cuGraphAddNode_params *)arguments)->nodeParams);
}

static void after_add_v2(struct vt__call *call, const void *arguments)
{
	added(call, ((const cuGraphAddNode_v2_params *)arguments)->nodeParams);
}

static void after_add_v3(struct vt__call *call, const void *arguments)
{
	added(call, ((const cuGraphAddNode_v3_params *)arguments)->nodeParams);
}

VT__RULES(cuGraphAddMemAllocNode, DEVICE, VT_KIND_GRAPH, NULL, after_add_allocation);
VT__RULES(cuGraphAddNode, DEVICE, VT_KIND_GRAPH, NULL, after_add);
VT__RULES(cuGraphAddNode_v2, DEVICE, VT_KIND_GRAPH, NULL, after_add_v2);
VT__RULES(cuGraphAddNode_v3, DEVICE, VT_KIND_GRAPH, NULL, after_add_v3);

/* The addresses of its nodes can be given to others then. */
static bool before_destroy(struct vt__call *call, const void *arguments)
{
	const cuGraphDestroy_params *p = (const cuGraphDestroy_params *)arguments;

	if (vt__graph_any_defined())
		vt__graphs_forget(call->driver, p->hGraph);
	return true;
}

VT__RULES(cuGraphDestroy, OBJECT, -1, before_destroy, NULL);

/* ---- Executable graphs --------------------------------------------------- */

/* A node, or NULL for all, has other addresses now, or none. */
static void addresses_changed(CUgraphExec handle, CUgraphNode node)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	int saved = errno;

	if (ledger && __atomic_load_n(&vt__graph_used, __ATOMIC_RELAXED))
		vt__ledger_graph_changed(ledger, (uintptr_t)handle, (uintptr_t)node);
	errno = saved;
}

/* Learns which addresses the executable has, and what launches of it will allocate and free:
 * `exec` is to be filled, NULL where they do nothing of the kind. */
static void describe(const struct vt__call *call, CUgraphExec handle, CUgraph graph,
		     struct vt__graph_exec *exec)
{
	int saved = errno;
	struct vt__graph_words words;
	const bool looks = vt__graph_words_begin(&words);

	if ((exec || looks) && !vt__graphs_read(call->driver, graph, exec, looks ? &words : NULL) &&
	    exec)
		lose();
	if (exec)
		vt__graph_exec_enter((uintptr_t)handle, exec);
	if (looks)
		vt__graph_words_end(&words, handle);
	else
		addresses_changed(handle, NULL);
	errno = saved;
}

static struct vt__graph_exec *new_exec(uint64_t context)
{
	struct vt__graph_exec *exec = vt__graph_exec_new(context);

	if (!exec)
		lose();
	return exec;
}

/* The context that an executable which is made now ends with. */
static uint64_t own_context(void)
{
	return vt__place_find(VT__DEVICE_CURRENT, VT_KIND_GRAPH_EXEC, 0).context;
}

static void instantiated(struct vt__call *call, const CUgraphExec *handle, CUgraph graph)
{
	struct vt__seen_allocation seen = {.kind = VT_KIND_GRAPH_EXEC,
					   .device = VT__DEVICE_CURRENT};

	if (call->result == CUDA_SUCCESS)
		seen.address = (uintptr_t)*handle;
	vt__call_allocated(call, &seen);
	/* after it: the ledger has the call's stack then */
	if (call->result == CUDA_SUCCESS)
		describe(call, *handle, graph,
			 vt__graph_any_defined() ? new_exec(own_context()) : NULL);
}

static bool before_instantiate(struct vt__call *call, const void *arguments)
{
	(void)arguments;
	vt__measure_before(call->driver, &call->measured);
	return true;
}

#define INSTANTIATES(symbol)                                                                       \
	static void after_##symbol(struct vt__call *call, const void *arguments)                   \
	{                                                                                          \
		const symbol##_params *p = (const symbol##_params *)arguments;                     \
                                                                                                   \
		instantiated(call, p->phGraphExec, p->hGraph);                                     \
		vt__call_measured(call, VT_CHARGE_GRAPH_EXEC, 0);                                  \
	}                                                                                          \
	VT__RULES(symbol, OBJECT, VT_KIND_GRAPH_EXEC, before_instantiate, after_##symbol)

INSTANTIATES(cuGraphInstantiate);
INSTANTIATES(cuGraphInstantiate_v2);
INSTANTIATES(cuGraphInstantiateWithFlags);
INSTANTIATES(cuGraphInstantiateWithParams);
INSTANTIATES(cuGraphInstantiateWithParams_ptsz);

/* An update keeps the types of the nodes: what had no memory has none after. */
static void updated(const struct vt__call *call, CUgraphExec handle, CUgraph graph)
{
	struct vt__graph_exec *before = NULL;

	if (call->result != CUDA_SUCCESS)
		return;
	if (vt__graph_exec_any())
		before = vt__graph_exec_get((uintptr_t)handle);
	describe(call, handle, graph, before ? new_exec(vt__graph_exec_context(before)) : NULL);
	vt__graph_exec_give(before);
}

static void after_update(struct vt__call *call, const void *arguments)
{
	const cuGraphExecUpdate_params *p = (const cuGraphExecUpdate_params *)arguments;

	updated(call, p->hGraphExec, p->hGraph);
}

static void after_update_v2(struct vt__call *call, const void *arguments)
{
	const cuGraphExecUpdate_v2_params *p = (const cuGraphExecUpdate_v2_params *)arguments;

	updated(call, p->hGraphExec, p->hGraph);
}

VT__RULES(cuGraphExecUpdate, OBJECT, -1, NULL, after_update);
VT__RULES(cuGraphExecUpdate_v2, OBJECT, -1, NULL, after_update_v2);

/* What its node had is forgotten, what it has now is not looked at: this may be called before each
 * launch. */
#define CHANGES_NODE(symbol)                                                                       \
	static void after_##symbol(struct vt__call *call, const void *arguments)                   \
	{                                                                                          \
		const symbol##_params *p = (const symbol##_params *)arguments;                     \
                                                                                                   \
		if (call->result == CUDA_SUCCESS)                                                  \
			addresses_changed(p->hGraphExec, p->hNode);                                \
	}                                                                                          \
	VT__RULES(symbol, OBJECT, -1, NULL, after_##symbol)

CHANGES_NODE(cuGraphExecKernelNodeSetParams);
CHANGES_NODE(cuGraphExecKernelNodeSetParams_v2);
CHANGES_NODE(cuGraphExecMemcpyNodeSetParams);
CHANGES_NODE(cuGraphExecMemsetNodeSetParams);
CHANGES_NODE(cuGraphExecNodeSetParams);

static void addresses_gone(CUgraphExec handle)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();
	int saved = errno;

	if (ledger && __atomic_load_n(&vt__graph_used, __ATOMIC_RELAXED))
		vt__ledger_graph_destroyed(ledger, (uintptr_t)handle);
	errno = saved;
}

/* The object goes; memory that its last launch left allocated stays. */
static bool before_exec_destroy(struct vt__call *call, const void *arguments)
{
	const cuGraphExecDestroy_params *p = (const cuGraphExecDestroy_params *)arguments;

	vt__measure_before(call->driver, &call->measured);
	call->kept.graph_exec = NULL;
	if (vt__graph_exec_any())
		call->kept.graph_exec = vt__graph_exec_take((uintptr_t)p->hGraphExec);
	return vt__call_freeing(call, (uintptr_t)p->hGraphExec);
}

static void after_exec_destroy(struct vt__call *call, const void *arguments)
{
	const cuGraphExecDestroy_params *p = (const cuGraphExecDestroy_params *)arguments;
	struct vt__graph_exec *exec = call->kept.graph_exec;
	const struct vt__seen_free *freed = &call->kept.freed;

	vt__measure_ended(&call->measured, VT_CHARGE_GRAPH_EXEC,
			  freed->known ? &freed->taken : NULL, call->result == CUDA_SUCCESS);
	if (exec && call->result != CUDA_SUCCESS)
		vt__graph_exec_enter((uintptr_t)p->hGraphExec, exec);
	else
		vt__graph_exec_give(exec);
	vt__call_freed(call, arguments);
	if (call->result == CUDA_SUCCESS)
		addresses_gone(p->hGraphExec);
}

VT__RULES(cuGraphExecDestroy, OBJECT, -1, before_exec_destroy, after_exec_destroy);

/* ---- Launches ------------------------------------------------------------ */

/* Memory that is live still from the launch before was freed by this one
 * (AUTO_FREE_ON_LAUNCH, or it would have been refused): its entry is replaced. */
static void enter(struct vt__ledger *ledger, struct vt__call *call,
		  const struct vt__graph_memory *memory)
{
	const struct vt__graph_origin *origin = memory->origin;
	enum vt_kind kind = memory->device == VT__DEVICE_NONE ? VT_KIND_POOL_HOST : VT_KIND_GRAPH;
	struct vt__seen_allocation seen = {
		.address = memory->address,
		.bytes = memory->bytes,
		.kind = kind,
		.device = memory->device,
	};

	if (!origin) {
		vt__call_allocated(call, &seen);
		return;
	}
	vt__place_describe(ledger, memory->device);
	vt__ledger_enter(ledger,
			 &(struct vt__allocation){
				 .space = VT__SPACE_DEVICE,
				 .kind = kind,
				 .address = memory->address,
				 .bytes = memory->bytes,
				 .device = memory->device,
				 .api = origin->api,
				 .purpose = origin->purpose,
				 .label = origin->label,
			 },
			 &origin->stack);
}

static void end(const struct vt__call *call, uint64_t address)
{
	struct vt__seen_free seen;

	vt__record_freeing(call->api, address, &call->start, &seen);
}

static void run(struct vt__call *call, const struct vt__graph_exec *exec)
{
	struct vt__ledger *ledger = vt__begin_ledger();
	const struct vt__graph_memory *memory = NULL;

	if (!ledger)
		return;
	while ((memory = vt__graph_exec_next(exec, memory)) != NULL) {
		if (memory->frees)
			end(call, memory->address);
		else
			enter(ledger, call, memory);
	}
}

/* Most executables have no memory nodes, and pay one load for it. */
static void launched(struct vt__call *call, CUgraphExec handle, CUstream stream, bool per_thread)
{
	struct vt__ledger *ledger;
	struct vt__graph_exec *exec;

	if (VT__UNLIKELY(__atomic_load_n(&vt__graph_stale, __ATOMIC_RELAXED)) &&
	    call->result == CUDA_SUCCESS) {
		ledger = vt__process_ledger_if_any();
		if (ledger)
			vt__ledger_graph_launched(ledger, (uintptr_t)handle);
	}
	if (!vt__graph_exec_any() || !vt__is_worth_recording(call->result))
		return;
	exec = vt__graph_exec_get((uintptr_t)handle);
	if (!exec)
		return;
	if (call->result != CUDA_SUCCESS)
		refused(call, vt__graph_exec_bytes(exec));
	else if (!vt__stream_is_capturing(call->driver, stream, per_thread))
		run(call, exec);
	vt__graph_exec_give(exec);
}

static void after_launch(struct vt__call *call, const void *arguments)
{
	const cuGraphLaunch_params *p = (const cuGraphLaunch_params *)arguments;

	launched(call, p->hGraph, p->hStream, false);
}

static void after_launch_ptsz(struct vt__call *call, const void *arguments)
{
	const cuGraphLaunch_ptsz_params *p = (const cuGraphLaunch_ptsz_params *)arguments;

	launched(call, p->hGraphExec, p->hStream, true);
}

VT__RULES(cuGraphLaunch, DEVICE, VT_KIND_GRAPH, NULL, after_launch);
VT__RULES(cuGraphLaunch_ptsz, DEVICE, VT_KIND_GRAPH, NULL, after_launch_ptsz);
