/* What the families of questions about pools share. */
#ifndef VT_CONFORMANCE_POOL_H
#define VT_CONFORMANCE_POOL_H

#include "question.h"

#define STEP (32 * MIB) /* by which a pool grows */

/* The default pool of device 0. */
cudaMemPool_t default_pool(void);

/* A number of a pool. */
long long reserved(cudaMemPool_t pool);
long long used(cudaMemPool_t pool);
void keep_everything(cudaMemPool_t pool);

void *from_default(size_t size, cudaStream_t stream);
void *from_pool(cudaMemPool_t pool, size_t size, cudaStream_t stream);

cudaStream_t new_stream(void);

/* Until a query says that the stream has nothing left to do; it synchronizes nothing. */
void until_idle(cudaStream_t stream);

#endif
