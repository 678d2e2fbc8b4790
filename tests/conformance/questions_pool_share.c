/* Questions about a pool that was imported from another process. */
#include <stdint.h>

#include "pool.h"

/* The process that has the pool: gives its descriptor and one pointer, then waits. */
static void owner(void)
{
	struct cudaMemPoolProps wanted = {.allocType = cudaMemAllocationTypePinned,
					  .handleTypes = cudaMemHandleTypePosixFileDescriptor,
					  .location = {cudaMemLocationTypeDevice, 0}};
	struct cudaMemPoolPtrExportData pointer;
	cudaMemPool_t pool = NULL;
	void *address;
	int descriptor = -1;
	char end;

	MUST(cudaMemPoolCreate(&pool, &wanted));
	address = from_pool(pool, MIB, NULL);
	MUST(cudaStreamSynchronize(NULL));
	MUST(cudaMemPoolExportToShareableHandle(&descriptor, pool,
						cudaMemHandleTypePosixFileDescriptor, 0));
	tell_descriptor(asker(), descriptor);
	MUST(cudaMemPoolExportPointer(&pointer, address));
	tell(asker(), &pointer, sizeof(pointer));
	hear(asker(), &end, 1);
}

static cudaMemPool_t import(int helper)
{
	cudaMemPool_t pool = NULL;

	mark();
	MUST(cudaMemPoolImportFromShareableHandle(&pool, (void *)(intptr_t)hear_descriptor(helper),
						  cudaMemHandleTypePosixFileDescriptor, 0));
	return pool;
}

static void *import_pointer(int helper, cudaMemPool_t pool)
{
	struct cudaMemPoolPtrExportData pointer;
	void *address = NULL;

	hear(helper, &pointer, sizeof(pointer));
	MUST(cudaMemPoolImportPointer(&address, pool, &pointer));
	return address;
}

static void ask_for(const char *what, cudaMemPool_t pool, enum cudaMemPoolAttr attribute)
{
	uint64_t value = 77;
	int error = cudaMemPoolGetAttribute(pool, attribute, &value);

	answer(what, "%d, value %s", error,
	       value == 77 ? "untouched"
	       : value     ? "of some bytes"
			   : "0");
}

static void numbers(void)
{
	int helper = helper_start("pool-owner");
	cudaMemPool_t pool = import(helper);
	uint64_t all = UINT64_MAX;

	import_pointer(helper, pool);
	ask_for("reserved", pool, cudaMemPoolAttrReservedMemCurrent);
	ask_for("reserved high", pool, cudaMemPoolAttrReservedMemHigh);
	ask_for("used", pool, cudaMemPoolAttrUsedMemCurrent);
	ask_for("used high", pool, cudaMemPoolAttrUsedMemHigh);
	ask_for("threshold", pool, cudaMemPoolAttrReleaseThreshold);
	answer_result("threshold set",
		      cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &all));
	answer_result("cudaMemPoolTrimTo", cudaMemPoolTrimTo(pool, 0));
	tell(helper, "", 1);
	helper_end(helper);
}

static void frees(void)
{
	int helper = helper_start("pool-owner");
	cudaMemPool_t pool = import(helper);
	void *address, *none = NULL;

	address = import_pointer(helper, pool);
	answer_result("allocation", cudaMallocFromPoolAsync(&none, 512, pool, NULL));
	answer_result("cudaDeviceSetMemPool", cudaDeviceSetMemPool(0, pool));
	answer_result("cudaFreeAsync", cudaFreeAsync(address, NULL));
	answer_result("cudaFreeAsync again", cudaFreeAsync(address, NULL));
	answer_result("cudaMemPoolDestroy", cudaMemPoolDestroy(pool));
	tell(helper, "", 1);
	helper_end(helper);
}

const struct question pool_share_questions[] = {
	{"D071", numbers},
	{"D072", frees},
	{"pool-owner", owner},
	{NULL, NULL},
};
