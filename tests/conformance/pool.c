/* What the families of questions about pools share. */
#include <stdint.h>
#include <unistd.h>

#include "pool.h"

cudaMemPool_t default_pool(void)
{
	cudaMemPool_t pool = NULL;

	MUST(cudaDeviceGetDefaultMemPool(&pool, 0));
	return pool;
}

static long long number(cudaMemPool_t pool, enum cudaMemPoolAttr attribute)
{
	uint64_t value = 0;

	MUST(cudaMemPoolGetAttribute(pool, attribute, &value));
	return (long long)value;
}

long long reserved(cudaMemPool_t pool)
{
	return number(pool, cudaMemPoolAttrReservedMemCurrent);
}

long long used(cudaMemPool_t pool)
{
	return number(pool, cudaMemPoolAttrUsedMemCurrent);
}

void keep_everything(cudaMemPool_t pool)
{
	uint64_t all = UINT64_MAX;

	MUST(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &all));
}

void *from_default(size_t size, cudaStream_t stream)
{
	void *address = NULL;

	MUST(cudaMallocAsync(&address, size, stream));
	return address;
}

void *from_pool(cudaMemPool_t pool, size_t size, cudaStream_t stream)
{
	void *address = NULL;

	MUST(cudaMallocFromPoolAsync(&address, size, pool, stream));
	return address;
}

cudaStream_t new_stream(void)
{
	cudaStream_t stream = NULL;

	MUST(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
	return stream;
}

void until_idle(cudaStream_t stream)
{
	int state;

	while ((state = cudaStreamQuery(stream)) == cudaErrorNotReady)
		usleep(1000);
	MUST(state);
}
