/* Questions about what a pool takes of the card, and what its numbers say. */
#include <stdint.h>
#include <stdio.h>

#include "pool.h"

static cudaMemPool_t make_pool(size_t most, enum cudaMemAllocationHandleType handles)
{
	struct cudaMemPoolProps wanted = {.allocType = cudaMemAllocationTypePinned,
					  .handleTypes = handles,
					  .location = {cudaMemLocationTypeDevice, 0},
					  .maxSize = most};
	cudaMemPool_t pool = NULL;

	MUST(cudaMemPoolCreate(&pool, &wanted));
	return pool;
}

static void first_byte(void)
{
	mark();
	from_default(1, NULL);
	answer_bytes("reserved", reserved(default_pool()));
	answer_bytes("taken", taken());
}

static void used_bytes(void)
{
	char *one, *other;

	mark();
	one = from_default(1, NULL);
	answer_bytes("after 1", used(default_pool()));
	other = from_default(513, NULL);
	answer_bytes("after 513", used(default_pool()));
	answer_bytes("step of the address", other - one);
	from_default(MIB + 1, NULL);
	answer_bytes("after 1 MiB + 1", used(default_pool()));
	MUST(cudaFreeAsync(other, NULL));
	MUST(cudaDeviceSynchronize());
	answer_bytes("after 513 are freed", used(default_pool()));
	answer_bytes("reserved", reserved(default_pool()));
}

static void steps(void)
{
	const size_t sizes[] = {33 * MIB, 65 * MIB, GIB + 1, 64 * MIB, GIB, 32 * MIB, 32 * MIB + 1};
	char what[64];

	mark();
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		void *address = from_default(sizes[i], NULL);

		snprintf(what, sizeof(what), "%zu: reserved", sizes[i]);
		answer_bytes(what, reserved(default_pool()));
		snprintf(what, sizeof(what), "%zu: taken", sizes[i]);
		answer_bytes(what, taken());
		MUST(cudaFreeAsync(address, NULL));
		MUST(cudaDeviceSynchronize());
		snprintf(what, sizeof(what), "%zu: stays", sizes[i]);
		answer_bytes(what, taken());
	}
}

/* How allocations share steps. */
static void shared_steps(void)
{
	void *first, *second;

	mark();
	first = from_default(20 * MIB, NULL);
	answer_bytes("20 MiB", reserved(default_pool()));
	second = from_default(20 * MIB, NULL);
	answer_bytes("twice 20 MiB", reserved(default_pool()));
	from_default(20 * MIB, NULL);
	answer_bytes("three times 20 MiB", reserved(default_pool()));
	from_default(4 * MIB, NULL);
	answer_bytes("and 4 MiB", reserved(default_pool()));
	MUST(cudaFreeAsync(second, NULL));
	MUST(cudaDeviceSynchronize());
	answer_bytes("the second is freed", reserved(default_pool()));
	MUST(cudaFreeAsync(first, NULL));
	MUST(cudaDeviceSynchronize());
	answer_bytes("the first is freed", reserved(default_pool()));
	answer_bytes("taken", taken());
}

static void not_counted_back(void)
{
	void *address;

	mark();
	address = from_default(MIB, NULL);
	MUST(cudaFree(address));
	MUST(cudaDeviceSynchronize());
	answer_bytes("after cudaFree", used(default_pool()));
	address = from_default(MIB, NULL);
	answer_bytes("another", used(default_pool()));
	MUST(cuMemFree((CUdeviceptr)address));
	answer_bytes("after cuMemFree", used(default_pool()));
	address = from_default(MIB, NULL);
	MUST(cudaFreeAsync(address, NULL));
	MUST(cudaDeviceSynchronize());
	answer_bytes("after a third and cudaFreeAsync", used(default_pool()));
	answer_bytes("reserved", reserved(default_pool()));
	answer_bytes("taken", taken());
}

static void trim_keeps_the_first(void)
{
	void *all[3];

	mark();
	keep_everything(default_pool());
	for (int i = 0; i < 3; i++)
		all[i] = from_default(STEP, NULL);
	answer_bytes("before", reserved(default_pool()));
	MUST(cudaFreeAsync(all[1], NULL));
	MUST(cudaFreeAsync(all[2], NULL));
	MUST(cudaDeviceSynchronize());
	answer_bytes("two are freed", reserved(default_pool()));
	MUST(cudaMemPoolTrimTo(default_pool(), 40 * MIB));
	answer_bytes("trimmed to 40 MiB", reserved(default_pool()));
	MUST(cudaMemPoolTrimTo(default_pool(), 0));
	answer_bytes("trimmed", reserved(default_pool()));
}

static void trim_without_synchronize(void)
{
	void *address;

	mark();
	keep_everything(default_pool());
	address = from_default(STEP, NULL);
	MUST(cudaFreeAsync(address, NULL));
	until_idle(NULL);
	answer_result("cudaMemPoolTrimTo", cudaMemPoolTrimTo(default_pool(), 0));
	answer_bytes("reserved", reserved(default_pool()));
	MUST(cudaStreamSynchronize(NULL));
	answer_bytes("after a synchronize", reserved(default_pool()));
	MUST(cudaMemPoolTrimTo(default_pool(), 0));
	answer_bytes("trimmed again", reserved(default_pool()));
}

static void trim_in_the_middle(void)
{
	void *middle;

	mark();
	keep_everything(default_pool());
	from_default(1, NULL);
	middle = from_default(100 * MIB, NULL);
	from_default(1, NULL);
	answer_bytes("before", reserved(default_pool()));
	MUST(cudaFreeAsync(middle, NULL));
	MUST(cudaDeviceSynchronize());
	answer_bytes("the middle is freed", reserved(default_pool()));
	MUST(cudaMemPoolTrimTo(default_pool(), 0));
	answer_bytes("trimmed", reserved(default_pool()));
	answer_bytes("used", used(default_pool()));
	from_default(100 * MIB, NULL);
	answer_bytes("100 MiB again", reserved(default_pool()));
}

static void high_marks(void)
{
	uint64_t value = 0;
	void *address;

	mark();
	from_default(MIB, NULL);
	address = from_default(MIB, NULL);
	MUST(cudaFreeAsync(address, NULL));
	MUST(cudaDeviceSynchronize());
	MUST(cudaMemPoolGetAttribute(default_pool(), cudaMemPoolAttrUsedMemHigh, &value));
	answer("high", "%llu", (unsigned long long)value);
	value = 0;
	answer_result("high set to 0",
		      cudaMemPoolSetAttribute(default_pool(), cudaMemPoolAttrUsedMemHigh, &value));
	MUST(cudaMemPoolGetAttribute(default_pool(), cudaMemPoolAttrUsedMemHigh, &value));
	answer("high then", "%llu", (unsigned long long)value);
	value = 5;
	answer_result("high set to 5",
		      cudaMemPoolSetAttribute(default_pool(), cudaMemPoolAttrUsedMemHigh, &value));
	value = 0;
	answer_result(
		"current set to 0",
		cudaMemPoolSetAttribute(default_pool(), cudaMemPoolAttrUsedMemCurrent, &value));
	answer_result(
		"reserved set to 0",
		cudaMemPoolSetAttribute(default_pool(), cudaMemPoolAttrReservedMemCurrent, &value));
}

static void bounded(void)
{
	cudaMemPool_t pool;
	void *address = NULL;

	mark();
	pool = make_pool(MIB, cudaMemHandleTypeNone);
	answer_result("2 MiB", cudaMallocFromPoolAsync(&address, 2 * MIB, pool, NULL));
	answer_bytes("reserved", reserved(pool));
	answer_result("33 MiB", cudaMallocFromPoolAsync(&address, 33 * MIB, pool, NULL));
	answer_result("30 MiB", cudaMallocFromPoolAsync(&address, 30 * MIB, pool, NULL));
	answer_result("1 byte", cudaMallocFromPoolAsync(&address, 1, pool, NULL));
	answer_bytes("reserved at the end", reserved(pool));
}

static void made_pools(void)
{
	const enum cudaMemAllocationHandleType handles[] = {cudaMemHandleTypeNone,
							    cudaMemHandleTypePosixFileDescriptor};
	char what[64];

	for (int i = 0; i < 2; i++) {
		const char *name = i ? "exportable" : "plain";
		cudaMemPool_t pool;

		mark();
		pool = make_pool(0, handles[i]);
		snprintf(what, sizeof(what), "%s: nothing", name);
		answer_bytes(what, taken());
		from_pool(pool, 1, NULL);
		snprintf(what, sizeof(what), "%s: 1 byte", name);
		answer_bytes(what, reserved(pool));
		from_pool(pool, 33 * MIB, NULL);
		snprintf(what, sizeof(what), "%s: and 33 MiB", name);
		answer_bytes(what, reserved(pool));
		snprintf(what, sizeof(what), "%s: taken", name);
		answer_bytes(what, taken());
	}
}

/* The default pool of a location and a type; NULL where there is none. */
static cudaMemPool_t pool_at(const char *what, enum cudaMemLocationType place,
			     enum cudaMemAllocationType type)
{
	struct cudaMemLocation location = {place, 0};
	cudaMemPool_t pool = NULL;

	answer_result(what, cudaMemGetDefaultMemPool(&pool, &location, type));
	return pool;
}

static void default_pool_by_location(void)
{
	mark();
	answer_if("the same pool", pool_at("pinned on the device", cudaMemLocationTypeDevice,
					   cudaMemAllocationTypePinned) == default_pool());
}

static void use(const char *name, cudaMemPool_t pool)
{
	struct cudaPointerAttributes about = {0};
	void *address = NULL;
	char what[64];
	int error;

	snprintf(what, sizeof(what), "%s: allocation", name);
	error = cudaMallocFromPoolAsync(&address, MIB, pool, NULL);
	answer_result(what, error);
	if (error)
		return;
	MUST(cudaPointerGetAttributes(&about, address));
	snprintf(what, sizeof(what), "%s: pointer type", name);
	answer_result(what, (int)about.type);
	snprintf(what, sizeof(what), "%s: reserved", name);
	answer_bytes(what, reserved(pool));
	snprintf(what, sizeof(what), "%s: used", name);
	answer_bytes(what, used(pool));
	snprintf(what, sizeof(what), "%s: taken", name);
	answer_bytes(what, taken());
	MUST(cudaFreeAsync(address, NULL));
	MUST(cudaDeviceSynchronize());
	snprintf(what, sizeof(what), "%s: reserved at the end", name);
	answer_bytes(what, reserved(pool));
	snprintf(what, sizeof(what), "%s: taken at the end", name);
	answer_bytes(what, taken());
}

static void host_pools(void)
{
	cudaMemPool_t pool;

	mark();
	pool = pool_at("pinned on the host", cudaMemLocationTypeHost, cudaMemAllocationTypePinned);
	if (pool)
		use("host", pool);
	mark();
	pool = pool_at("pinned on host NUMA 0", cudaMemLocationTypeHostNuma,
		       cudaMemAllocationTypePinned);
	if (pool)
		use("host NUMA 0", pool);
}

static void managed_pools(void)
{
	cudaMemPool_t pool;

	mark();
	pool = pool_at("managed on the device", cudaMemLocationTypeDevice,
		       cudaMemAllocationTypeManaged);
	if (pool)
		use("device", pool);
	pool = pool_at("managed on the host", cudaMemLocationTypeHost,
		       cudaMemAllocationTypeManaged);
	mark();
	if (pool)
		use("host", pool);
}

const struct question pool_questions[] = {
	{"D047", first_byte},
	{"D048", used_bytes},
	{"D049", steps},
	{"D049b", shared_steps},
	{"D056", not_counted_back},
	{"D057", trim_keeps_the_first},
	{"D058", trim_without_synchronize},
	{"D059", trim_in_the_middle},
	{"D060", high_marks},
	{"D061", bounded},
	{"D062", made_pools},
	{"D065", default_pool_by_location},
	{"D066", host_pools},
	{"D067", managed_pools},
	{NULL, NULL},
};
