/* Questions about when a pool gives its memory back, and to whom a freed block goes. */
#include <stdint.h>
#include <unistd.h>

#include "pool.h"

/* 20 MiB freed in the stream, and the stream has come to it. */
static void freed_in(cudaStream_t stream)
{
	MUST(cudaFreeAsync(from_default(20 * MIB, stream), stream));
	until_idle(stream);
}

static void reserve_after(const char *what)
{
	answer_bytes(what, reserved(default_pool()));
}

static void by_query(void)
{
	cudaStream_t stream;

	mark();
	stream = new_stream();
	freed_in(stream);
	reserve_after("cudaStreamQuery");
	until_idle(stream);
	reserve_after("cudaStreamQuery again");
	answer_bytes("used", used(default_pool()));
}

static void by_another_stream(void)
{
	cudaStream_t stream, other;

	mark();
	stream = new_stream();
	other = new_stream();
	freed_in(stream);
	MUST(cudaStreamSynchronize(other));
	reserve_after("another stream's synchronize");
	MUST(cudaStreamSynchronize(NULL));
	reserve_after("the default stream's synchronize");
}

static void by_synchronize(void)
{
	cudaStream_t stream;

	mark();
	stream = new_stream();
	freed_in(stream);
	MUST(cudaStreamSynchronize(stream));
	reserve_after("cudaStreamSynchronize");
	freed_in(stream);
	MUST(cudaDeviceSynchronize());
	reserve_after("cudaDeviceSynchronize");
	freed_in(stream);
	MUST(cuCtxSynchronize());
	reserve_after("cuCtxSynchronize");
	freed_in(NULL);
	MUST(cudaStreamSynchronize(NULL));
	reserve_after("the default stream");
	freed_in(cudaStreamPerThread);
	MUST(cudaStreamSynchronize(cudaStreamPerThread));
	reserve_after("the stream of the thread");
}

static void by_event(void)
{
	cudaEvent_t event, before;
	cudaStream_t stream, other;

	mark();
	stream = new_stream();
	other = new_stream();
	MUST(cudaEventCreate(&event));
	MUST(cudaEventCreate(&before));
	MUST(cudaEventRecord(before, stream));
	freed_in(stream);
	MUST(cudaEventSynchronize(before));
	reserve_after("an event from before the free");
	MUST(cudaEventRecord(event, stream));
	MUST(cudaEventSynchronize(event));
	reserve_after("an event after the free");
	freed_in(stream);
	MUST(cudaEventRecord(event, other));
	MUST(cudaEventSynchronize(event));
	reserve_after("an event of another stream");
	MUST(cudaStreamSynchronize(stream));
	freed_in(stream);
	MUST(cudaEventRecord(event, stream));
	while (cudaEventQuery(event) == cudaErrorNotReady)
		usleep(1000);
	reserve_after("cudaEventQuery");
	MUST(cudaStreamWaitEvent(other, event, 0));
	MUST(cudaStreamSynchronize(other));
	reserve_after("another stream that waited for it");
}

static void by_end_of_the_stream(void)
{
	cudaStream_t stream, other;

	mark();
	stream = new_stream();
	other = new_stream();
	freed_in(stream);
	MUST(cudaStreamDestroy(other));
	reserve_after("cudaStreamDestroy of another");
	MUST(cudaStreamDestroy(stream));
	reserve_after("cudaStreamDestroy");
}

static void by_free(void)
{
	void *address;
	cudaStream_t stream;

	mark();
	stream = new_stream();
	address = from_default(20 * MIB, stream);
	MUST(cudaFree(address));
	reserve_after("cudaFree");
	address = from_default(20 * MIB, stream);
	MUST(cuMemFree((CUdeviceptr)address));
	reserve_after("cuMemFree");
	freed_in(stream);
	MUST(cudaMalloc(&address, 4096));
	reserve_after("a cudaMalloc");
	MUST(cudaFree(address));
	reserve_after("a cudaFree of cudaMalloc memory");
	address = from_default(512, stream);
	MUST(cudaFree(address));
	reserve_after("a cudaFree of other memory of the pool");
}

/* A threshold that something is kept below. */
static void by_threshold(void)
{
	uint64_t threshold = 40 * MIB;
	void *all[3];

	mark();
	MUST(cudaMemPoolSetAttribute(default_pool(), cudaMemPoolAttrReleaseThreshold, &threshold));
	for (int i = 0; i < 3; i++)
		all[i] = from_default(STEP, NULL);
	for (int i = 0; i < 3; i++)
		MUST(cudaFreeAsync(all[i], NULL));
	MUST(cudaDeviceSynchronize());
	reserve_after("threshold of 40 MiB");
	threshold = 0;
	MUST(cudaMemPoolSetAttribute(default_pool(), cudaMemPoolAttrReleaseThreshold, &threshold));
	reserve_after("threshold set to 0");
	MUST(cudaDeviceSynchronize());
	reserve_after("and a synchronize");
}

/* What the synchronous calls do that wait for everything. */
static void by_other_calls(void)
{
	static char bytes[4096];
	void *address, *host = NULL;

	mark();
	MUST(cudaMalloc(&address, 4096));
	freed_in(NULL);
	MUST(cudaMemcpy(bytes, address, sizeof(bytes), cudaMemcpyDeviceToHost));
	reserve_after("cudaMemcpy");
	MUST(cudaMemset(address, 0, 4096));
	reserve_after("cudaMemset");
	MUST(cudaMallocHost(&host, 4096));
	reserve_after("cudaMallocHost");
	MUST(cudaFreeHost(host));
	reserve_after("cudaFreeHost");
}

static cudaMemPool_t make_pool(void)
{
	struct cudaMemPoolProps wanted = {.allocType = cudaMemAllocationTypePinned,
					  .location = {cudaMemLocationTypeDevice, 0}};
	cudaMemPool_t pool = NULL;

	MUST(cudaMemPoolCreate(&pool, &wanted));
	return pool;
}

static void destroyed_in_use(void)
{
	cudaMemPool_t pool;
	void *address;

	mark();
	pool = make_pool();
	address = from_pool(pool, MIB, NULL);
	answer_result("cudaMemPoolDestroy", cudaMemPoolDestroy(pool));
	answer_bytes("taken after it", taken());
	answer_result("cudaFreeAsync", cudaFreeAsync(address, NULL));
	answer_bytes("taken after it too", taken());
	MUST(cudaStreamSynchronize(NULL));
	answer_bytes("taken after a synchronize", taken());
}

static void destroyed_when_kept(void)
{
	cudaMemPool_t pool;
	void *address;

	mark();
	pool = make_pool();
	keep_everything(pool);
	address = from_pool(pool, MIB, NULL);
	MUST(cudaFreeAsync(address, NULL));
	MUST(cudaDeviceSynchronize());
	answer_bytes("kept", taken());
	answer_result("cudaMemPoolDestroy", cudaMemPoolDestroy(pool));
	answer_bytes("taken after it", taken());
}

static void default_destroyed(void)
{
	mark();
	answer_result("cudaMemPoolDestroy of the default pool", cudaMemPoolDestroy(default_pool()));
}

static void held_up(void)
{
	cudaStream_t stream;
	void *address;

	mark();
	stream = new_stream();
	mark();
	block(stream);
	address = from_default(64 * MIB, stream);
	answer_bytes("taken", taken());
	answer_bytes("used", used(default_pool()));
	MUST(cudaFreeAsync(address, stream));
	answer_bytes("used after the free", used(default_pool()));
	reserve_after("reserved after the free");
	unblock();
	MUST(cudaStreamSynchronize(stream));
	reserve_after("reserved at the end");
}

static void not_for_another_yet(void)
{
	cudaStream_t stream, other;
	void *first, *second, *third;

	mark();
	stream = new_stream();
	other = new_stream();
	first = from_default(64 * MIB, stream);
	block(stream);
	MUST(cudaFreeAsync(first, stream));
	second = from_default(64 * MIB, other);
	answer_if("another stream: the same address", second == first);
	reserve_after("reserved");
	third = from_default(64 * MIB, stream);
	answer_if("the same stream: the same address", third == first);
	reserve_after("reserved then");
	unblock();
	MUST(cudaDeviceSynchronize());
	reserve_after("reserved at the end");
}

static void for_another(void)
{
	cudaStream_t stream, other;
	void *first, *second;

	mark();
	stream = new_stream();
	other = new_stream();
	first = from_default(20 * MIB, stream);
	MUST(cudaFreeAsync(first, stream));
	until_idle(stream);
	second = from_default(20 * MIB, other);
	answer_if("the same address", second == first);
	reserve_after("reserved");
	MUST(cudaFreeAsync(second, other));
	MUST(cudaStreamSynchronize(other));
	reserve_after("freed and synchronized there");
}

const struct question pool_life_questions[] = {
	{"D050", by_query},
	{"D051", by_another_stream},
	{"D052", by_synchronize},
	{"D053", by_event},
	{"D054", by_end_of_the_stream},
	{"D055", by_free},
	{"D055b", by_threshold},
	{"D055c", by_other_calls},
	{"D063", destroyed_in_use},
	{"D064", destroyed_when_kept},
	{"D064b", default_destroyed},
	{"D068", held_up},
	{"D069", not_for_another_yet},
	{"D070", for_another},
	{NULL, NULL},
};
