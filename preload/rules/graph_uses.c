/* Reads the parameters of a graph's nodes. */
#include "config.h"

#include "preload/rules/graph_uses.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/page.h"
#include "preload/rules/call.h"

#define WORD_BYTES sizeof(uint64_t)
#define PARAMETERS_MOST 512u /* of a kernel: the driver takes 32 KiB of them at most */
/* Below this no memory of a device lies, and above no address. */
#define ADDRESS_LEAST 0x10000u
#define ADDRESS_BITS 57

/* What looking may cost of the processors' time: this much, and a hundredth of the time since the
 * first. */
#define COST_FREE_NS 250000000u
#define COST_PART 100u

static _Atomic(uint64_t) first_ns, spent_ns;

static bool is_affordable(void)
{
	const uint64_t now = vt__clock_ns(CLOCK_MONOTONIC);
	uint64_t first = 0;

	if (atomic_compare_exchange_strong(&first_ns, &first, now))
		first = now;
	return atomic_load_explicit(&spent_ns, memory_order_relaxed) <
	       COST_FREE_NS + (now - first) / COST_PART;
}

static void lose(void)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	if (ledger)
		vt__ledger_lose(ledger, VT_LOSS_GRAPH_USES);
}

static size_t room(void)
{
	return vt__page_round(VT__GRAPH_WORDS_MOST * sizeof(struct vt__graph_word));
}

bool vt__graph_words_begin(struct vt__graph_words *words)
{
	*words = (struct vt__graph_words){.complete = true};
	if (!vt__process_ledger_if_any())
		return false;
	if (is_affordable())
		words->words = vt__arena_map(room());
	words->began_ns = vt__clock_ns(CLOCK_THREAD_CPUTIME_ID);
	if (!words->words)
		lose();
	return words->words != NULL;
}

/* Shell's sort: no memory, and quick enough for what a graph has. */
static void sort(struct vt__graph_word *words, uint32_t count)
{
	static const uint32_t gaps[] = {29524, 9841, 3280, 1093, 364, 121, 40, 13, 4, 1};

	for (size_t g = 0; g < sizeof(gaps) / sizeof(*gaps); g++) {
		for (uint32_t i = gaps[g]; i < count; i++) {
			const struct vt__graph_word word = words[i];
			uint32_t at = i;

			for (; at >= gaps[g] && words[at - gaps[g]].address > word.address;
			     at -= gaps[g])
				words[at] = words[at - gaps[g]];
			words[at] = word;
		}
	}
}

void vt__graph_words_end(struct vt__graph_words *words, CUgraphExec handle)
{
	struct vt__ledger *ledger = vt__process_ledger_if_any();

	sort(words->words, words->count);
	if (ledger)
		vt__ledger_graph_uses(ledger, (uintptr_t)handle, words->words, words->count);
	if (!words->complete)
		lose();
	munmap(words->words, room());
	atomic_fetch_add_explicit(&spent_ns,
				  vt__clock_ns(CLOCK_THREAD_CPUTIME_ID) - words->began_ns,
				  memory_order_relaxed);
}

static void add(struct vt__graph_words *words, CUgraphNode node, uint64_t address)
{
	if (address < ADDRESS_LEAST || address >> ADDRESS_BITS)
		return;
	if (words->count == VT__GRAPH_WORDS_MOST) {
		words->complete = false;
		return;
	}
	words->words[words->count++] = (struct vt__graph_word){address, (uintptr_t)node};
}

/* Structs have pointers in them, too: each aligned word is looked at. */
static void add_block(struct vt__graph_words *words, CUgraphNode node, const void *block,
		      size_t bytes)
{
	uint64_t word;

	for (size_t at = 0; at + WORD_BYTES <= bytes; at += WORD_BYTES) {
		memcpy(&word, (const char *)block + at, sizeof(word));
		add(words, node, word);
	}
}

/* The size of a kernel's parameter. CUDA_ERROR_INVALID_VALUE: it has no more. */
static CUresult size_of(const struct vt__driver *driver, const CUDA_KERNEL_NODE_PARAMS_v2 *kernel,
			size_t number, size_t *bytes)
{
	size_t offset;

	if (kernel->func && driver->cuFuncGetParamInfo)
		return driver->cuFuncGetParamInfo(kernel->func, number, &offset, bytes);
	if (!kernel->func && kernel->kern && driver->cuKernelGetParamInfo)
		return driver->cuKernelGetParamInfo(kernel->kern, number, &offset, bytes);
	return CUDA_ERROR_NOT_SUPPORTED;
}

/* Parameters that the program gave as one block. */
static void add_extra(struct vt__graph_words *words, CUgraphNode node, void *const *extra)
{
	const void *block = NULL;
	const size_t *bytes = NULL;

	for (; *extra != CU_LAUNCH_PARAM_END; extra += 2) {
		if (*extra == CU_LAUNCH_PARAM_BUFFER_POINTER)
			block = extra[1];
		else if (*extra == CU_LAUNCH_PARAM_BUFFER_SIZE)
			bytes = extra[1];
		else
			return;
	}
	if (block && bytes)
		add_block(words, node, block, *bytes);
}

static void add_kernel(struct vt__graph_words *words, const struct vt__driver *driver,
		       CUgraphNode node)
{
	CUresult result = CUDA_ERROR_NOT_SUPPORTED;
	CUDA_KERNEL_NODE_PARAMS_v2 kernel;
	size_t bytes;

	memset(&kernel, 0, sizeof(kernel));
	if (driver->cuGraphKernelNodeGetParams_v2)
		result = driver->cuGraphKernelNodeGetParams_v2(node, &kernel);
	if (result == CUDA_SUCCESS && kernel.extra)
		add_extra(words, node, kernel.extra);
	for (size_t i = 0; kernel.kernelParams && i < PARAMETERS_MOST; i++) {
		result = size_of(driver, &kernel, i, &bytes);
		if (result != CUDA_SUCCESS || !kernel.kernelParams[i])
			break;
		add_block(words, node, kernel.kernelParams[i], bytes);
	}
	if (result != CUDA_SUCCESS && result != CUDA_ERROR_INVALID_VALUE)
		words->complete = false;
}

static void add_copy(struct vt__graph_words *words, const struct vt__driver *driver,
		     CUgraphNode node)
{
	CUDA_MEMCPY3D copy;

	if (!driver->cuGraphMemcpyNodeGetParams ||
	    driver->cuGraphMemcpyNodeGetParams(node, &copy) != CUDA_SUCCESS)
		return;
	/* The other fields may hold anything. */
	if (copy.srcMemoryType == CU_MEMORYTYPE_HOST)
		add(words, node, (uintptr_t)copy.srcHost);
	else if (copy.srcMemoryType != CU_MEMORYTYPE_ARRAY)
		add(words, node, copy.srcDevice);
	if (copy.dstMemoryType == CU_MEMORYTYPE_HOST)
		add(words, node, (uintptr_t)copy.dstHost);
	else if (copy.dstMemoryType != CU_MEMORYTYPE_ARRAY)
		add(words, node, copy.dstDevice);
}

static void add_fill(struct vt__graph_words *words, const struct vt__driver *driver,
		     CUgraphNode node)
{
	CUDA_MEMSET_NODE_PARAMS fill;

	if (driver->cuGraphMemsetNodeGetParams &&
	    driver->cuGraphMemsetNodeGetParams(node, &fill) == CUDA_SUCCESS)
		add(words, node, fill.dst);
}

void vt__graph_words_of(struct vt__graph_words *words, const struct vt__driver *driver,
			CUgraphNode node, CUgraphNodeType type)
{
	if (type == CU_GRAPH_NODE_TYPE_KERNEL)
		add_kernel(words, driver, node);
	else if (type == CU_GRAPH_NODE_TYPE_MEMCPY)
		add_copy(words, driver, node);
	else if (type == CU_GRAPH_NODE_TYPE_MEMSET)
		add_fill(words, driver, node);
}
